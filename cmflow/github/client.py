"""The line to one repository on GitHub: patience with its limits, and its refusals as errors for people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from cmflow import __version__
from cmflow.github import errors
from cmflow.github.errors import Doing, Refusal
from cmflow.model.errors import GitHubError

if TYPE_CHECKING:
    from github import Github
    from github.GithubException import GithubException
    from github.Repository import Repository

Answer = TypeVar("Answer")

HERE = ("localhost", "127.0.0.1", "::1")
TIMEOUT = 30  # seconds for one answer
TRIES = 4
PATIENCE = 300.0  # seconds to wait for limits, in one request
ODD = (TypeError, ValueError, LookupError, AttributeError)  # what PyGithub makes of an answer of another shape
PACE = 1.0  # seconds between two requests that write, as GitHub asks for


@dataclass(slots=True)
class Line:
    """`workflow` is the file of the job that asks, for what is said of missing permissions."""

    client: "Github"
    repository: str
    workflow: str
    token: str = field(repr=False)
    sleep: Callable[[float], None] = field(repr=False)
    patience: float = PATIENCE
    writes: int = 0

    @property
    def home(self) -> "Repository":
        """The repository; nothing is asked for it."""
        return self.client.get_repo(self.repository)

    def read(self, doing: Doing, ask: Callable[[], Answer]) -> Answer:
        """An answer that may be asked for again where the server has trouble."""
        return self._ask(doing, ask, again=True)

    def write(self, doing: Doing, ask: Callable[[], Answer]) -> Answer:
        """One request that changes something: asked again only where GitHub said that it did nothing."""
        if self.writes:
            self.sleep(PACE)
        self.writes += 1
        return self._ask(doing, ask, again=False)

    def _ask(self, doing: Doing, ask: Callable[[], Answer], again: bool) -> Answer:
        from github import BadAttributeException, GithubException
        from requests import RequestException

        waited = 0.0
        for attempt in range(1, TRIES + 1):
            try:
                return ask()
            except GithubException as error:
                refusal = self._refusal(error)
                wait = refusal.wait if refusal.status < 500 or not again else float(attempt)
                if wait is None or attempt == TRIES or waited + wait > self.patience:
                    raise errors.error(refusal, doing, self.repository, self.workflow) from None
            except (RequestException, RuntimeError) as error:  # PyGithub says the second of a server that has moved
                if not again or attempt == TRIES:
                    raise self._silence(error, doing) from None
                wait = float(attempt)
            except (BadAttributeException, *ODD):
                words = f"GitHub's answer has another shape than GitHub's have: cmflow could not {doing.words}."
                raise GitHubError(words, "Look what answers at GITHUB_API_URL.") from None
            self.sleep(wait)
            waited += wait
        raise AssertionError("the last attempt has raised")

    def _refusal(self, error: "GithubException") -> Refusal:
        said = error.data.get("message", "") if isinstance(error.data, Mapping) else ""
        details = error.data.get("errors") if isinstance(error.data, Mapping) else None
        reasons = [detail["message"] for detail in details or () if isinstance(detail, dict) and "message" in detail]
        headers = {str(name): str(value) for name, value in (error.headers or {}).items()}
        return Refusal(error.status, errors.words(" ".join(map(str, (said, *reasons))), self.token), headers)

    def _silence(self, error: Exception, doing: Doing) -> GitHubError:
        host = urlsplit(self.client.requester.base_url).netloc
        words = f"GitHub ({host}) cannot be reached ({type(error).__name__}): cmflow could not {doing.words}."
        return GitHubError(words, "Run the job again. If the server has moved, correct GITHUB_API_URL.")


def open_line(
    api_url: str, token: str, repository: str, workflow: str, sleep: Callable[[float], None], patience: float
) -> Line:
    """Nothing is asked yet. The token travels only over https, or on this machine."""
    owner, _, name = repository.partition("/")
    if not owner or not name or "/" in name:
        raise GitHubError(f"{repository!r} is not a repository.", "Set GITHUB_REPOSITORY to owner/name.")
    if not (token.isascii() and token.isprintable() and token.strip()):
        raise GitHubError("There is no token for GitHub.", "Hand the job one: env: GITHUB_TOKEN: ${{ github.token }}")
    client = _client(_address(api_url), token.strip())
    return Line(client, repository, workflow, token.strip(), sleep, patience)


def _address(api_url: str) -> str:
    try:
        parts = urlsplit(api_url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or "@" in parts.netloc or not (parts.scheme == "https" or (parts.scheme == "http" and host in HERE)):
        hint = "Set GITHUB_API_URL to https://api.github.com, or to that of your server: https://HOST/api/v3"
        raise GitHubError("GITHUB_API_URL is not an address that begins with https://", hint)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _client(address: str, token: str) -> "Github":
    from github import Auth, Github

    return Github(
        base_url=address,
        auth=Auth.Token(token),
        user_agent=f"cmflow/{__version__}",
        per_page=100,
        timeout=TIMEOUT,
        retry=None,  # `Line` waits: it knows which requests may be sent again, and says until when
        seconds_between_requests=None,
        seconds_between_writes=None,
        lazy=True,
    )
