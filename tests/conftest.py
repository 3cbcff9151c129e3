"""What all tests share."""

import os

from hypothesis import settings

# No deadline: how long an example takes says nothing about whether it is right. In CI the examples are the same
# every time, so that a failure there can be had again.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
