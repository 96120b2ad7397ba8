"""Errors from outside the posts, as sentences for a person.

A finding in a post or in the plan is a `Problem`, a value; an exception is for what stops the work itself.
Every message names what happened; `hint` says what to do. No message ever holds a secret.
"""

from datetime import datetime


class CmflowError(Exception):
    """Something a person must know; `str()` is the sentence, `hint` what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def in_full(self) -> str:
        """What happened and what to do, on one line. A server's own words may end without a full stop."""
        message = str(self)
        stop = "." if message and self.hint and message[-1] not in ".!?:…" else ""
        return f"{message}{stop} {self.hint}".strip()


class SourceError(CmflowError):
    """The repository, or a file in it that everything needs, cannot be read."""


class TemplateError(CmflowError):
    """A template cannot be used: which file, which line, and why; `code` names the problem."""

    def __init__(self, path: str, line: int, message: str, hint: str = "", code: str = "template-error") -> None:
        super().__init__(message, hint)
        self.code = code
        self.path = path
        self.line = line
        self.message = message

    @property
    def located(self) -> str:
        """The sentence, after its file and line."""
        return f"{self.path}:{self.line}: {self.message}"

    def __reduce__(self) -> "tuple[type[TemplateError], tuple[str, int, str, str, str]]":
        """Return how it comes back from another process."""
        return type(self), (self.path, self.line, self.message, self.hint, self.code)


class GitError(CmflowError):
    """git refused, or is not there."""


class UnclearRemote(GitError):
    """There are several remotes, and none is known to hold the ledger."""


class GitHubError(CmflowError):
    """GitHub did not do what it was asked, or cannot be reached."""


class Unavailable(GitHubError):
    """GitHub has trouble, cannot be reached or asks us to wait: the same request may succeed later."""


class NotAllowed(GitHubError):
    """GitHub does not let us, or does not show it to us: a permission is missing."""


class Missing(NotAllowed):
    """GitHub shows us no such thing: it does not exist (any more), or we may not see it."""


class NotTaken(GitHubError):
    """GitHub does not take what it was asked: it knows no such thing, or not like this."""


class LedgerError(CmflowError):
    """The ledger cannot be read or written."""


class LostRace(LedgerError):
    """Another run wrote the ledger first: read it again and decide again."""


class Stopped(LedgerError):
    """Publishing is stopped, or was while this run was going on: it begins no further request."""


class DeliveryError(CmflowError):
    """One part of one delivery did not end in a receipt."""


class NotSent(DeliveryError):
    """The network certainly does not show the part; cmflow may retry, after `retry_at` where given."""

    def __init__(self, message: str, hint: str = "", retry_at: datetime | None = None) -> None:
        super().__init__(message, hint)
        self.retry_at = retry_at


class NotPublished(NotSent):
    """The post refers to another one, `target`, that is not published on the account yet."""

    def __init__(self, target: str, account: str) -> None:
        message = f"{target} is not published on {account} yet, and this post refers to it."
        super().__init__(message, "It waits until then.")
        self.target = target


class Denied(NotSent):
    """The network does not accept who we are, or what we may do: a person must fix the account."""


class Rejected(NotSent):
    """The network does not accept this text or media: a person must fix the post."""


class Throttled(NotSent):
    """Rate limit reached: retry at `retry_at`."""


class Unsure(DeliveryError):
    """No answer came, or none that tells: the part may have been published. Never sent again blindly."""
