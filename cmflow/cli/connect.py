"""`cmflow connect`"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click

from cmflow.cli import _sandbox, _tokens
from cmflow.cli._actions import run_name
from cmflow.cli._clock import wall_clock
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.content.secrets import variable
from cmflow.model import Account
from cmflow.model.errors import CmflowError, Denied, NotSent, Rejected, SourceError
from cmflow.netkit import auth, loopback, network, oauth
from cmflow.netkit.auth import Credentials, Grant, OAuth2, Way
from cmflow.netkit.network import Access, Network
from cmflow.problems import safe_line
from cmflow.publish.accounts import named
from cmflow.publish.answers import ask
from cmflow.repository import refusals

if TYPE_CHECKING:
    from cmflow.sandbox.door import Served

WAIT = 300.0  # seconds that a person has to let the app in
OPEN = ("client_id", "client_key")  # what is typed for all to see: they are in the address of the page, too


@click.command()
@click.argument("name", metavar="ACCOUNT")
@click.option("--github", is_flag=True, help="Write the secrets into the environment of the workflow on GitHub.")
@click.option("--no-browser", is_flag=True, help="Show the address to open, and ask for the address it redirects to.")
@click.option("--show", is_flag=True, help="Print the secrets themselves.")
@click.option(
    "--port", type=int, default=loopback.PORT, show_default=True, help="Local port that the browser is redirected to."
)
@click.pass_context
def command(ctx: click.Context, name: str, github: bool, no_browser: bool, show: bool, port: int) -> int:
    """Get what an account needs to sign in, step by step, and check it.

    Nothing is published. The names of the secrets are printed, and their values only with --show. With --github they
    are written into the environment `publish` of the repository that GITHUB_REPOSITORY names, with the token
    CMFLOW_GITHUB_TOKEN.

    \b
      cmflow connect news
      cmflow connect news --github
    """
    context = open_context(ctx.obj)
    account = named(context.folder.sure_plan, name)
    record = network.load(account.network)
    chosen = _way(account, record)
    redirect = loopback.address(port) if isinstance(chosen, OAuth2) and port else ""
    sandbox = _sandbox.door()
    if sandbox is None:
        refusals.pinned(account, os.environ)
    if github:
        _tokens.check(account)  # before a person takes pains
    _explain(account, record, chosen, redirect, sandbox)
    values, ends = _obtained(account, chosen, no_browser, port, sandbox)
    _verify(account, record, values, sandbox)
    stored = {name: value for name, value in values.items() if name != "access_token"}
    _hand_over(account, stored, github, show)
    _remember(context, account, values[chosen.secrets[-1]], ends)
    return Exit.FINE


def _way(account: Account, record: Network[object]) -> Way:
    way = auth.fitting(record.auth, account)
    if way is None:
        raise SourceError(f"{record.title} needs no sign-in.", "See: cmflow accounts")
    if record.publish is None and record.connect is None:
        hint = "Its posts are published by hand: cmflow preview shows what to paste there."
        raise SourceError(f"cmflow does not publish to {record.title} yet: there is nothing to connect.", hint)
    return way


def _explain(account: Account, record: Network[object], way: Way, redirect: str, sandbox: Served | None) -> None:
    if way.title:
        others = (f"; with `{other.option}` in the plan, as {other.title}" for other in record.ways if other.option)
        reason = f", because the plan gives it `{way.option}`" if way.option else "".join(others)
        click.echo(f"{account.name} signs in to {record.title} as {way.title}{reason}.")
    page = oauth.filled(way.page, account) if way.page else ""
    if page or sandbox:
        click.echo(f"Open {sandbox.page(account, page) if sandbox else page}")
    for number, step in enumerate(way.steps, 1):
        click.echo(f"  {number}. {step}")
    if redirect:
        click.echo(f"The app must allow this redirect address: {redirect}")


def _label(name: str) -> str:
    """What a secret is called in a sentence: `client ID`, `webhook URL`."""
    return " ".join({"id": "ID", "url": "URL", "api": "API"}.get(word, word) for word in name.split("_"))


def _obtained(
    account: Account, way: Way, no_browser: bool, port: int, sandbox: Served | None
) -> tuple[Mapping[str, str], datetime | None]:
    """The secrets by name, and when what the account keeps ends."""
    if not isinstance(way, OAuth2):
        return {name: _prompt(account, name) for name in way.secrets}, None
    app = {name: _prompt(account, name) for name in way.app}
    credentials = Credentials(app[way.client_id], app.get("client_secret", ""))
    grant = _authorised(account, way, credentials, no_browser, port, sandbox)
    ends = oauth.ends(way, grant, wall_clock())
    if way.keeps == "token":
        return {"token": grant.access_token}, ends
    return {**app, "refresh_token": grant.refresh_token, "access_token": grant.access_token}, ends


def _prompt(account: Account, name: str) -> str:
    """From the environment where it is there already, else typed and not shown. A sandbox gets no real secret."""
    given = "" if _sandbox.is_on() else os.environ.get(variable(account.name, name), "").strip()
    label = _label(name)
    return given or click.prompt(label[0].upper() + label[1:], hide_input=name not in OPEN, err=True).strip()


def _authorised(
    account: Account, way: OAuth2, app: Credentials, no_browser: bool, port: int, sandbox: Served | None
) -> Grant:
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    with loopback.callback(port) as server, _tokens.client(account, sandbox) as client:
        redirect = server.address
        url = oauth.authorise_url(way, account, app, redirect, state, verifier)
        url = sandbox.page(account, url) if sandbox else url
        if not port:
            click.echo(f"The app must allow this redirect address: {redirect}")
        if no_browser:
            click.echo(f"Open {url}")
            returned = click.prompt("The address that the browser ended up at", hide_input=True, err=True)
        else:
            click.echo(f"Allow cmflow in the browser; if none opens, open {url}")
            click.launch(url)
            returned = server.wait(WAIT)
        grant = oauth.exchange(client, way, account, app, oauth.code(returned, state), redirect, verifier)
    if missing := _missing(way, grant):
        click.echo(f"Not granted: {', '.join(missing)}. What needs that will be refused.", err=True)
    return grant


def _missing(way: OAuth2, grant: Grant) -> list[str]:
    """What was asked for and not granted, by the network's word; that it may last offline, its refresh token says."""
    lasting = ("offline.access", "offline_access") if grant.refresh_token else ()
    return [scope for scope in way.scopes if grant.scopes and scope not in (*grant.scopes, *lasting)]


def _verify(account: Account, record: Network[object], values: Mapping[str, str], sandbox: Served | None) -> None:
    connect, verify = record.connect, record.verify
    if connect is None or verify is None:
        click.echo(f"cmflow cannot check this: it does not sign in to {record.title} yet.")
        return
    access = Access(account, tuple(values.items()))
    try:
        with _tokens.client(account, sandbox) as client:
            session = ask(record, access, lambda: connect(client, access))
            standing = ask(record, access, lambda: verify(session))
    except (Denied, Rejected):
        raise
    except NotSent as error:  # the network has trouble: what a person took pains to get is not thrown away
        click.echo(f"This cannot be checked now: {error} Later: cmflow accounts verify {account.name}", err=True)
        return
    click.echo(f"Signed in: {safe_line(standing.who)}")


def _hand_over(account: Account, values: Mapping[str, str], github: bool, show: bool) -> None:
    if _sandbox.is_on():
        click.echo(f"{account.name} is connected to the sandbox, which knows its secrets: there is nothing to store.")
        return
    names = {variable(account.name, name): value for name, value in values.items()}
    show = show or (not github and sys.stdin.isatty() and click.confirm("Show the secrets here now?", err=True))
    click.echo("Its secrets:")
    for name, value in names.items():
        if github:
            _tokens.save(name, value)
        click.echo(f"  {name}={value}" if show else f"  {name}")
    if github:
        click.echo("They are written into the environment on GitHub.")
    elif not show:
        click.echo("To see them, run this again with --show; to write them on GitHub, with --github.")
    click.echo("A job on GitHub gets them with these lines, under `env:` of the step that publishes (publish.yml):")
    for name in names:
        click.echo(f"  {name}: ${{{{ secrets.{name} }}}}")


def _remember(context: Context, account: Account, token: str, ends: datetime | None) -> None:
    """When it ends goes into the ledger, where `watch` and the calendar find it; without git only this line says it."""
    if ends:
        click.echo(f"Valid until {ends:%Y-%m-%d}; cmflow watch and the calendar will remind you two weeks before.")
    from cmflow.publish import tokens

    if context.repository is not None:
        try:
            tokens.set_end(context.ledger(STATE), account.name, token, ends, run_name(), wall_clock)
        except CmflowError as error:
            click.echo(f"The expiry date could not be written to the ledger: {error}", err=True)
