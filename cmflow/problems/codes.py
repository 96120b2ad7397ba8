"""Every kind of problem by its code, explained for the person who writes the posts.

The command line, the documentation and the pages all read this table.
"""

from collections.abc import Mapping

from cmflow.problems.calendar_codes import CALENDAR
from cmflow.problems.code import Code
from cmflow.problems.file_codes import READING
from cmflow.problems.inbox_codes import INBOX
from cmflow.problems.media_codes import MEDIA
from cmflow.problems.text_codes import TEXT

__all__ = ["CALENDAR", "CODES", "INBOX", "MEDIA", "READING", "TEXT"]

CODES: Mapping[str, Code] = {code.name: code for code in READING + TEXT + MEDIA + CALENDAR + INBOX}
