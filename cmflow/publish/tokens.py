"""Fresh access tokens: of an account that keeps a refresh token, each run makes one, and never loses the account.

A refresh token that rotates is good for one use, and many networks take a second use for a theft: they make void
whatever came of it. So the steps are, in this order, each durable before the next:

1. Is there a place that can keep the new refresh token? It is asked before anything is used.
2. Claim, in the ledger: this run is about to use the token of this fingerprint.
3. Refresh.
4. Keep the new refresh token.
5. Write down, in the ledger, that the old one is used up; only then is the new access token used.

Whatever ends a run between two steps, the next one can tell: a token that is used up is never sent again; a claim of
which the new token was kept is finished; a claim of which none was kept is taken over once no run can be using it.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cmflow.ledger import Ledger, change, tokens
from cmflow.ledger.tokens import Claim, Record, fingerprint
from cmflow.model.errors import CmflowError, Denied, NotSent, Unsure
from cmflow.values import dataclass

if TYPE_CHECKING:
    from cmflow.netkit.auth import Grant

ENOUGH = timedelta(minutes=20)  # an access token that is good for so long is not renewed
PAUSES = (1.0, 5.0, 20.0, 60.0)  # seconds between tries to keep a token: there is no other copy


@dataclass(frozen=True, slots=True)
class Kept:
    """What a place keeps: a refresh token, perhaps the access token that came with it, until when and what for that is
    good."""

    refresh_token: str
    access_token: str = ""
    until: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account's tokens are kept. `tokens` reads them, the likeliest first.

    `ready` raises Denied where nothing could be kept; `keep` is durable once it returns, and raises CmflowError.
    `changed` says whether another token was kept since then, though `tokens` does not show it; None: cannot tell.
    """

    tokens: Callable[[], Sequence[Kept]]
    ready: Callable[[], None]
    keep: Callable[[Kept], None]
    changed: Callable[[datetime], bool | None]


@dataclass(frozen=True, slots=True)
class Renewal:
    """How one account gets a fresh access token; `refresh` is the network's own request."""

    account: str
    ledger: Ledger
    place: Place
    refresh: "Callable[[str], Grant]"
    run: str
    clock: Callable[[], datetime]
    pause: Callable[[float], None]

    def access_token(self) -> str:
        """`fresh`, the token alone."""
        return self.fresh().access_token

    def fresh(self) -> Kept:
        """An access token that is good for a while, with what is kept of it.

        Raises NotSent where another run is about to renew it, or has: the next run has the new one. Raises Denied where
        a person must connect the account again, GitError or LedgerError where the ledger cannot be written.
        """
        record = tokens.read(self.ledger, [self.account])[self.account]
        kept = self._current(record)
        if kept.access_token and kept.until and kept.until > self.clock() + ENOUGH:
            return kept
        self.place.ready()
        claim = self._claim(fingerprint(self.account, kept.refresh_token))
        grant = self._refreshed(kept.refresh_token, claim)
        fresh = Kept(grant.refresh_token, grant.access_token, grant.until, grant.scopes)
        if fresh.refresh_token != kept.refresh_token:
            self._keep(fresh)
        self._finish(claim, rotated=fresh.refresh_token != kept.refresh_token, ends=grant.refresh_until)
        return fresh

    def _current(self, record: Record) -> Kept:
        """The token that was not used up."""
        found = self.place.tokens()
        for kept in found:
            if fingerprint(self.account, kept.refresh_token) not in record.used:
                return kept
        if not found:
            raise Denied(f"{self.account} has no refresh token.", _again(self.account))
        raise NotSent(
            f"Another run has renewed the token of {self.account}, and this run started before that.",
            f"The next run will use the new one. If this lasts: cmflow connect {self.account}",
        )

    def _claim(self, token: str) -> Claim:
        """Claim this token: no other run uses it for as long as the lease lasts."""
        claim = Claim(token, self.clock(), self.run, secrets.token_hex(8))

        def edit(record: Record) -> Record:
            open_claim = record.claim
            if token in record.used:
                raise NotSent(
                    f"Another run has just renewed the token of {self.account}.", "The next run will use the new one."
                )
            if open_claim is None:
                return replace(record, claim=claim)
            if open_claim.token != token:  # its new token was kept, or a person connected: this is it
                return replace(tokens.used(record, open_claim.token), claim=claim)
            self._take_over(open_claim)
            return replace(record, claim=claim)

        update(self.ledger, self.account, self.clock, edit, f"Renew the token of {self.account}")
        return claim

    def _take_over(self, claim: Claim) -> None:
        """May a claim be taken over whose run ended before it kept a new token?"""
        if self.clock() < claim.time + tokens.LEASE:
            raise NotSent(f"Another run is renewing the token of {self.account}.", "The next run will use the new one.")
        if self.place.changed(claim.time) is not False:
            raise NotSent(
                f"A run that ended early may have stored a new token of {self.account} that this run cannot see.",
                f"The next run will use it. If this lasts: cmflow connect {self.account}",
            )

    def _refreshed(self, token: str, claim: Claim) -> "Grant":
        if self.clock() >= claim.time + tokens.LEASE / 2:
            raise NotSent(f"It took too long to claim the token of {self.account}.", "The next run will try again.")
        try:
            return self.refresh(token)
        except Unsure as error:  # the claim stays: the token may be used up
            raise NotSent(
                f"{error} The token of {self.account} may no longer be valid.", "A later run will find out."
            ) from None
        except NotSent:
            self._release(claim)
            raise

    def _keep(self, kept: Kept) -> None:
        """This is the only copy: if a place has trouble, cmflow retries."""
        for pause in (*PAUSES, None):
            try:
                self.place.keep(kept)
                return
            except CmflowError as error:
                if pause is None:
                    message = f"The new token of {self.account} could not be stored: {error}"
                    raise Denied(message, f"{error.hint} {_again(self.account)}".strip()) from None
                self.pause(pause)

    def _finish(self, claim: Claim, rotated: bool, ends: datetime | None) -> None:
        def edit(record: Record) -> Record:
            after = tokens.used(record, claim.token) if rotated else record
            return replace(after, claim=None if after.claim == claim else after.claim, ends=ends or after.ends)

        update(self.ledger, self.account, self.clock, edit, f"The token of {self.account} is renewed")

    def _release(self, claim: Claim) -> None:
        """The network certainly did not take the token: it is as good as before."""

        def edit(record: Record) -> Record:
            return replace(record, claim=None) if record.claim == claim else record

        update(self.ledger, self.account, self.clock, edit, f"The token of {self.account} was not renewed")


def update(
    ledger: Ledger, account: str, clock: Callable[[], datetime], edit: Callable[[Record], Record], message: str
) -> Record:
    """Write what `edit` makes of an account's record, durably; the record.

    `edit` is asked again where another run was quicker, and may raise: then nothing is written.
    """

    def edited(tip: str | None) -> change.Change[Record]:
        before = tokens.read_at(ledger, tip, account)
        after = edit(before)
        return after, {tokens.place(account): tokens.encode(after)} if after != before else {}, message

    return change.commit(ledger, edited, clock)


def set_end(
    ledger: Ledger, account: str, token: str, ends: datetime | None, run: str, clock: Callable[[], datetime]
) -> None:
    """Write down when the token ends that an account keeps from now on; None where it does not end."""
    message = f"{account} is connected{f' until {ends:%Y-%m-%d}' if ends else ''} ({run})"
    kept = fingerprint(account, token)
    update(ledger, account, clock, lambda record: replace(record, ends=ends, kept=kept), message)


def learn_end(
    ledger: Ledger,
    account: str,
    token: str,
    ask: Callable[[], datetime | None],
    run: str,
    clock: Callable[[], datetime],
) -> None:
    """Ask once, and write down, when a token ends that a person saved without `cmflow connect`."""
    if tokens.read(ledger, [account])[account].kept != fingerprint(account, token):
        set_end(ledger, account, token, ask(), run, clock)


def _again(account: str) -> str:
    return f"Connect the account again: cmflow connect {account}"
