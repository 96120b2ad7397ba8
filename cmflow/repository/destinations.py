"""Where the secrets of accounts would be sent, and how a change of the plan affects that.

Anyone may propose a change to the plan, and its servers receive secrets that are not in it. So the person who merges
is shown each server that would newly get one, spelt so that a lookalike name cannot hide.
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
ALIKE = 0.85  # difflib's ratio; one letter in ten is 0.9
_LOOKALIKES = {
    **dict.fromkeys("0οоօ", "o"), **dict.fromkeys("1i|ıіӏι", "l"), **dict.fromkeys("аαɑ", "a"), "е": "e", "с": "c",
    "р": "p", "ρ": "p", "х": "x", "у": "y", "ѕ": "s", "ј": "j", "һ": "h", "ո": "n", "ν": "v", "κ": "k", "5": "s",
    "к": "k", "м": "m", "т": "t", "в": "b", "н": "h", "ԁ": "d", "ɡ": "g", "ʟ": "l", "-": "", "_": "",
}  # fmt: skip
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA"})  # scripts that occur in one word
_SIGNED = re.compile(r"//[^/\s]*@")  # a user name and password before the host
_HINT = "Merge only if you know this server and want this account's secrets to be sent there."


def problems(old: Plan | None, plan: Plan) -> Iterator[Problem]:
    """A problem per account that would publish elsewhere than before, or send its secrets elsewhere."""
    accounts = {account.name: account for account in old.accounts} if old else {}
    servers = {host for account in accounts.values() for host in hosts(account)}
    for account in plan.accounts:
        if network.load(account.network).secrets and _target(account) != _target(accounts.get(account.name)):
            yield Problem(plan.path, account.line, CODE, _message(accounts, account, servers), _HINT, account.name)
    yield from _visits(old, plan)
    yield from _tickets(old, plan)


def _visits(old: Plan | None, plan: Plan) -> Iterator[Problem]:
    """A problem where the key of the service that counts visits would go to another server than before."""
    visits, former = plan.visits, old.visits if old else None
    if visits is None or (former and _spelt(former.address) == _spelt(visits.address)):
        return
    message = f"The key of `visits` would go to `{safe_line(_spelt(visits.address))}`"
    if former:
        message = f"{message}; so far it goes to `{safe_line(_spelt(former.address))}`"
    servers = {urlsplit(_spelt(former.address)).netloc} if former else set[str]()
    host = urlsplit(_spelt(visits.address)).netloc
    sentences = (f"{message}.", *_doubts(visits.address, host, servers - {host}))
    hint = "Merge only if you know this server and want the key to be sent there."
    yield Problem(plan.path, visits.line, CODE, " ".join(sentences), hint)


def _tickets(old: Plan | None, plan: Plan) -> Iterator[Problem]:
    """A problem where people's messages would be put elsewhere than before, or where anyone may read them."""
    former, inbox = old.inbox if old else None, plan.inbox
    if inbox is None or (former and (former.repository, former.public) == (inbox.repository, inbox.public)):
        return
    named = f"issues of `{inbox.repository}`" if inbox.repository else "issues of this repository"
    message = f"What people write to the accounts would be put into {named}"
    if former and former.repository != inbox.repository:
        named = f"`{former.repository}`" if former.repository else "this repository"
        message = f"{message}; so far it is put into those of {named}"
    readers = " It may be a repository that anyone can read." if inbox.public else ""
    hint = "Merge only if you know this repository and those who can read it."
    yield Problem(plan.path, inbox.line, CODE, f"{message}.{readers}", hint)


def addresses(account: Account) -> tuple[str, ...]:
    """The servers in the account's options, each as a URL, or as written if it is not one."""
    names = (option.name for option in network.load(account.network).options if option.destination)
    values = (value for name in names for value in account.option(name).split())
    return tuple(_spelt(value) for value in values)


def hosts(account: Account) -> tuple[str, ...]:
    """The hosts of these servers with their ports: lower case, in ASCII."""
    return tuple(urlsplit(address).netloc or address for address in addresses(account))


def _target(account: Account | None) -> tuple[object, ...]:
    """Everything that decides where the account publishes."""
    return (account.network, addresses(account), _options(account)) if account else ()


def _options(account: Account) -> tuple[tuple[str, str], ...]:
    """The options that do not name a server: a room, a page, a handle."""
    servers = {option.name for option in network.load(account.network).options if option.destination}
    return tuple(sorted((name, value) for name, value in account.options if name not in servers))


@cache
def _spelt(word: str) -> str:
    """The address in ASCII and lower case, so that nothing in it can imitate something else."""
    scheme, mark, location = _clean(word).partition("://")
    host, slash, path = location.partition("/")
    return f"{scheme}{mark}{in_ascii(host)}{slash}{path}" if host else _SIGNED.sub("//…@", word)


def _clean(word: str) -> str:
    return clean(word.replace("wss://", "https://", 1))


# ── in words ────────────────────────────────────────────────────────────────────────────────────────────────


def _message(accounts: Mapping[str, Account], account: Account, servers: set[str]) -> str:
    old = accounts.get(account.name)
    if old is None:
        first = f"`{account.name}` is a new account: its secrets would go to {_named(account)}."
    elif _named(old) == _named(account):
        first = f"The secrets of `{account.name}` go to {_named(account)} as before, but it would post elsewhere."
    else:
        first = f"The secrets of `{account.name}` would go to {_named(account)}; so far they go to {_named(old)}."
    return " ".join((first, *_warnings(account, servers), *_moved(old, account)))


def _moved(old: Account | None, account: Account) -> Iterator[str]:
    """A sentence per other option of the account that changes where it posts."""
    former, options = dict(_options(old)) if old else {}, dict(_options(account))
    for name in sorted(former.keys() | options.keys()):
        if former.get(name) != options.get(name):
            value = f"`{safe_line(options[name])}`" if name in options else "no longer set"
            yield f"Its `{name}` is {value}{f', and was `{safe_line(former[name])}`' if name in former else ''}."


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
            yield f"`{safe_line(_spelt(word))}` is not an address that cmflow can use."


def _doubts(word: str, host: str, servers: set[str]) -> Iterator[str]:
    letters = in_letters(host)
    if letters != host:
        yield f"It is spelt `{safe_line(letters)}`, with letters other than a to z."
    if any(_mixed(label) for label in letters.split(".")):
        yield "It mixes letters of several scripts, as lookalike names do."
    if re.search("[A-Z]", re.sub(r"^[a-z]+://", "", word)):
        yield f"The plan spells it with capitals, `{safe_line(word)}`: read it in lower case."
    for server in sorted(servers):
        if host.startswith(f"{server}."):
            yield f"It begins with `{safe_line(server)}`, which is another server."
        elif _alike(letters, in_letters(server)):
            yield f"It looks like `{safe_line(server)}`, which is another server."


def _mixed(label: str) -> bool:
    """Whether the label has letters of several scripts, by the first words of their Unicode names."""
    scripts = {unicodedata.name(letter, "").split(" ")[0].split("-")[0] for letter in label if letter.isalpha()}
    return len(scripts) > 1 and not scripts <= _TOGETHER


def _alike(first: str, second: str) -> bool:
    first, second = _bones(first), _bones(second)
    return first == second or SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _bones(host: str) -> str:
    """A name reduced to what a hasty reader sees."""
    plain = (letter for letter in unicodedata.normalize("NFKD", host.casefold()) if not unicodedata.combining(letter))
    return "".join(_LOOKALIKES.get(letter, letter) for letter in plain).replace("rn", "m").replace("vv", "w")
