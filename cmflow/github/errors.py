"""What it means that GitHub refuses: how long to wait, or what a person must mend. Nothing here asks anybody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from cmflow.content import secrets
from cmflow.model.errors import GitHubError, NotAllowed, NotTaken

SECONDARY = 60.0  # seconds to wait where GitHub says "too fast" and not for how long
LONGEST = 200  # characters of GitHub's own words
EPOCH = 1_000_000_000  # seconds since 1970: a smaller number is none of our time
_SLOWER = re.compile("rate limit|abuse detection|too many requests", re.I)


@dataclass(frozen=True, slots=True)
class Doing:
    """Something cmflow asks of GitHub: in words, and the permission of a job that it needs."""

    words: str
    permission: str


COMMENTING = Doing("write a comment on the pull request", "pull-requests: write")
CHECKING = Doing("write a check run", "checks: write")
READING_PULLS = Doing("read pull requests", "pull-requests: read")
READING_ISSUES = Doing("read issues", "issues: read")
READING_PEOPLE = Doing("read who may write here", "contents: read")
READING_FILES = Doing("compare commits", "contents: read")
WRITING_ISSUES = Doing("write an issue", "issues: write")
WRITING_FILES = Doing("write a branch", "contents: write")
PROPOSING = Doing("open a pull request", "pull-requests: write")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is none; `headers` by their names in small letters."""

    status: int
    said: str
    headers: Mapping[str, str]

    @property
    def wait(self) -> float | None:
        """How many seconds to wait where it was too much or too fast, by the server's own clock; else None."""
        if self.status not in (403, 429):
            return None
        after = self.headers.get("retry-after", "")
        if after.isascii() and after.isdigit() and len(after) < 9:
            return float(after)
        reset = self.headers.get("x-ratelimit-reset", "")
        if self.headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit():
            return max(0.0, int(reset) - self._now(int(reset))) + 1.0
        return SECONDARY if self.status == 429 or _SLOWER.search(self.said) else None

    def _now(self, reset: int) -> float:
        at = _date(self.headers.get("date", ""))
        return at.timestamp() if at else reset - 3600.0  # limits are reset every hour

    def until(self, wait: float) -> str:
        """`14:05 UTC`, or for how long where the server does not say its time."""
        at = _date(self.headers.get("date", ""))
        if at is None:
            return f"for {round(wait / 60) or 1} min"
        return f"until {at + timedelta(seconds=wait):%Y-%m-%d %H:%M} UTC"


def _date(written: str) -> datetime | None:
    try:
        return parsedate_to_datetime(written).astimezone(UTC)
    except ValueError:
        return None


def error(refusal: Refusal, doing: Doing, repository: str, workflow: str) -> GitHubError:
    """The error a person reads; `workflow` is the file of the job that asked, "" where it is not known."""
    status, said = refusal.status, f": {refusal.said}" if refusal.said else "."
    where = f"In {workflow}, give the job" if workflow else "Give the job"
    allow = f"{where} `permissions: {doing.permission}`; other tokens need the same right."
    wait = refusal.wait
    if wait is not None:
        words = f"GitHub asks cmflow to wait {refusal.until(wait)} before it may {doing.words}{said}"
        return GitHubError(words, "Run the job again then.")
    if status == 401:
        hint = "Hand the job a token that is valid: env: GITHUB_TOKEN: ${{ github.token }}"
        return GitHubError(f"GitHub does not accept the token ({status}){said}", hint)
    if status == 403:
        return NotAllowed(f"GitHub does not let cmflow {doing.words} in {repository} ({status}){said}", allow)
    if status == 404:
        words = f"GitHub does not find what cmflow needs to {doing.words} in {repository} ({status}){said}"
        return NotAllowed(words, f"It is not there, or the token may not see it. {allow}")
    if status == 410:
        return NotAllowed(f"{repository} cannot take this ({status}){said}", "Switch it on in its settings.")
    if status >= 500:
        return GitHubError(f"GitHub has trouble ({status}): cmflow could not {doing.words}.", "Run the job again.")
    words = f"GitHub does not let cmflow {doing.words} like this ({status}){said}"
    kind = NotTaken if status == 422 else GitHubError
    return kind(words, "Run `cmflow --version`, and report it if it is the newest.")


def words(said: str, token: str) -> str:
    """GitHub's own words, short, on one line, without the token."""
    found = secrets.mask(" ".join(said.replace(token, "…").split()) if token else " ".join(said.split()))
    return found if len(found) <= LONGEST else f"{found[: LONGEST - 1]}…"
