"""Who plays an account of the plan in the sandbox: a fake of its network with the account's own ids, and fake secrets.

No secret of the sandbox is known before it is made, and none is kept: each start makes new ones.
"""

import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from cmflow.model import Account
from cmflow.netkit import network
from cmflow.netkit.auth import OAuth2, Way
from cmflow.sandbox.fakes import (
    bluesky,
    discord,
    facebook,
    linkedin,
    mastodon,
    matrix,
    slack,
    telegram,
    telegram_people,
    webhook,
    x,
    youtube,
)
from cmflow.values import dataclass

Clock = Callable[[], datetime]


PROOFS = ("token", "password", "hook_token", "hook", "secret", "managed")  # what fakes know an account by


@dataclass
class Actor:
    """An account in the sandbox. `secrets` are what a run needs of it, by name; `codes` what each authorisation code
    was given out for."""

    account: Account
    fake: Any
    secrets: dict[str, str]
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def ways(self) -> tuple[Way, ...]:
        return network.load(self.account.network).ways

    @property
    def access_token(self) -> str:
        """The access token that is good now, of a network where a refresh token is kept; else ""."""
        return str(self.fake.token) if "refresh_token" in self.secrets else ""

    def renew(self, clock: Clock) -> None:
        """Give the account new secrets; the old ones are void."""
        fresh = cast(self.account, clock)
        for name in PROOFS:
            if hasattr(self.fake, name):
                setattr(self.fake, name, getattr(fresh.fake, name))
        app = {name: self.secrets[name] for name in ("client_id", "client_secret") if name in self.secrets}
        self.secrets = fresh.secrets | app


def cast(account: Account, clock: Clock) -> Actor:
    """An actor for the account. KeyError for a network that has no fake."""
    fake, own = MAKERS[account.network](account, clock)
    ways = network.load(account.network).ways
    app = {"client_id": "1234567890", "client_secret": secrets.token_hex(16)} if _oauth(ways) else {}
    return Actor(account, fake, {**app, **own})


def token(name: str) -> str:
    """A token as that network writes them."""
    random = secrets.token_hex(20)
    shapes = {"facebook": f"EAA{random}", "telegram": f"123456789:AA{random[:33]}", "slack": f"xoxb-1-2-{random}"}
    shapes |= {
        "youtube": f"ya29.{random}",
        "matrix": f"syt_{random}",
        "discord": f"MTIzNDU2Nzg5MDEyMzQ1Njc4.{random[:6]}.{random[:38]}",
    }
    return shapes.get(name, f"{name}-{random}")


def tick(fake: Any, now: datetime) -> None:
    """Tell the fake what time it is, in its network's own way."""
    seconds, iso = int(now.timestamp()), now.strftime("%Y-%m-%dT%H:%M:%S")
    times: dict[type, tuple[str, Any]] = {
        discord.Discord: ("timestamp", f"{iso}.000000+00:00"),
        facebook.Facebook: ("created", f"{iso}+0000"),
        linkedin.LinkedIn: ("created", seconds * 1_000),
        mastodon.Mastodon: ("now", now),
        matrix.Matrix: ("now", now),
        slack.Slack: ("start", seconds),
        telegram.Telegram: ("date", seconds),
        x.X: ("created", f"{iso}.000Z"),
        youtube.YouTube: ("now", now),
    }
    if type(fake) in times:
        setattr(fake, *times[type(fake)])


def _oauth(ways: tuple[Way, ...]) -> bool:
    return any(isinstance(way, OAuth2) for way in ways)


# ── one network each ────────────────────────────────────────────────────────────────────────────────────────

Made = tuple[Any, dict[str, str]]


def _bluesky(account: Account, clock: Clock) -> Made:
    random = secrets.token_hex(8)
    password = "-".join(random[start : start + 4] for start in range(0, 16, 4))
    home = account.option("service").rstrip("/") or "https://bsky.social"
    fake = bluesky.Bluesky(password=password, handle=account.option("handle").lstrip("@"), home=home)
    return fake, {"app_password": password}


def _discord(account: Account, clock: Clock) -> Made:
    channel = account.option("channel")
    if not channel:
        hook = secrets.token_hex(34)
        fake = discord.Discord(hook_token=hook)
        return fake, {"webhook_url": f"https://discord.com/api/webhooks/{discord.HOOK}/{hook}"}
    fake = discord.Discord(token("discord"), channel_id=channel, thread_id=account.option("thread") or "902")
    return fake, {"token": fake.token}


def _facebook(account: Account, clock: Clock) -> Made:
    page, secret = account.option("page") or facebook.PAGE, token("facebook")
    scopes = tuple(scope for way in network.load("facebook").ways if isinstance(way, OAuth2) for scope in way.scopes)
    fake = facebook.Facebook(
        token=secret, page=page, scopes=scopes, managed=[facebook.managed(page, access_token=secret)]
    )
    return fake, {"client_id": facebook.APP, "client_secret": facebook.SECRET, "token": secret}


def _linkedin(account: Account, clock: Clock) -> Made:
    organisation = f"urn:li:organization:{account.option('organization') or '1000001'}"
    fake = linkedin.LinkedIn(token("linkedin"), organisation=organisation)
    return fake, {"token": fake.token}


def _mastodon(account: Account, clock: Clock) -> Made:
    fake = mastodon.Mastodon(token("mastodon"), account.option("instance").rstrip("/"), keeps_keys=True)
    return fake, {"token": fake.token}


def _matrix(account: Account, clock: Clock) -> Made:
    room = account.option("room")
    fake = matrix.Matrix(token("matrix"), date={})
    if room.startswith("#"):
        fake.alias = room
    else:
        fake.room = room
    return fake, {"token": fake.token}


def _slack(account: Account, clock: Clock) -> Made:
    channel = account.option("channel")
    if not channel:
        fake = slack.Slack(hook=f"https://hooks.slack.com/services/T0FAKE000/B0FAKE000/{secrets.token_hex(12)}")
        return fake, {"webhook_url": fake.hook}
    fake = slack.Slack(token("slack"), channel=channel)
    return fake, {"token": fake.token}


def _telegram(account: Account, clock: Clock) -> Made:
    chat = account.option("chat")
    names = {"username": chat[1:]} if chat.startswith("@") else {"id": int(chat)} if chat.lstrip("-").isdigit() else {}
    channel = telegram_people.CHANNEL | {"title": account.title or account.name} | names
    fake = telegram.Telegram(token("telegram"), chats=(channel, telegram_people.GROUP))
    return fake, {"token": fake.token}


def _webhook(account: Account, clock: Clock) -> Made:
    secret = "whsec_" + b64encode(secrets.token_bytes(24)).decode()
    return webhook.Webhook(secret, lambda: clock().timestamp()), {"secret": secret}


def _x(account: Account, clock: Clock) -> Made:
    name = account.option("handle").lstrip("@") or "team"
    fake = x.X(token("x"), x.USER | {"username": name})
    return fake, {"refresh_token": f"refresh-{secrets.token_hex(16)}"}


def _youtube(account: Account, clock: Clock) -> Made:
    channel, playlist = account.option("channel") or youtube.CHANNEL, account.option("playlist") or youtube.PLAYLIST
    fake = youtube.YouTube(token("youtube"), channel, playlist)
    return fake, {"refresh_token": f"refresh-{secrets.token_hex(16)}"}


MAKERS: dict[str, Callable[[Account, Clock], Made]] = {
    "bluesky": _bluesky,
    "discord": _discord,
    "facebook": _facebook,
    "linkedin": _linkedin,
    "mastodon": _mastodon,
    "matrix": _matrix,
    "slack": _slack,
    "telegram": _telegram,
    "webhook": _webhook,
    "x": _x,
    "youtube": _youtube,
}
