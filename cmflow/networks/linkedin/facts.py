"""What the record and the adapter of LinkedIn both need to know; read 2026-11-22."""

VERSION = "202610"  # of the API; LinkedIn ends each about a year after its month
COMMENT_LENGTH = 1_250  # characters, LinkedIn Comments API docs
# How long a poll can be open, in minutes, and what the API calls it.
DURATIONS = {1_440: "ONE_DAY", 4_320: "THREE_DAYS", 10_080: "SEVEN_DAYS", 20_160: "FOURTEEN_DAYS"}
ORGANISATION_URN = "urn:li:organization:"
