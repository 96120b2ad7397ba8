"""Where the secrets of accounts would go, and what a change of the plan does to that.

A plan is data that anybody may propose. The servers in it are told secrets that are not in it: so whoever merges is
shown each server that would get one and did not before, spelt so that a name made to look like another cannot hide.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from urllib.parse import urlsplit

from cmflow.model import Account, Plan, Problem
from cmflow.netkit import network
from cmflow.netkit.addresses import clean, in_ascii, in_letters
from cmflow.problems import safe_line

CODE = "new-destination"
ALIKE = 0.85  # as difflib counts; one letter of ten is 0.9
_LOOKALIKES = {
    **dict.fromkeys("0οоօ", "o"), **dict.fromkeys("1i|ıіӏι", "l"), **dict.fromkeys("аαɑ", "a"), "е": "e", "с": "c",
    "р": "p", "ρ": "p", "х": "x", "у": "y", "ѕ": "s", "ј": "j", "һ": "h", "ո": "n", "ν": "v", "κ": "k", "5": "s",
    "к": "k", "м": "m", "т": "t", "в": "b", "н": "h", "ԁ": "d", "ɡ": "g", "ʟ": "l", "-": "", "_": "",
}  # fmt: skip
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA"})  # scripts that are written in one word
_SIGNED = re.compile(r"//[^/\s]*@")  # a name and a password in front of the host
_HINT = "Merge it only if you know that server, and mean the secrets of this account to go there."


def problems(before: Plan | None, now: Plan) -> Iterator[Problem]:
    """A problem for each account that would publish elsewhere, or whose secrets would go elsewhere, than before."""
    known = {account.name: account for account in before.accounts} if before else {}
    servers = {host for account in known.values() for host in hosts(account)}
    for account in now.accounts:
        if network.load(account.network).secrets and _place(account) != _place(known.get(account.name)):
            yield Problem(now.path, account.line, CODE, _message(known, account, servers), _HINT, account.name)


def addresses(account: Account) -> tuple[str, ...]:
    """The servers that the account's options name, each as it is spoken to, or as it is written where it is none."""
    names = (option.name for option in network.load(account.network).options if option.destination)
    words = (word for name in names for word in account.option(name).split())
    return tuple(_spelt(word) for word in words)


def hosts(account: Account) -> tuple[str, ...]:
    """The hosts of these servers, with their ports: lower case, and in the letters that are looked up."""
    return tuple(urlsplit(address).netloc or address for address in addresses(account))


def _place(account: Account | None) -> tuple[object, ...]:
    """All that decides where the account publishes."""
    return (account.network, addresses(account), _others(account)) if account else ()


def _others(account: Account) -> tuple[tuple[str, str], ...]:
    """The options that name no server: a room, a page, a handle."""
    servers = {option.name for option in network.load(account.network).options if option.destination}
    return tuple(sorted((name, value) for name, value in account.options if name not in servers))


@cache
def _spelt(word: str) -> str:
    """The address in ASCII and lower case, so that nothing in it can look like something else."""
    scheme, mark, rest = _clean(word).partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{in_ascii(host)}{slash}{path}" if host else _SIGNED.sub("//…@", word)


def _clean(word: str) -> str:
    return clean(word.replace("wss://", "https://", 1))


# ── in words ────────────────────────────────────────────────────────────────────────────────────────────────


def _message(known: Mapping[str, Account], account: Account, servers: set[str]) -> str:
    old = known.get(account.name)
    if old is None:
        first = f"`{account.name}` is a new account: its secrets would go to {_named(account)}."
    elif _named(old) == _named(account):
        first = f"The secrets of `{account.name}` go to {_named(account)} as before, but it would post elsewhere."
    else:
        first = f"The secrets of `{account.name}` would go to {_named(account)}; until now they go to {_named(old)}."
    return " ".join((first, *_warnings(account, servers), *_moved(old, account)))


def _moved(old: Account | None, account: Account) -> Iterator[str]:
    """What else of the account's options decides where it posts, where that changes."""
    before, now = dict(_others(old)) if old else {}, dict(_others(account))
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            value = f"`{safe_line(now[name])}`" if name in now else "not given any more"
            yield f"Its `{name}` is {value}{f', and was `{safe_line(before[name])}`' if name in before else ''}."


def _named(account: Account) -> str:
    """`sociai.example (Mastodon)`"""
    title = network.load(account.network).title
    named = " and ".join(f"`{safe_line(address)}`" for address in addresses(account))
    return f"{named} ({title})" if named else f"{title}'s usual server"


def _warnings(account: Account, servers: set[str]) -> Iterator[str]:
    names = (option.name for option in network.load(account.network).options if option.destination)
    for word in (word for name in names for word in account.option(name).split()):
        if _clean(word):
            host = urlsplit(_spelt(word)).netloc
            yield from _doubts(word, host, servers - {host})
        else:
            yield f"`{safe_line(_spelt(word))}` is not an address that cmflow speaks to."


def _doubts(word: str, host: str, servers: set[str]) -> Iterator[str]:
    letters = in_letters(host)
    if letters != host:
        yield f"It is written `{safe_line(letters)}`, with letters beyond a to z."
    if any(_mixed(label) for label in letters.split(".")):
        yield "It mixes letters of several scripts, as a name does that is made to look like another."
    if re.search("[A-Z]", re.sub(r"^[a-z]+://", "", word)):
        yield f"The plan writes it with capitals, `{safe_line(word)}`: read it in lower case."
    for server in sorted(servers):
        if host.startswith(f"{server}."):
            yield f"It begins with `{safe_line(server)}`, which is another server."
        elif _alike(letters, in_letters(server)):
            yield f"It looks like `{safe_line(server)}`, which is another server."


def _mixed(label: str) -> bool:
    """Whether the letters of the label are of several scripts, by the first words of their names in Unicode."""
    scripts = {unicodedata.name(letter, "").split(" ")[0].split("-")[0] for letter in label if letter.isalpha()}
    return len(scripts) > 1 and not scripts <= _TOGETHER


def _alike(one: str, other: str) -> bool:
    one, other = _bones(one), _bones(other)
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _bones(host: str) -> str:
    """What is left of a name to an eye that is in a hurry."""
    plain = (letter for letter in unicodedata.normalize("NFKD", host.casefold()) if not unicodedata.combining(letter))
    return "".join(_LOOKALIKES.get(letter, letter) for letter in plain).replace("rn", "m").replace("vv", "w")
