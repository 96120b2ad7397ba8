"""Figures in the files that networks let people download: which network's they are, and what a row says of which post.

The columns are data (`formats.py`), in the languages that we know them in. A column that is not known is named.
"""

from cmflow.insights.exports.formats import FORMATS, Column, Format
from cmflow.insights.exports.read import Export, Row, Unreadable, read

__all__ = ["FORMATS", "Column", "Export", "Format", "Row", "Unreadable", "read"]
