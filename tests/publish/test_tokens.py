"""Rotating refresh tokens against a strict token server: a crash at every step, and two runs at once.

The server is the judge: a token that is sent twice makes void all that came of it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from cmflow.ledger import Ledger, tokens
from cmflow.ledger.tokens import Claim, Record, fingerprint
from cmflow.model import Account
from cmflow.model.errors import CmflowError, Denied, NotSent, SourceError
from cmflow.netkit import http, oauth
from cmflow.netkit.auth import Grant
from cmflow.publish.tokens import Kept, Place, Renewal, learn_end, set_end, update
from tests.deliveries import NOON, Clock, Crash, Trip, clones, papers, tripping
from tests.faults.paper import paper
from tests.netkit import oauth_server
from tests.netkit.oauth_server import APP, TokenServer

TEAM = Account("team", "x")
LATER = timedelta(minutes=11)
DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with oauth_server.running() as server:
        server.clock = (NOON - DAY).timestamp  # each access token has ended when the next run begins
        yield server


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with http.client() as client:
        yield client


@pytest.fixture
def home(tmp_path: Path) -> Ledger:
    return Ledger(paper(tmp_path / "home"))


@dataclass
class Vault:
    """Where tokens are kept. `moments` is called before and after each is; `given` is what a job began with."""

    kept: list[Kept] = field(default_factory=lambda: [Kept("refresh-0")])
    full: int = 0  # how often nothing can be kept
    changed: bool | None = False

    def place(self, moments: Callable[[str], None] = lambda moment: None, given: Sequence[Kept] | None = None) -> Place:
        def keep(kept: Kept) -> None:
            if self.full:
                self.full -= 1
                raise SourceError("The disk is full.", "Free some space.")
            moments("before it is kept")
            self.kept = [kept]
            moments("after it is kept")

        def ready() -> None:
            moments("before the place is ready")

        return Place(lambda: self.kept if given is None else given, ready, keep, lambda since: self.changed)


def renewal(
    server: TokenServer,
    client: httpx.Client,
    ledger: Ledger,
    place: Place,
    clock: Clock,
    moments: Callable[[str], None] = lambda moment: None,
    run: str = "run 1",
) -> Renewal:
    def refresh(token: str) -> Grant:
        moments("before the request")
        grant = oauth.refresh(client, server.auth, TEAM, APP, token)
        moments("after the request")
        return grant

    return Renewal("team", tripping(ledger, moments), place, refresh, run, clock, clock.sleep)


def test_each_run_gets_a_fresh_token_and_keeps_the_next(
    server: TokenServer, client: httpx.Client, home: Ledger
) -> None:
    vault, clock = Vault(), Clock()
    for number in (1, 2, 3):
        assert renewal(server, client, home, vault.place(), clock).access_token() == f"access-{number}"
        assert vault.kept[0].refresh_token == server.current == f"refresh-{number}"
        clock.now += DAY * 2
    used = tuple(fingerprint("team", f"refresh-{number}") for number in range(3))
    assert tokens.read(home, ["team"]) == {"team": Record(used)}
    assert not server.revoked


def test_an_access_token_that_is_good_for_a_while_is_not_renewed(
    server: TokenServer, client: httpx.Client, home: Ledger
) -> None:
    clock = Clock()
    vault = Vault([Kept("refresh-0", "still-good", NOON + timedelta(minutes=30))])
    assert renewal(server, client, home, vault.place(), clock).access_token() == "still-good"
    assert server.requests == []
    clock.now += timedelta(minutes=15)
    assert renewal(server, client, home, vault.place(), clock).access_token() == "access-1"


def test_where_nothing_can_be_kept_nothing_is_used(server: TokenServer, client: httpx.Client, home: Ledger) -> None:
    def ready() -> None:
        raise Denied("No token with permission to write secrets is set.")

    place = Place(lambda: [Kept("refresh-0")], ready, lambda kept: None, lambda since: False)
    with pytest.raises(Denied, match="permission to write secrets"):
        renewal(server, client, home, place, Clock()).access_token()
    assert (server.requests, tokens.read(home, ["team"])) == ([], {"team": Record()})


# ── a crash at every step ───────────────────────────────────────────────────────────────────────────────────


def moments_of_a_run(server: TokenServer, client: httpx.Client, ledger: Ledger) -> list[str]:
    names = list[str]()
    renewal(server, client, ledger, Vault().place(names.append), Clock(), names.append).access_token()
    return names


@pytest.mark.parametrize("remote", [False, True], ids=["local", "remote"])
def test_a_crash_at_any_step_loses_nothing_but_what_nobody_can_save(
    tmp_path: Path, client: httpx.Client, remote: bool
) -> None:
    def ledger(name: str) -> Ledger:
        return papers(tmp_path / name, 1)[0] if remote else Ledger(paper(tmp_path / name / "home"))

    with oauth_server.running() as calm:
        (tmp_path / "calm").mkdir()
        names = moments_of_a_run(calm, client, ledger("calm"))
    lost = list[str]()
    for at, name in enumerate(names, 1):
        (tmp_path / f"{at}").mkdir()
        home = ledger(f"{at}")
        with oauth_server.running() as server:
            vault, clock, trip = Vault(), Clock(), Trip(at)
            with pytest.raises(Crash):
                renewal(server, client, home, vault.place(trip), clock, trip).access_token()
            clock.now += LATER
            try:
                fresh = renewal(server, client, home, vault.place(), clock, run="run 2").access_token()
                assert (fresh, vault.kept[0].refresh_token) == (f"access-{server.number}", server.current), name
                assert not server.revoked, name
            except Denied as error:
                assert error.hint == "Connect the account again: cmflow connect team"
                lost.append(name)
    # Between the network's answer and the copy of it: the answer was the only copy there was.
    assert lost == ["after the request", "before it is kept"]


def test_while_a_run_may_be_at_work_nobody_takes_over(server: TokenServer, client: httpx.Client, home: Ledger) -> None:
    vault, clock, trip = Vault(), Clock(), Trip()

    def dies(moment: str) -> None:
        if moment == "before the request":
            raise Crash(moment)

    with pytest.raises(Crash):
        renewal(server, client, home, vault.place(trip), clock, dies).access_token()
    clock.now += timedelta(minutes=9)
    with pytest.raises(NotSent, match="Another run is renewing the token of team"):
        renewal(server, client, home, vault.place(), clock, run="run 2").access_token()
    assert server.requests == []


@pytest.mark.parametrize("changed", [True, None], ids=["changed", "cannot tell"])
def test_a_job_that_began_before_a_secret_was_written_does_not_send_the_old_one(
    server: TokenServer, client: httpx.Client, home: Ledger, changed: bool | None
) -> None:
    """The run before wrote the secret and died before it said so in the ledger; this job still holds the old one."""

    def dies(moment: str) -> None:
        if moment == "after it is kept":
            raise Crash(moment)

    vault, clock = Vault(changed=changed), Clock()
    with pytest.raises(Crash):
        renewal(server, client, home, vault.place(dies), clock, dies).access_token()
    clock.now += LATER
    with pytest.raises(NotSent, match="may have stored a new token of team"):
        old = vault.place(given=[Kept("refresh-0")])
        renewal(server, client, home, old, clock, run="run 2").access_token()
    assert renewal(server, client, home, vault.place(), clock, run="run 3").access_token() == "access-2"
    assert not server.revoked


# ── two runs at once ────────────────────────────────────────────────────────────────────────────────────────


def test_two_runs_at_once_use_the_token_once(server: TokenServer, client: httpx.Client, tmp_path: Path) -> None:
    """Both began with the same secret, as two jobs do that start at the same moment."""
    ledgers, vault = clones(tmp_path, 2), Vault()
    start, results = threading.Barrier(2), list[str]()

    def run(number: int) -> None:
        place = vault.place(given=[Kept("refresh-0")])
        one = renewal(server, client, ledgers[number], place, Clock(), run=f"run {number}")
        start.wait()
        try:
            results.append(one.access_token())
        except NotSent as error:
            results.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["NotSent", "access-1"]
    assert (server.requests, server.revoked, vault.kept[0].refresh_token) == (["refresh_token"], False, "refresh-1")
    assert renewal(server, client, ledgers[1], vault.place(), Clock()).access_token() == "access-2"


def test_a_run_with_a_used_token_never_sends_it(server: TokenServer, client: httpx.Client, home: Ledger) -> None:
    vault = Vault()
    renewal(server, client, home, vault.place(), Clock()).access_token()
    with pytest.raises(NotSent, match="Another run has renewed the token of team, and this run started before that"):
        old = vault.place(given=[Kept("refresh-0")])
        renewal(server, client, home, old, Clock(), run="run 2").access_token()
    assert server.requests == ["refresh_token"]


def test_of_two_places_the_token_counts_that_was_not_used(
    server: TokenServer, client: httpx.Client, home: Ledger
) -> None:
    """The environment still has the first one, a file the second."""
    vault = Vault()
    renewal(server, client, home, vault.place(), Clock()).access_token()
    both = vault.place(given=[Kept("refresh-0"), Kept("refresh-1")])
    assert renewal(server, client, home, both, Clock()).access_token() == "access-2"


def test_a_person_who_connects_again_ends_every_doubt(server: TokenServer, client: httpx.Client, home: Ledger) -> None:
    claim = Claim(fingerprint("team", "refresh-0"), NOON, "run 0", "a")
    update(home, "team", Clock(), lambda record: Record(claim=claim), "A run that died")
    server.current = "brand-new"
    fresh = renewal(server, client, home, Vault([Kept("brand-new")]).place(), Clock()).access_token()
    assert fresh == "access-1"
    names = (fingerprint("team", "refresh-0"), fingerprint("team", "brand-new"))
    assert tokens.read(home, ["team"])["team"] == Record(names)


# ── trouble ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_and_an_unreachable_server_leave_the_token_free(
    server: TokenServer, client: httpx.Client, home: Ledger
) -> None:
    vault = Vault()
    for code, kind in ((401, Denied), (429, NotSent)):
        server.answers = [(code, b"")]
        with pytest.raises(kind):
            renewal(server, client, home, vault.place(), Clock()).access_token()
        assert tokens.read(home, ["team"])["team"].claim is None
    assert renewal(server, client, home, vault.place(), Clock()).access_token() == "access-1"


def test_a_lost_answer_keeps_the_claim_until_somebody_may_look(
    server: TokenServer, client: httpx.Client, home: Ledger
) -> None:
    vault, clock = Vault(), Clock()
    server.answers = [(503, b"")]
    with pytest.raises(NotSent, match="may no longer be valid"):
        renewal(server, client, home, vault.place(), clock).access_token()
    with pytest.raises(NotSent, match="Another run is renewing"):
        renewal(server, client, home, vault.place(), clock).access_token()
    clock.now += LATER
    assert renewal(server, client, home, vault.place(), clock).access_token() == "access-1"


def test_a_place_with_trouble_is_tried_again(server: TokenServer, client: httpx.Client, home: Ledger) -> None:
    vault, clock = Vault(full=3), Clock()
    assert renewal(server, client, home, vault.place(), clock).access_token() == "access-1"
    assert (vault.kept[0].refresh_token, clock.now - NOON) == ("refresh-1", timedelta(seconds=26))
    vault = Vault(vault.kept, full=9)
    clock.now += DAY
    with pytest.raises(Denied, match=r"The new token of team could not be stored: The disk is full\.") as caught:
        renewal(server, client, home, vault.place(), clock).access_token()
    assert caught.value.hint == "Free some space. Connect the account again: cmflow connect team"


# ── the record ──────────────────────────────────────────────────────────────────────────────────────────────


def test_no_token_is_in_the_ledger(server: TokenServer, client: httpx.Client, home: Ledger) -> None:
    renewal(server, client, home, Vault().place(), Clock()).access_token()
    tip = home.repository.tip(home.branch)
    assert tip
    for _, data in home.repository.read(oid for _, oid in home.repository.tree(tip).values()):
        assert b"refresh-" not in data and b"access-" not in data


def test_when_a_token_ends_is_remembered(home: Ledger) -> None:
    set_end(home, "team", "t0ken", NOON + DAY, "run 1", Clock())
    kept = fingerprint("team", "t0ken")
    assert tokens.read(home, ["team", "other"]) == {"team": Record(ends=NOON + DAY, kept=kept), "other": Record()}


def test_when_a_token_ends_is_asked_once_per_token(home: Ledger) -> None:
    """A person may save a new one as a secret without telling anybody."""
    answers = [NOON + DAY, None]

    def learn(token: str) -> Record:
        learn_end(home, "team", token, lambda: answers.pop(0), "run 1", Clock())
        return tokens.read(home, ["team"])["team"]

    first = Record(ends=NOON + DAY, kept=fingerprint("team", "t0ken"))
    assert [learn("t0ken"), learn("t0ken")] == [first, first]
    endless = Record(kept=fingerprint("team", "an0ther"))
    assert [learn("an0ther"), learn("an0ther"), answers] == [endless, endless, []]


def test_an_end_that_cannot_be_learnt_is_asked_for_again(home: Ledger) -> None:
    def silent() -> datetime:
        raise NotSent("The network does not answer.")

    with pytest.raises(NotSent):
        learn_end(home, "team", "t0ken", silent, "run 1", Clock())
    assert tokens.read(home, ["team"]) == {"team": Record()}


def test_two_records_become_one() -> None:
    early, late = Claim("a", NOON, "run 1", "1"), Claim("b", NOON + DAY, "run 2", "2")
    ours = tokens.encode(Record(("x",), early, NOON, "k1"))
    theirs = tokens.encode(Record(("y", "a"), late, NOON + DAY, "k2"))
    assert tokens.decode(tokens.joined(ours, theirs)) == Record(("y", "a", "x"), late, NOON + DAY, "k2")
    assert tokens.decode(tokens.joined(ours, tokens.encode(Record(kept="k3")))).kept == "k1"
    assert tokens.decode(tokens.joined(tokens.encode(Record()), tokens.encode(Record(kept="k3")))).kept == "k3"
    assert tokens.joined(ours, None) == tokens.joined(ours, ours) == ours


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"claim": 7}', b'{"ends": "soon"}', b"[" * 100_000])
def test_what_cannot_be_read_is_nothing(data: bytes) -> None:
    assert tokens.decode(data) == Record()


def test_every_error_is_for_a_person(server: TokenServer, client: httpx.Client, home: Ledger) -> None:
    with pytest.raises(CmflowError) as caught:
        renewal(server, client, home, Vault([]).place(), Clock()).access_token()
    assert (str(caught.value), caught.value.hint) == (
        "team has no refresh token.",
        "Connect the account again: cmflow connect team",
    )
