"""GitHub's refusals: how long to wait, or what a person must fix. Pure: no requests."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from cmflow.content import secrets
from cmflow.model.errors import GitHubError, Missing, NotAllowed, NotTaken, Unavailable
from cmflow.values import dataclass

SECONDARY = 60.0  # seconds to wait if GitHub says "too fast" but not for how long
LONGEST = 200  # characters of GitHub's own message
EPOCH = 1_000_000_000  # seconds since 1970: a smaller number is not a current time
_SLOWER = re.compile("rate limit|abuse detection|too many requests", re.I)


@dataclass(frozen=True, slots=True)
class Action:
    """Something cmflow does on GitHub: as text, and the job permission that it needs."""

    text: str
    permission: str


COMMENTING = Action("write a comment on the pull request", "pull-requests: write")
CHECKING = Action("write a check run", "checks: write")
READING_PULLS = Action("read pull requests", "pull-requests: read")
READING_ISSUES = Action("read issues", "issues: read")
READING_PEOPLE = Action("read who may write here", "contents: read")
READING_FILES = Action("compare commits", "contents: read")
WRITING_ISSUES = Action("write an issue", "issues: write")
READING_REPOSITORY = Action("read the repository", "metadata: read")
WRITING_FILES = Action("write a branch", "contents: write")
PROPOSING = Action("open a pull request", "pull-requests: write")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error response; `headers` by lower-case name."""

    status: int
    message: str
    headers: Mapping[str, str]

    @property
    def wait(self) -> float | None:
        """How many seconds to wait for a rate limit, by the server's clock; None for other refusals."""
        if self.status not in (403, 429):
            return None
        delay = self.headers.get("retry-after", "")
        if delay.isascii() and delay.isdigit() and len(delay) < 9:
            return float(delay)
        reset = self.headers.get("x-ratelimit-reset", "")
        if self.headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit():
            return max(0.0, int(reset) - self._now(int(reset))) + 1.0
        return SECONDARY if self.status == 429 or _SLOWER.search(self.message) else None

    def _now(self, reset: int) -> float:
        time = _date(self.headers.get("date", ""))
        return time.timestamp() if time else reset - 3600.0  # limits are reset every hour

    def until(self, wait: float) -> str:
        """`until 14:05 UTC`, or `for 3 min` if the server does not send its time."""
        time = _date(self.headers.get("date", ""))
        if time is None:
            return f"for {round(wait / 60) or 1} min"
        return f"until {time + timedelta(seconds=wait):%Y-%m-%d %H:%M} UTC"


def _date(written: str) -> datetime | None:
    try:
        return parsedate_to_datetime(written).astimezone(UTC)
    except ValueError:
        return None


TOKEN = "GITHUB_TOKEN"  # the variable with a job's own token


def error(refusal: Refusal, action: Action, repository: str, workflow: str, variable: str = TOKEN) -> GitHubError:
    """The error for people; `workflow` is the file of the running job, "" if unknown, `variable` holds the token."""
    status, reason = refusal.status, f": {refusal.message}" if refusal.message else "."
    allow = _allow(action, repository, workflow, variable)
    wait = refusal.wait
    if wait is not None:
        message = f"GitHub's rate limit is reached: wait {refusal.until(wait)} before cmflow can {action.text}{reason}"
        return Unavailable(message, "Run the job again after that.")
    if status == 401:
        return GitHubError(
            f"GitHub rejected the token ({status}){reason}", f"Pass a valid token to the job: {env(variable)}"
        )
    if status == 403:
        return NotAllowed(f"GitHub does not allow cmflow to {action.text} in {repository} ({status}){reason}", allow)
    if status == 404:
        message = f"GitHub did not find what cmflow needs to {action.text} in {repository} ({status}){reason}"
        return Missing(message, f"It does not exist, or the token has no access to it. {allow}")
    if status == 410:
        return Missing(
            f"{repository} does not accept this ({status}){reason}", "Enable the feature in the repository's settings."
        )
    if status >= 500:
        return Unavailable(f"GitHub has trouble ({status}): cmflow could not {action.text}.", "Run the job again.")
    message = f"GitHub rejected the request to {action.text} ({status}){reason}"
    kind = NotTaken if status == 422 else GitHubError
    return kind(message, "Run `cmflow --version`; if it is the latest version, report this as a bug.")


def env(variable: str) -> str:
    """How a job is given the token."""
    source = "github.token" if variable == TOKEN else f"secrets.{variable}"
    return f"env: {variable}: ${{{{ {source} }}}}"


def _allow(action: Action, repository: str, workflow: str, variable: str) -> str:
    if variable != TOKEN:
        return f"Give the token in {variable} the permission `{action.permission}` for {repository}."
    job = f"In {workflow}, give the job" if workflow else "Give the job"
    return f"{job} `permissions: {action.permission}`; other tokens need the same permission."


def excerpt(message: str, token: str) -> str:
    """GitHub's own message, shortened, on one line, without the token."""
    text = secrets.mask(" ".join(message.replace(token, "…").split()) if token else " ".join(message.split()))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
