from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Key
from cmflow.repository.cache import Cache
from cmflow.repository.due_cache import MARGIN, DueRow, Open, upto

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
START = NOON.timestamp()
DAY = 86_400.0


def row(days: float, begun: bool = False) -> DueRow:
    return DueRow(START + days * DAY, 3600.0, f"post-{days}", "team", f"content/posts/{days}.md", begun)


class Search:
    """Knows every row, as `due` does, and how often it was asked."""

    def __init__(self, *rows: DueRow) -> None:
        self.rows, self.asked = sorted(rows), 0

    def __call__(self, until: datetime) -> Open:
        self.asked += 1
        end = until.timestamp()
        then = next((each.due for each in self.rows if each.due > end), None)
        wanted = tuple(each for each in self.rows if each.due <= end or each.begun)
        return Open(wanted, end, then, frozenset({"b", "a"}), "Europe/Paris")


def plain(found: Open) -> Open:
    """Without the name of what it was found in."""
    return found._replace(key="")


def test_what_was_found_serves_for_the_coming_days(tmp_path: Path) -> None:
    cache, search = Cache(tmp_path), Search(row(-1), row(0), row(1), row(5, begun=True), row(9))
    now = upto(NOON, ("tree", "state"), cache, search)
    twice = frozenset({"a", "b"})
    assert plain(now) == Open((row(-1), row(0), row(5, True)), START, row(1).due, twice, "Europe/Paris")
    later = upto(NOON + MARGIN, ("tree", "state"), cache, search)
    assert plain(later) == Open(
        (row(-1), row(0), row(1), row(5, True)), START + 2 * DAY, row(5).due, twice, "Europe/Paris"
    )
    assert search.asked == 1


def test_what_no_post_asks_for_any_more_is_kept_too(tmp_path: Path) -> None:
    def search(until: datetime) -> Open:
        return Open((), until.timestamp(), None, gone=(Key("a", "team"), Key("b", "team")))

    for _ in range(2):
        assert upto(NOON, (), Cache(tmp_path), search).gone == (("a", "team"), ("b", "team"))


def test_it_is_searched_again_further_on_and_for_other_trees(tmp_path: Path) -> None:
    cache, search = Cache(tmp_path), Search(row(0))
    for until, trees in (
        (NOON, ("a",)),
        (NOON, ("b",)),
        (NOON + MARGIN + timedelta(seconds=1), ("a",)),
        (NOON, ("a",)),
    ):
        assert upto(until, trees, cache, search).rows == (row(0),)
    assert search.asked == 3


def test_its_key_names_the_trees_and_nothing_else(tmp_path: Path) -> None:
    cache, search = Cache(tmp_path), Search(row(0))
    asked = ((NOON, ("a",)), (NOON + timedelta(days=1), ("a",)), (NOON, ("b",)), (NOON, ("a", "b")))
    keys = [upto(until, trees, cache, search).key for until, trees in asked]
    assert keys[0] == keys[1]
    assert len({*keys}) == 3


def test_nothing_may_come(tmp_path: Path) -> None:
    assert plain(upto(NOON, (), Cache(tmp_path), Search())) == Open(
        (), START, None, frozenset({"a", "b"}), "Europe/Paris"
    )


@given(
    st.lists(st.builds(row, st.integers(-3, 9).map(float), st.booleans()), max_size=5),
    st.lists(st.integers(0, 6), min_size=1, max_size=3),
)
def test_what_is_kept_says_what_a_search_says(rows: list[DueRow], days: list[int]) -> None:
    with TemporaryDirectory() as folder:
        cache, search = Cache(Path(folder)), Search(*rows)
        for day in days:
            until = NOON + timedelta(days=day)
            assert plain(upto(until, ("x",), cache, search)) == search(until)
