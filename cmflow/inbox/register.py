"""The branch of conversations, open for one run at a time: a lease that the push decides about keeps others away."""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta

from cmflow.ledger import Ledger, change, conversations
from cmflow.ledger import rename as deliveries
from cmflow.ledger.conversations import Cursor, Lease
from cmflow.model import Conversation
from cmflow.model.errors import LedgerError
from cmflow.problems.plural import counted
from cmflow.values import dataclass

LEASE = timedelta(minutes=10)  # a run that has written nothing for so long is taken for dead

Name = tuple[str, str]  # the account, and the network's id of the conversation


@dataclass(slots=True)
class Register:
    """Conversations and cursors as this run knows them. What it saves is on the remote, where there is one.

    `unreadable` are files that this cmflow cannot read: it neither overwrites them nor acts on what they are about.
    """

    ledger: Ledger
    run: str
    clock: Callable[[], datetime]
    conversations: dict[Name, Conversation] = field(default_factory=dict)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()

    def save(self, *changed: Conversation, cursors: Mapping[str, Cursor] | None = None) -> None:
        """Write conversations and cursors in one commit, and keep the lease.

        Raises LedgerError where another run has taken this one for dead, GitError where the remote cannot be reached.
        """
        fresh = {name: cursor for name, cursor in (cursors or {}).items() if self.cursors.get(name) != cursor}
        differing = [one for one in changed if self.conversations.get(key(one)) != one]
        if not (fresh or differing):
            return
        files = conversations.files(differing)
        files |= {conversations.cursor_path(name): conversations.encode_cursor(name, fresh[name]) for name in fresh}
        self._commit(files, f"Inbox: {counted(len(differing), 'conversation')}")
        self.conversations.update((key(one), one) for one in differing)
        self.cursors.update(fresh)

    def rename(self, accounts: Mapping[str, str]) -> None:
        """Call the accounts by the names that they have now, old name to new: conversations, cursors and answers."""
        moved = [one for one in self.conversations.values() if one.account in accounts]
        cursors = {name: cursor for name, cursor in self.cursors.items() if name in accounts}
        if not (moved or cursors):
            return
        deliveries.rename(self.ledger, accounts, self.clock())
        files: dict[str, bytes | None] = {conversations.path(one): None for one in moved}
        files |= {conversations.cursor_path(name): None for name in cursors}
        renamed = [replace(one, account=accounts[one.account]) for one in moved]
        fresh = {accounts[name]: cursor for name, cursor in cursors.items()}
        files |= conversations.files(renamed)
        files |= {conversations.cursor_path(name): conversations.encode_cursor(name, fresh[name]) for name in fresh}
        self._commit(files, "Inbox: an account has another name")
        kept = [one for one in self.conversations.values() if one.account not in accounts]
        self.conversations = {key(one): one for one in (*kept, *renamed)}
        self.cursors = {name: one for name, one in self.cursors.items() if name not in accounts} | fresh

    def close(self) -> None:
        """Give the lease back."""
        change.commit(self.ledger, lambda tip: (None, self._release(tip), "Inbox: done"), self.clock)

    def _commit(self, files: Mapping[str, bytes | None], message: str) -> None:
        def write(tip: str | None) -> change.Change[None]:
            lease = conversations.lease(self.ledger, tip)
            if lease is None or lease.run != self.run:
                raise LedgerError("Another run has taken over the inbox.", "It goes on where this one ended.")
            return None, {**files, conversations.LEASE: self._lease()}, message

        change.commit(self.ledger, write, self.clock)

    def _lease(self) -> bytes:
        return conversations.encode_lease(Lease(self.run, self.clock() + LEASE))

    def _release(self, tip: str | None) -> dict[str, bytes | None]:
        lease = conversations.lease(self.ledger, tip)
        return {conversations.LEASE: None} if lease and lease.run == self.run else {}


def open_register(ledger: Ledger, run: str, clock: Callable[[], datetime]) -> Register:
    """Take the lease and read the branch. `run` must be no other run's.

    Raises LedgerError while another run is at work, GitError where the remote cannot be reached.
    """
    register = Register(ledger, run, clock)

    def take(tip: str | None) -> change.Change[None]:
        lease = conversations.lease(ledger, tip)
        if lease and lease.run != run and clock() < lease.until:
            until = f"{lease.until.astimezone(UTC):%H:%M} UTC"
            raise LedgerError(
                "Another run is reading the inbox.",
                "What is written under tickets is carried out by the next run: do not write it twice. If that run was "
                f"killed, the next can begin after {until}.",
            )
        return None, {conversations.LEASE: register._lease()}, "Inbox: begin"

    change.commit(ledger, take, clock)
    inbox = conversations.read(ledger)
    register.conversations.update((key(conversation), conversation) for conversation in inbox.conversations)
    register.cursors.update(inbox.cursors)
    register.unreadable = inbox.unreadable
    return register


def key(conversation: Conversation) -> Name:
    return conversation.account, conversation.id
