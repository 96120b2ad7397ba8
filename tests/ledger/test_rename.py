from dataclasses import replace
from pathlib import Path

from cmflow import ledger
from cmflow.ledger import Ledger, codec, rename
from tests.deliveries import NOON, clones, repository
from tests.ledger.test_ledger import intent, opened, sent


def test_everything_of_an_account_is_called_by_its_new_name(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    out, open_, apart = sent(intent("a")), intent("b"), sent(intent("a", "other"))
    opened(one).record(out, open_, apart)
    assert rename.rename(other, {"team": "crew"}, NOON) == 2
    assert rename.rename(other, {"team": "crew"}, NOON) == 0
    ledger.sync(one, NOON)
    assert ledger.read(one).deliveries == {
        ("a", "crew"): replace(out, account="crew"),
        ("b", "crew"): replace(open_, account="crew"),
        ("a", "other"): apart,
    }


def test_what_is_under_both_names_is_what_got_further(tmp_path: Path) -> None:
    home = Ledger(repository(tmp_path))
    assert rename.rename(home, {"team": "crew"}, NOON) == 0
    out = sent(intent("a"))
    opened(home).record(out, intent("a", "crew"))
    rename.rename(home, {"team": "crew"}, NOON)
    (kept,) = ledger.read(home).deliveries.values()
    assert (kept.account, kept.state, kept.receipts) == ("crew", out.state, out.receipts)


def test_what_cannot_be_read_stays_where_it_is(tmp_path: Path) -> None:
    home = Ledger(repository(tmp_path))
    place = codec.path("a", "team")
    home.repository.commit_files(home.branch, {place: b"{"}, "spoil", None, NOON)
    rename.rename(home, {"team": "crew"}, NOON)
    assert list(ledger.blobs(home)) == [place]
