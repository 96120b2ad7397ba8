"""The connection to one repository on GitHub: waits for rate limits, and turns refusals into errors for people."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from cmflow import __version__
from cmflow.content.destinations import LOCAL
from cmflow.github import errors
from cmflow.github.errors import Action, Refusal
from cmflow.model.errors import GitHubError, Unavailable
from cmflow.values import dataclass

if TYPE_CHECKING:
    from github import Github
    from github.GithubException import GithubException
    from github.Repository import Repository

Answer = TypeVar("Answer")

TIMEOUT = 30  # seconds per response
TRIES = 4
PATIENCE = 300.0  # seconds one request may wait for rate limits
ODD = (TypeError, ValueError, LookupError, AttributeError)  # what PyGithub raises for a malformed response
PACE = 1.0  # seconds between two writing requests, as GitHub asks


@dataclass(slots=True)
class Connection:
    """`workflow` is the file of the running job, `variable` that which holds the token, for messages about them."""

    client: "Github"
    repository: str
    workflow: str
    token: str = field(repr=False)
    sleep: Callable[[float], None] = field(repr=False)
    patience: float = PATIENCE
    variable: str = errors.TOKEN
    writes: int = 0

    @property
    def home(self) -> "Repository":
        """The repository; no request is sent."""
        return self.client.get_repo(self.repository)

    def read(self, action: Action, ask: Callable[[], Answer]) -> Answer:
        """Send a reading request; retry it if the server has trouble."""
        return self._ask(action, ask, retry=True)

    def write(self, action: Action, ask: Callable[[], Answer]) -> Answer:
        """Send a writing request; retry it only if GitHub said that it did nothing."""
        if self.writes:
            self.sleep(PACE)
        self.writes += 1
        return self._ask(action, ask, retry=False)

    def _ask(self, action: Action, ask: Callable[[], Answer], retry: bool) -> Answer:
        from github import BadAttributeException, GithubException
        from requests import RequestException

        waited = 0.0
        for attempt in range(1, TRIES + 1):
            try:
                return ask()
            except GithubException as error:
                refusal = self._refusal(error)
                wait = refusal.wait if refusal.status < 500 or not retry else float(attempt)
                if wait is None or attempt == TRIES or waited + wait > self.patience:
                    raise errors.error(refusal, action, self.repository, self.workflow, self.variable) from None
            except (RequestException, RuntimeError) as error:  # PyGithub raises the second for a redirect
                if not retry or attempt == TRIES:
                    raise self._silence(error, action) from None
                wait = float(attempt)
            except (BadAttributeException, *ODD):
                message = f"The response is not in GitHub's format: cmflow could not {action.text}."
                raise GitHubError(message, "Check GITHUB_API_URL: is it a GitHub API?") from None
            self.sleep(wait)
            waited += wait
        raise AssertionError("the last attempt has raised")

    def _refusal(self, error: "GithubException") -> Refusal:
        message = error.data.get("message", "") if isinstance(error.data, Mapping) else ""
        details = error.data.get("errors") if isinstance(error.data, Mapping) else None
        reasons = [detail["message"] for detail in details or () if isinstance(detail, dict) and "message" in detail]
        headers = {str(name): str(value) for name, value in (error.headers or {}).items()}
        return Refusal(error.status, errors.excerpt(" ".join(map(str, (message, *reasons))), self.token), headers)

    def _silence(self, error: Exception, action: Action) -> GitHubError:
        host = urlsplit(self.client.requester.base_url).netloc
        message = f"GitHub ({host}) cannot be reached ({type(error).__name__}): cmflow could not {action.text}."
        return Unavailable(message, "Run the job again. If the server has moved, correct GITHUB_API_URL.")


def open_connection(
    api_url: str,
    token: str,
    repository: str,
    workflow: str,
    sleep: Callable[[float], None],
    patience: float,
    variable: str = errors.TOKEN,
) -> Connection:
    """A connection; no request is sent yet. The token is sent only over https, or to this machine.

    Raises GitHubError for an invalid URL, token or repository.
    """
    owner, _, name = repository.partition("/")
    if not owner or not name or "/" in name:
        raise GitHubError(f"{repository!r} is not a repository.", "Set GITHUB_REPOSITORY to owner/name.")
    if not (token.isascii() and token.isprintable() and token.strip()):
        raise GitHubError("No token for GitHub is set.", f"Pass one to the job: {errors.env(variable)}")
    client = _client(_address(api_url), token.strip())
    return Connection(client, repository, workflow, token.strip(), sleep, patience, variable)


def _address(api_url: str) -> str:
    try:
        parts = urlsplit(api_url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or "@" in parts.netloc or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL)):
        hint = "Set GITHUB_API_URL to https://api.github.com, or to your server's: https://HOST/api/v3"
        raise GitHubError("GITHUB_API_URL must be a URL that begins with https://", hint)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _client(address: str, token: str) -> "Github":
    from github import Auth, Github

    return Github(
        base_url=address,
        auth=Auth.Token(token),
        user_agent=f"cmflow/{__version__}",
        per_page=100,
        timeout=TIMEOUT,
        retry=None,  # `Connection` retries: it knows which requests are safe to repeat, and says how long it waits
        seconds_between_requests=None,
        seconds_between_writes=None,
        lazy=True,
    )
