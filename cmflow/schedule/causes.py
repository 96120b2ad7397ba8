"""Why a delivery is treated as it is: a code for programs, and the sentence that goes with it for people."""

from enum import StrEnum


class Cause(StrEnum):
    SENT_EDITED = "sent-edited"
    SENT = "sent"
    SKIPPED = "skipped"
    CLOCK = "clock"
    BUSY = "busy"
    OPEN_UNPLANNED = "open-unplanned"
    OPEN_EDITED = "open-edited"
    OPEN_BLOCKED = "open-blocked"
    OPEN_SILENT = "open-silent"
    BLIND = "blind"
    LOOK = "look"
    OPEN_LATE = "open-late"
    REPEAT = "repeat"
    NO_ANSWER = "no-answer"
    STARTED_UNPLANNED = "started-unplanned"
    STARTED_EDITED = "started-edited"
    UNPLANNED = "unplanned"
    MISSED_STARTED = "missed-started"
    MISSED = "missed"
    MISSED_MOVED = "missed-moved"
    NOT_DUE = "not-due"
    SOON = "soon"
    HELD = "held"
    BLOCKED = "blocked"
    UNAPPROVED = "unapproved"
    BY_HAND = "by-hand"
    LATE_STARTED = "late-started"
    LATE_UNAPPROVED = "late-unapproved"
    LATE_BY_HAND = "late-by-hand"
    LATE = "late"
    EDITED = "edited"
    REJECTED = "rejected"
    RETRY = "retry"
    RESUME = "resume"
    DUE = "due"
    UNREADABLE = "unreadable"


SENTENCES = {
    Cause.SENT_EDITED: "sent; edited since then, and not sent again",
    Cause.SENT: "sent",
    Cause.SKIPPED: "skipped",
    Cause.CLOCK: "its last step is dated in the future: a clock was wrong",
    Cause.BUSY: "requested a moment ago; the answer may still arrive",
    Cause.OPEN_UNPLANNED: "it may have been published, and the post no longer asks for it",
    Cause.OPEN_EDITED: "it may have been published, and the post has been edited since",
    Cause.OPEN_BLOCKED: "it may have been published, and the post now has errors",
    Cause.OPEN_SILENT: "it may have been published, and the network is now preview-only",
    Cause.BLIND: "it may have been published, and the network could not confirm it",
    Cause.LOOK: "no answer arrived; cmflow looks for it on the network",
    Cause.OPEN_LATE: "it may have been published, and it is too late to send it again",
    Cause.REPEAT: "no answer arrived; the same request is repeated with its key",
    Cause.NO_ANSWER: "no answer arrived, and the network cannot be asked whether it was published",
    Cause.STARTED_UNPLANNED: "some parts are published, and the post no longer asks for the others",
    Cause.STARTED_EDITED: "some parts are published, and the post has been edited since",
    Cause.UNPLANNED: "no longer planned",
    Cause.MISSED_STARTED: "missed, with some parts published",
    Cause.MISSED: "missed",
    Cause.MISSED_MOVED: "missed, and given a new date",
    Cause.NOT_DUE: "not due yet",
    Cause.SOON: "due soon",
    Cause.HELD: "on hold",
    Cause.BLOCKED: "the post has errors",
    Cause.UNAPPROVED: "not approved",
    Cause.BY_HAND: "to be posted by hand",
    Cause.LATE_STARTED: "too late for the remaining parts",
    Cause.LATE_UNAPPROVED: "too late: not approved in time",
    Cause.LATE_BY_HAND: "too late: not posted by hand in time, or not recorded",
    Cause.LATE: "too late",
    Cause.EDITED: "edited since the last attempt",
    Cause.REJECTED: "the network rejected it",
    Cause.RETRY: "cmflow will retry later",
    Cause.RESUME: "the next part of a thread",
    Cause.DUE: "due",
    Cause.UNREADABLE: "cmflow cannot read its record in the ledger",
}


def sentence(cause: Cause, detail: str = "") -> str:
    """What is shown to people; `detail` is what only the delivery can say, such as which stop holds it."""
    return f"{SENTENCES[cause]}: {detail}" if detail else SENTENCES[cause]
