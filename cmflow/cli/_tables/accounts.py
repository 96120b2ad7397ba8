"""What `cmflow accounts` shows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from cmflow.cli._output import widest
from cmflow.content.secrets import variable
from cmflow.model import Account
from cmflow.netkit import network
from cmflow.netkit.auth import fitting
from cmflow.netkit.network import Right, Standing
from cmflow.problems import safe_line
from cmflow.publish.identity import Identity

SHOWN = ("find", "delete", "verify")  # abilities that people ask for


def accounts(accounts: Sequence[Account], environment: Mapping[str, str] | None) -> Iterator[str]:
    """Yield a line per account: its network, what cmflow can do there, and which secrets `environment` lacks; None is
    that of a sandbox, where none is needed."""
    titles = [network.load(account.network).title for account in accounts]
    name_width, title_width = widest(account.name for account in accounts), widest(titles)
    for account, title in zip(accounts, titles, strict=True):
        state = "; ".join(_abilities(account, environment))
        yield f"  {account.name:<{name_width}}  {title:<{title_width}}  {state}"


def _abilities(account: Account, environment: Mapping[str, str] | None) -> Iterator[str]:
    record = network.load(account.network)
    if record.publish is None:
        yield "by hand: cmflow checks and previews its posts, but does not publish there"
        if record.connect is None:
            return
        yield "reads what people write"
    else:
        others = [name for name in record.abilities if name in SHOWN]
        yield f"publishes; also: {', '.join(others)}" if others else "publishes"
    if environment is None:
        return
    way = fitting(record.auth, account)
    names = [variable(account.name, secret) for secret in way.secrets] if way else []
    if missing := [name for name in names if not environment.get(name)]:
        yield f"not set: {', '.join(missing)} (cmflow connect {account.name})"


def identities(identities: Sequence[Identity]) -> Iterator[str]:
    """Yield who each account is, and what to write into the plan where its server sets other limits."""
    width = widest(identity.account.name for identity in identities)
    for identity in identities:
        account = identity.account
        answer = identity.error or _described(
            identity.standing, account.token_ends, network.load(account.network).rights
        )
        yield f"  {account.name:<{width}}  {safe_line(answer)}"
        if differing := identity.differing():
            numbers = {**dict(account.limits), **differing}
            pairs = ", ".join(f"{name}: {value}" for name, value in sorted(numbers.items()))
            yield f"  {'':<{width}}  Its server has different limits. Add to {account.name} in content/plan.md:"
            yield f"  {'':<{width}}  limits: {{{pairs}}}"


def _rights(standing: Standing, rights: tuple[Right, ...]) -> Iterator[str]:
    """Yield what it may do, and what it may not and lacks for it; nothing where the network does not tell."""
    if not standing.may:
        return
    missing = {right.name: [need for need in right.needs if need not in standing.may] for right in rights}
    held = [name for name, needs in missing.items() if not needs] if rights else standing.may
    yield f"may: {', '.join(held) or 'nothing that cmflow does'}"
    yield from (f"may not {name}: lacks {', '.join(needs)}" for name, needs in missing.items() if needs)


def _described(standing: Standing | None, recorded: date | None, rights: tuple[Right, ...]) -> str:
    """Who it is, what it may do, and until when: by the network's word, else as the ledger or the plan has it."""
    if standing is None:
        return ""
    may = "".join(f"; {words}" for words in _rights(standing, rights))
    end = standing.until.date() if standing.until else recorded
    until = f"; until {end}" if end else ""
    return f"{standing.who}{may}{until}"
