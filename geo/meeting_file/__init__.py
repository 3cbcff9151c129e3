"""A whole meeting as one file: a zip of ``meeting.toml``, ``notes.gpkg`` and ``scenarios/<key>.toml``.

What lets people in (codes, passes, whose it is) never leaves. Reading is as strict as for any upload, and nothing is
kept unless all of it is good.
"""

from geo.meeting_file.importing import check_area, import_meeting
from geo.meeting_file.reading import MeetingFile, read_meeting_zip
from geo.meeting_file.writing import meeting_zip

__all__ = ["MeetingFile", "check_area", "import_meeting", "meeting_zip", "read_meeting_zip"]
