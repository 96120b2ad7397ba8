"""One run of the inbox: hear what people wrote, show it, carry out what the team wrote, tidy up.

    tally = run(office, ("facebook-en", "x-en"), ledger)

Safe to run twice or side by side: a lease on the branch lets one run write at a time, and every step can be repeated.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cmflow.inbox import intake, moves, relays, upkeep
from cmflow.inbox.actions import ACTIONS
from cmflow.inbox.duty import Duty
from cmflow.inbox.listen import Heard, Request, listen
from cmflow.inbox.office import Office, Tally
from cmflow.inbox.quarantine import Quarantine
from cmflow.inbox.register import Name, Register, open_register
from cmflow.inbox.tickets import Clerk
from cmflow.inbox.triage import Triage, triage
from cmflow.ledger import Ledger, conversations
from cmflow.ledger.conversations import Cursor
from cmflow.model import Conversation, Message
from cmflow.model.errors import SourceError
from cmflow.netkit.network import Inquiry

FIRST = timedelta(days=7)  # how far the first run looks back
ROUNDS = 40  # answers of one network in one run: the next run goes on from there


def run(office: Office, accounts: Collection[str], ledger: Ledger) -> Tally:
    """Do all that is due, and say what was done. Raises SourceError where messages must not be stored, LedgerError
    while another run is at work, GitHubError where the helpdesk cannot be reached, GitError where the branch cannot."""
    refuse_public(office)
    register = open_register(ledger, office.world.run, office.world.clock)
    tally = Tally(failures=[_left_alone(ledger, path) for path in register.unreadable])
    tally.person = bool(register.unreadable)
    try:
        register.rename(office.plan.renames())
        moves.follow(office, register, tally)
        _hear(office, register, tally, accounts)
        upkeep.close_windows(office, register, tally)
        Duty(office, register, tally, ACTIONS).serve()
        relays.follow(office, register, tally)
        upkeep.serve(office, register, tally)
    finally:
        register.close()
    return tally


def refuse_public(office: Office) -> None:
    """Raises SourceError where anybody could read the messages, and the plan does not say that they may."""
    if office.helpdesk.is_public and not office.rules.public:
        raise SourceError(
            "The repository for conversations is public, so everybody could read what people wrote to you.",
            "Name a private one under inbox: repository: in content/plan.md, or write public: yes there.",
        )


def _left_alone(ledger: Ledger, path: str) -> str:
    return f"cmflow cannot read {ledger.branch}:{path}, and leaves its conversation alone until a maintainer fixes it."


def _hear(office: Office, register: Register, tally: Tally, accounts: Collection[str]) -> None:
    """Ask until the networks have told everything, or enough for one run."""
    names, first = tuple(accounts), True
    for _ in range(ROUNDS):
        if not names:
            return
        requests = [Request(name, _inquiry(office, register, name, first)) for name in names]
        heard = listen(requests, office.world)
        for one in heard:
            _note(one, tally)
        _receive(office, register, tally, [one for one in heard if not one.failure])
        names, first = tuple(one.account for one in heard if one.mail.more and not one.failure), False


def _inquiry(office: Office, register: Register, account: str, first: bool) -> Inquiry:
    now = office.world.clock()
    cursor = register.cursors.get(account)
    own = [one for one in register.conversations.values() if one.account == account]
    watched = intake.watched(own, now) if first else ()
    return Inquiry(cursor.text if cursor else "", now - FIRST, office.receipts(account), watched)


def _note(heard: Heard, tally: Tally) -> None:
    tally.gaps.update((f"{heard.account}: {gap}", None) for gap in heard.mail.gaps)
    tally.bugs += heard.bugs
    tally.person |= heard.person
    if heard.failure:
        tally.failures.append(f"{heard.account}: {heard.failure}")


def _receive(office: Office, register: Register, tally: Tally, heard: Collection[Heard]) -> None:
    """Bring tickets and branch in line with what was heard; a cursor moves on only when all of it is shown."""
    now, before = office.world.clock(), dict(register.conversations)
    changed: dict[Name, Conversation] = {}
    for one in heard:
        changed |= {
            (one.account, conversation.id): conversation for conversation in _changed(office, register, one, now)
        }
    texts = {(one.account, message.id): message for one in heard for message in one.mail.messages}
    triages = _triages(office, changed.values(), before, texts)
    clerk = Clerk(office, register, tally, texts, triages, before)
    clerk.serve([conversation for conversation in changed.values() if not conversation.quarantined])
    Quarantine(office, register, tally, texts).serve([one for one in changed.values() if one.quarantined])
    register.save(cursors={one.account: Cursor(one.mail.cursor, now.replace(microsecond=0)) for one in heard})


def _changed(office: Office, register: Register, heard: Heard, now: datetime) -> Iterator[Conversation]:
    """Yield the conversations of an account that this mail changes, or that an earlier run has not shown whole."""
    known = {one.id: one for one in register.conversations.values() if one.account == heard.account}
    posts = {receipt.id for receipt in office.receipts(heard.account)}
    ids = {message.id for message in heard.mail.messages}
    interrupted = {id: conversation for id, conversation in known.items() if _is_interrupted(conversation, ids)}
    received = interrupted | intake.receive(known, heard.account, heard.network, heard.mail, now, posts)
    fresh = received.keys() - known.keys()
    aside = intake.quarantine({**known, **received}.values(), fresh, office.rules.burst, now)
    for id, conversation in received.items():
        if conversations.path(conversation) not in register.unreadable:
            yield _marked(office, conversation, id in aside)


def _is_interrupted(conversation: Conversation, ids: Collection[str]) -> bool:
    """Whether a run was killed before it had shown all of it; `ids` are those of the messages that were heard again."""
    if conversation.purged or (conversation.ticket and conversation.quarantined):
        return False
    return not conversation.ticket or any(not trace.note and trace.id in ids for trace in conversation.traces)


def _marked(office: Office, conversation: Conversation, is_aside: bool) -> Conversation:
    post = next((trace.post for trace in conversation.traces if trace.post), "")
    about = office.about(conversation.account, post) if post and not conversation.campaign else None
    return replace(
        conversation,
        quarantined=conversation.quarantined or is_aside,
        campaign=about.campaign if about else conversation.campaign,
    )


def _triages(
    office: Office,
    changed: Collection[Conversation],
    before: Mapping[Name, Conversation],
    texts: Mapping[tuple[str, str], Message],
) -> dict[Name, Triage]:
    """What each new conversation is about, judged by its first message."""
    triages: dict[Name, Triage] = {}
    for conversation in changed:
        messages = (texts.get((conversation.account, trace.id)) for trace in conversation.traces if not trace.ours)
        first = next(filter(None, messages), None)
        if first:
            triages[conversation.account, conversation.id] = triage(first, conversation.account, office.rules)
    return triages
