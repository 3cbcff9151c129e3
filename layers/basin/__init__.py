"""The Basin page."""
