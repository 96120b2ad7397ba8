"""OAuth 2: an authorisation code for tokens, a refresh token for a new access token (RFC 6749, RFC 7636, RFC 8252).

Pure steps over a client: the state, the verifier and the time come from outside, and nothing is kept.
"""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from cmflow.content import secrets
from cmflow.model import Account
from cmflow.model.errors import DeliveryError, Denied, Unsure
from cmflow.netkit import answers, errors
from cmflow.netkit.addresses import clean
from cmflow.netkit.auth import Credentials, Grant, OAuth2
from cmflow.netkit.network import Access

if TYPE_CHECKING:
    import httpx

SAYING = ("error", "error_description", "message", "error_message")
LONGEST = 10 * 365 * 86_400  # seconds; no token is said to live longer
_OPTION = re.compile(r"\{(\w+)\}")


# ── authorise ───────────────────────────────────────────────────────────────────────────────────────────────


def challenge(verifier: str) -> str:
    """What the authorisation request says of the verifier: S256 of RFC 7636, 4.2."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()


def authorise_url(
    auth: OAuth2, account: Account, credentials: Credentials, redirect: str, state: str, verifier: str
) -> str:
    """The page on which a person lets the app act for the account."""
    fields = {
        "response_type": "code",
        auth.client_id: credentials.client_id,
        "redirect_uri": redirect,
        "scope": auth.separator.join(auth.scopes),
        "state": state,
        **dict(auth.parameters),
    }
    if auth.pkce:
        fields |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
    return f"{filled(auth.authorise_url, account)}?{urlencode(fields, quote_via=quote)}"


def code(returned: str, state: str) -> str:
    """The code in the address that a person comes back to; Denied where there is none, or it is not for us."""
    fields = {name: values[0] for name, values in parse_qs(urlsplit(returned.strip()).query).items()}
    if fields.get("state") != state:
        raise Denied("The answer does not belong to this sign-in.", "Run the command again, and use its own page.")
    if "error" in fields:
        message = errors.plain(f"{fields['error']} {fields.get('error_description', '')}", ())
        raise Denied(f"The network did not grant access: {message}", "Run the command again, and allow it.")
    if not fields.get("code"):
        raise Denied("The answer holds no code.", "Run the command again, and copy the whole address.")
    return fields["code"]


def filled(url: str, account: Account) -> str:
    """The URL with the account's options in it; Denied where one is missing, or it is not an address of a server."""
    missing = [name for name in _OPTION.findall(url) if not account.option(name)]
    if missing:
        hint = f"Write it in the plan as options: {{{missing[0]}: …}}"
        raise Denied(f"{account.name} has no {missing[0]} in the plan.", hint)
    address = _OPTION.sub(lambda match: account.option(match[1]).strip().rstrip("/"), url)
    if not clean(address):
        raise Denied(
            f"{account.name} names a server that cmflow does not connect to.", "Begin its address with https://"
        )
    return address


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────


def exchange(
    http: "httpx.Client",
    auth: OAuth2,
    account: Account,
    credentials: Credentials,
    code: str,
    redirect: str,
    verifier: str,
) -> Grant:
    """What the code is worth, as the account keeps it."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    if auth.pkce:
        form["code_verifier"] = verifier
    grant = _granted(http, auth, account, credentials, form, (code, verifier))
    grant = auth.exchange(http, account, credentials, grant) if auth.exchange else grant
    if auth.keeps == "refresh_token" and not grant.refresh_token:
        raise Denied("The network gave no refresh token.", "Revoke the app's access there, and connect again.")
    return grant


def refresh(http: "httpx.Client", auth: OAuth2, account: Account, credentials: Credentials, token: str) -> Grant:
    """A new access token; with the refresh token to be kept from now on, which may be the same.

    Raises Denied where the network does not take the token any more, Unsure where it is unknown whether it did.
    """
    form = {"grant_type": "refresh_token", "refresh_token": token}
    grant = _granted(http, auth, account, credentials, form, (token,))
    return grant if grant.refresh_token else replace(grant, refresh_token=token)


def credentials(auth: OAuth2, access: Access) -> Credentials:
    """The app, from the account's secrets."""
    return Credentials(access.secret(auth.client_id), access.secret("client_secret") if auth.client_secret else "")


def ends(auth: OAuth2, grant: Grant, now: datetime) -> datetime | None:
    """When the token that is kept expires; None where it never does, or that is unknown."""
    end = grant.refresh_until if auth.keeps == "refresh_token" else grant.until
    return end or (now + auth.lifetime if auth.lifetime else None)


def _granted(
    http: "httpx.Client",
    auth: OAuth2,
    account: Account,
    app: Credentials,
    form: Mapping[str, str],
    hidden: Collection[str],
) -> Grant:
    import httpx

    fields, headers, title = {**form, auth.client_id: app.client_id}, {"Accept": "application/json"}, "The token server"
    if auth.basic and app.client_secret:
        del fields[auth.client_id]
    elif app.client_secret:
        fields["client_secret"] = app.client_secret
    if auth.basic:
        pair = ":".join(quote(word, safe="") for word in (app.client_id, app.client_secret))
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    try:
        answer = http.post(filled(auth.token_url, account), data=fields, headers=headers)
    except httpx.HTTPError as error:
        raise errors.silence(title, error, writes=True) from None
    grant = decode(answer, auth.scopes)
    if grant is None:
        message = errors.message(answer, (*hidden, app.client_secret), SAYING)
        advice = errors.Advice(denied=again(account))
        raise errors.failure(answer, title, message, writes=True, kind=_kind(answer, message), advice=advice)
    return grant


def again(account: Account) -> str:
    return f"Connect the account again: cmflow connect {account.name}"


def _kind(answer: "httpx.Response", message: str) -> type[DeliveryError] | None:
    """A refusal says so in its status, or in its body; an answer that cannot be read may have used up the token."""
    if errors.refuses(answer) or (answer.is_success and message):
        return Denied
    return Unsure if answer.is_success else None


def decode(answer: "httpx.Response", requested: tuple[str, ...]) -> Grant | None:
    """What a token server answers (RFC 6749, 5.1), on its own clock; None where it is not a grant."""
    access = answers.text(answer, "access_token")
    if not answer.is_success or not access:
        return None
    now, document = answers.date(answer), answers.document(answer)
    scopes = document.get("scope")
    granted = tuple(re.split(r"[ ,]+", scopes.strip())) if isinstance(scopes, str) and scopes.strip() else requested
    longest = _seconds(document, "refresh_token_expires_in", "refresh_expires_in")
    return Grant(
        access,
        answers.text(answer, "refresh_token"),
        _expiry(now, _seconds(document, "expires_in")),
        _expiry(now, longest),
        granted,
    )


def _seconds(document: Mapping[str, Any], *names: str) -> int:
    """The first of these numbers, which some servers send as text; 0 where there is none, or it is not one."""
    for name in names:
        written = str(document.get(name, ""))
        if written.isascii() and written.isdigit() and len(written) < 12:
            return min(int(written), LONGEST)
    return 0


def _expiry(now: datetime | None, seconds: int) -> datetime | None:
    return now + timedelta(seconds=seconds) if now and seconds else None


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────


def variables(auth: OAuth2, account: Account) -> tuple[str, ...]:
    """The environment variables that a run needs."""
    return tuple(secrets.variable(account.name, name) for name in auth.secrets)
