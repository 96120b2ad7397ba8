"""The pages and servers at which an account is connected: developer pages, authorisation, tokens (RFC 6749, RFC 7636).

Every address is the network's own. PKCE is checked, a code is good once, and a refresh token that rotates is void once
it was used.
"""

import secrets
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import httpx

from cmflow.content.destinations import LOCAL
from cmflow.netkit import oauth
from cmflow.netkit.auth import OAuth2
from cmflow.sandbox.cast import Actor, Clock, token
from cmflow.sandbox.fakes import facebook
from cmflow.sandbox.pages import Pages

HOUR, MONTHS = 7_200, 5_184_000  # seconds that tokens are good for
GRANTS = ("authorization_code", "refresh_token")


class Refusal(Exception):
    """Why a sign-in does not go on: an error code of RFC 6749, and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def answer(actor: Actor, request: httpx.Request, pages: Pages, clock: Clock) -> httpx.Response | None:
    """The answer to a request that belongs to signing in; None for all others."""
    address = str(request.url.copy_with(query=None, fragment=None)).rstrip("/")
    ways = [way for way in actor.ways if isinstance(way, OAuth2)]
    doors = [way for way in ways if address == oauth.filled(way.authorise_url, actor.account)]
    servers = [way for way in ways if address == oauth.filled(way.token_url, actor.account)]
    try:
        if doors:
            return _authorise(actor, _meant(doors, request.url.params.get("scope", "")), request, pages)
        form = dict(parse_qsl(request.content.decode())) if servers else {}
        if form.get("grant_type") in GRANTS:
            return _granted(actor, servers[0], request, form, clock)
    except Refusal as refusal:
        return _refused(refusal, request, pages)
    if any(way.page and address == oauth.filled(way.page, actor.account).rstrip("/") for way in actor.ways):
        return _developer_page(actor, request, pages, clock)
    return None


def _meant(ways: list[OAuth2], scopes: str) -> OAuth2:
    """Of several ways with the same page, that whose scopes these are; else the first."""
    return next((way for way in ways if way.separator.join(way.scopes) == scopes), ways[0])


def expire(actor: Actor, request: httpx.Request) -> httpx.Response | None:
    """The answer of a token server whose refresh token has ended; None for all other requests."""
    address, form = str(request.url.copy_with(query=None)), dict(parse_qsl(request.content.decode(errors="replace")))
    tokens = [oauth.filled(way.token_url, actor.account) for way in actor.ways if isinstance(way, OAuth2)]
    if address in tokens and form.get("grant_type") == "refresh_token":
        return _error("invalid_grant", "The refresh token has expired.")
    return None


def _refused(refusal: Refusal, request: httpx.Request, pages: Pages) -> httpx.Response:
    if request.method == "GET":
        return httpx.Response(400, html=pages.sentence("This sign-in cannot continue", str(refusal)))
    return _error(refusal.code, str(refusal))


def _error(code: str, sentence: str) -> httpx.Response:
    return httpx.Response(400, json={"error": code, "error_description": sentence})


# ── a person lets the app in ────────────────────────────────────────────────────────────────────────────────


def _authorise(actor: Actor, way: OAuth2, request: httpx.Request, pages: Pages) -> httpx.Response:
    """The page that asks; once a person has answered, the way back to the app."""
    query = dict(request.url.params)
    _check(actor, way, query)
    if request.method != "POST":
        return httpx.Response(200, html=pages.authorise(actor, way, str(request.url.query.decode())))
    pressed = dict(parse_qsl(request.content.decode())).get("answer")
    if pressed != "allow":
        back = {"error": "access_denied", "error_description": "The person did not allow it.", "state": query["state"]}
    else:
        code = secrets.token_urlsafe(24)
        actor.codes[code] = {name: query.get(name, "") for name in ("redirect_uri", "code_challenge", "scope")}
        back = {"code": code, "state": query["state"]}
    return httpx.Response(303, headers={"Location": f"{query['redirect_uri']}?{urlencode(back)}"})


def _check(actor: Actor, way: OAuth2, query: Mapping[str, str]) -> None:
    if query.get(way.client_id) != actor.secrets["client_id"]:
        raise Refusal("invalid_client", f"No app here has this {way.client_id}: copy the one on the developer page.")
    redirect = urlsplit(query.get("redirect_uri", ""))
    if redirect.scheme != "http" or redirect.hostname not in LOCAL:
        raise Refusal("invalid_request", "The redirect_uri is not an address of this machine.")
    if query.get("response_type") != "code" or not query.get("state"):
        raise Refusal("invalid_request", "The request needs response_type=code and a state.")
    unknown = set(query.get("scope", "").replace(way.separator, " ").split()) - set(way.scopes)
    if unknown or not query.get("scope"):
        raise Refusal("invalid_scope", f"The app may not ask for: {', '.join(sorted(unknown)) or 'nothing'}.")
    if way.pkce and (not query.get("code_challenge") or query.get("code_challenge_method") != "S256"):
        raise Refusal("invalid_request", "The request has no code_challenge with the method S256 (PKCE).")


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────


def _granted(
    actor: Actor, way: OAuth2, request: httpx.Request, form: Mapping[str, str], clock: Clock
) -> httpx.Response:
    _check_app(actor, way, request, form)
    if form["grant_type"] == "refresh_token":
        return _refreshed(actor, way, form)
    code = actor.codes.pop(form.get("code", ""), None)
    if code is None:
        raise Refusal("invalid_grant", "The code is not known, or was used before.")
    if form.get("redirect_uri") != code["redirect_uri"]:
        raise Refusal("invalid_grant", "The redirect_uri is not the one used for the authorisation.")
    if way.pkce and oauth.challenge(form.get("code_verifier", "")) != code["code_challenge"]:
        raise Refusal("invalid_grant", "The code_verifier does not belong to the code_challenge (PKCE).")
    actor.renew(clock)
    return _tokens(actor, way, with_refresh=way.keeps == "refresh_token")


def _check_app(actor: Actor, way: OAuth2, request: httpx.Request, form: Mapping[str, str]) -> None:
    header = request.headers.get("authorization", "")
    if way.basic and header.startswith("Basic "):
        number, _, secret = b64decode(header.removeprefix("Basic ")).decode().partition(":")
        number, secret = unquote(number), unquote(secret)
    else:
        number, secret = form.get(way.client_id, ""), form.get("client_secret", "")
    if number != actor.secrets["client_id"] or (way.client_secret and secret != actor.secrets["client_secret"]):
        raise Refusal("invalid_client", "The client id and the client secret do not match the developer page.")


def _refreshed(actor: Actor, way: OAuth2, form: Mapping[str, str]) -> httpx.Response:
    if form.get("refresh_token") != actor.secrets.get("refresh_token"):
        raise Refusal("invalid_grant", "The refresh token is invalid, or was used before.")
    actor.fake.token = token(actor.account.network)
    if way.rotates:
        actor.secrets["refresh_token"] = f"refresh-{secrets.token_hex(16)}"
    return _tokens(actor, way, with_refresh=way.rotates)


def _tokens(actor: Actor, way: OAuth2, with_refresh: bool) -> httpx.Response:
    """Facebook's first token is a person's, which its own steps turn into that of the Page."""
    is_facebook = isinstance(actor.fake, facebook.Facebook)
    body: dict[str, Any] = {
        "access_token": facebook.SHORT if is_facebook else actor.fake.token,
        "token_type": "bearer",
        "expires_in": HOUR if way.keeps == "refresh_token" else MONTHS,
        "scope": way.separator.join(way.scopes),
    }
    return httpx.Response(200, json=body | ({"refresh_token": actor.secrets["refresh_token"]} if with_refresh else {}))


# ── developer pages ─────────────────────────────────────────────────────────────────────────────────────────


def _developer_page(actor: Actor, request: httpx.Request, pages: Pages, clock: Clock) -> httpx.Response:
    """What a person copies from there. Pressing the button makes new secrets."""
    if request.method == "POST":
        actor.renew(clock)
        return httpx.Response(303, headers={"Location": "?"})
    return httpx.Response(200, html=pages.developer(actor))
