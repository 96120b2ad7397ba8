"""How one signs in to a network: data that `cmflow connect` walks a person through, and that names the secrets.

A secret is handed to a run as `CMFLOW_<ACCOUNT>_<SECRET>`. `page` is where a person gets it, `steps` what to do there.
Where there are several ways, `title` says who signs in (`a bot`), and `option` which option of the account chooses that
way; "" for accounts that have none of those.
"""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

    from cmflow.model import Account


@dataclass(frozen=True, slots=True)
class Token:
    """One secret that the network's own page shows: a bot's token, an API key, the address of a webhook."""

    secret: str = "token"
    page: str = ""
    steps: tuple[str, ...] = ()
    title: str = ""
    option: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.secret,)


@dataclass(frozen=True, slots=True)
class AppPassword:
    """A password for cmflow alone, beside the password of the account."""

    secret: str = "app_password"
    page: str = ""
    steps: tuple[str, ...] = ()
    title: str = ""
    option: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.secret,)


@dataclass(frozen=True, slots=True)
class Keys:
    """Several secrets that belong together, such as the four of OAuth 1.0a."""

    secrets: tuple[str, ...]
    page: str = ""
    steps: tuple[str, ...] = ()
    title: str = ""
    option: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The app that a person lets act for an account."""

    client_id: str
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token server answered. `until` and `refresh_until` are when the tokens end, where the server says so."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    until: datetime | None = None
    refresh_until: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OAuth2:
    """Authorisation code grant (RFC 6749) with PKCE (RFC 7636), on a loopback redirect (RFC 8252).

    The URLs may hold options of the account: `{instance}/oauth/token`. `scopes` are joined by `separator`; `parameters`
    go along with the authorisation request. `client_id` is what the network calls that parameter, and the secret;
    `client_secret`: the app has one; `basic`: it goes into the header instead of the form.

    `keeps` is the secret that the account keeps: a `refresh_token`, of which every run makes an access token, or the
    access token itself as its `token`. `rotates`: each refresh answers with a new refresh token, and the old one must
    not be used again. `lifetime` is how long the kept secret is good where the answer does not say it.

    `exchange` turns what the code was exchanged for into what the account keeps (a long-lived token, the token of a
    page that the account names).
    """

    authorise_url: str
    token_url: str
    scopes: tuple[str, ...]
    page: str = ""
    steps: tuple[str, ...] = ()
    separator: str = " "
    parameters: tuple[tuple[str, str], ...] = ()
    pkce: bool = True
    client_id: str = "client_id"
    client_secret: bool = True
    basic: bool = False
    keeps: Literal["refresh_token", "token"] = "refresh_token"
    rotates: bool = False
    lifetime: timedelta | None = None
    title: str = ""
    option: str = ""
    exchange: "Callable[[httpx.Client, Account, Credentials, Grant], Grant] | None" = None

    @property
    def app(self) -> tuple[str, ...]:
        """The secrets of the app, as they are typed once at `connect`."""
        return (self.client_id, "client_secret") if self.client_secret else (self.client_id,)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What a run needs."""
        return (*self.app, self.keeps) if self.keeps == "refresh_token" else (self.keeps,)


@dataclass(frozen=True, slots=True)
class Either:
    """Several ways to sign in: an account takes the first of which all secrets are set."""

    ways: "tuple[Token | AppPassword | Keys | OAuth2, ...]"

    @property
    def page(self) -> str:
        return self.ways[0].page

    @property
    def steps(self) -> tuple[str, ...]:
        return self.ways[0].steps

    @property
    def secrets(self) -> tuple[str, ...]:
        return self.ways[0].secrets


Way = Token | AppPassword | Keys | OAuth2
Auth = Way | Either


def ways(auth: Auth | None) -> tuple[Way, ...]:
    """Each way to sign in, the usual one first."""
    if auth is None:
        return ()
    return auth.ways if isinstance(auth, Either) else (auth,)


def fitting(auth: Auth | None, account: "Account") -> Way | None:
    """The way that the account's options ask for; None where the network needs no sign-in."""
    every = ways(auth)
    chosen = [way for way in every if way.option and account.option(way.option).strip()]
    return next(iter((*chosen, *(way for way in every if not way.option))), None)
