"""Secrets written into the plan by mistake: found, removed, and never shown."""

import re
from typing import Any

from cmflow.content.frontmatter import Field, FrontMatter, Map
from cmflow.content.keys import Context
from cmflow.values import compiled

NAMES = (
    r"(?i:(?:.*[_-])?"
    r"(?:token|password|passwd|passphrase|secret|secret_key|api_?key|private_?key|access_?key|nsec|credentials?))"
)

# what services' secrets look like; ids, handles, hosts and public keys must not
VALUES = (
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}"  # GitHub
    r"|xox[a-z]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/\w+/\w+/\w+"  # Slack
    r"|\b[0-9]{8,10}:[A-Za-z0-9_-]{35}\b"  # Telegram bots
    r"|discord(?:app)?\.com/api/webhooks/[0-9]+/[\w-]{20,}"
    r"|\bnsec1[a-z0-9]{50,}|\bsyt_\w{10,}"  # Nostr, Matrix
    r"|\bAIza[\w-]{35}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}"  # Google
    r"|\bEAA[A-Za-z0-9]{30,}"  # Facebook, Instagram, Threads
    r"|\bAKIA[A-Z0-9]{16}\b|\bsk-[\w-]{20,}|\bglpat-[\w-]{20,}"
    r"|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"  # JSON web tokens
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)

# one word that is a whole value, and cannot be pronounced
APP_PASSWORD = r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}"  # Bluesky
RANDOM = r"(?a:(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])[\w+/=-]{32,}|[0-9a-f]{32,})"


def remove(context: Context, matter: FrontMatter) -> dict[str, Field]:
    """The fields with every secret taken out; each is reported, and so are those in the prose."""
    for number, line in enumerate(matter.body.split("\n"), matter.body_line):
        if compiled(VALUES).search(line):
            _report(context, number, "The prose contains what looks like a secret.", ())
    return _clean(context, matter.fields, ())


def mask(prose: str) -> str:
    """The prose, to be shown, with what looks like a secret struck out."""
    return compiled(VALUES).sub("…", prose)


def _clean(context: Context, fields: Map, path: tuple[str, ...]) -> dict[str, Field]:
    fields_left = {}
    for name, field in fields.items():
        inside = (*path, name)
        if _looks_secret(name):
            _report(context, field.line, "A key here looks like a secret.", path)
        elif len(inside) in (1, 3, 4) and compiled(NAMES).fullmatch(name) and field.value is not None:
            _report(context, field.line, f"`{name[:60]}` would hold a secret.", inside)
        elif (value := _value(context, field, inside)) is not None or field.value is None:
            fields_left[name] = Field(value, field.line)
    return fields_left


def _value(context: Context, field: Field, path: tuple[str, ...]) -> Any:
    """The value without secrets; None where it is one."""
    if isinstance(field.value, dict):
        return _clean(context, field.value, path)
    if isinstance(field.value, tuple):
        items = [Field(_value(context, item, path), item.line) for item in field.value]
        return tuple(
            item
            for item, original in zip(items, field.value, strict=True)
            if item.value is not None or original.value is None
        )
    if isinstance(field.value, str) and _looks_secret(field.value):
        _report(context, field.line, f"The value of `{path[-1][:60]}` looks like a secret.", path)
        return None
    return field.value


def _looks_secret(value: str) -> bool:
    word = value.strip()
    return bool(compiled(VALUES).search(word) or re.fullmatch(APP_PASSWORD, word) or compiled(RANDOM).fullmatch(word))


def _report(context: Context, line: int, message: str, path: tuple[str, ...]) -> None:
    """Say where it belongs; below an account (`accounts`, name, …), with the exact variable."""
    account = path[1] if path[:1] == ("accounts",) and len(path) > 2 else ""
    name = variable(account or "account", path[-1] if account and compiled(NAMES).fullmatch(path[-1]) else "token")
    hint = f"Remove it and revoke it on the network: git keeps it. Store the new one as a secret named `{name}`."
    context.report(line, "secret-in-plan", message, hint, account)


def variable(account: str, secret: str) -> str:
    """The environment variable that holds a secret of an account: `CMFLOW_MASTODON_EN_TOKEN`."""
    return f"CMFLOW_{account}_{secret}".replace("-", "_").upper()
