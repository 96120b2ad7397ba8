"""The calendar as plain lists, a sheet at a time: what is read without JavaScript, printed, and found by search."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from cmflow.insights.status import Standing
from cmflow.website.board import Board, Card, Day, Month, YearMonth, page_name, state_of
from cmflow.website.languages import Language
from cmflow.website.plan_page import Strip
from cmflow.website.post_page import address
from cmflow.website.printer import Printer

FULL = 36_000  # bytes of lists on a page
FRAME = 330  # of them for what stands around each title

# Time, page, title, language, its states with their words, account names, what was found, whether it is gone.
Row = tuple[str, str, str, str, Sequence[tuple[str, str]], str, Sequence[tuple[str, str]], bool]
# State with its word, title, page, account, when it was due and that in words, what there is to say.
Need = tuple[str, str, str, str, str, str, str, str]
Page = tuple[str, str]
Listed = tuple[str, str, Sequence[Row]]  # date, date in words, posts


def first(board: Board, printer: Printer, doing: Strip) -> Page:
    """The first page: how publishing is doing, the calendar, and without JavaScript what comes next."""
    words, upcoming = printer.words, _upcoming(board)
    made = board.month(upcoming) if upcoming else None
    cuts = [*cut(made)] if made else []
    shown = [(made.name, words.month(made.year, made.number), [*listed(cuts[0], words)])] if made else []
    rest = name(made.name, 2) if made and len(cuts) > 1 else ""
    needing, by_hand = (
        [_need(standing, board, words) for standing in standings[: printer.shared["listed"]]]
        for standings in (board.needing, board.by_hand)
    )
    given = {"doing": doing, "needing": needing, "by_hand": by_hand, "upcoming": shown, "rest": rest}
    return "index.html", printer.page("index.html.j2", **given, here="index.html")


def month(board: Board, made: Month, printer: Printer) -> Iterator[Page]:
    """A month as lists, on as many pages as it needs."""
    words, found = printer.words, [*cut(made)]
    before, after = (each and (f"{page_name(*each)}.html", words.month(*each)) for each in _around(board, made))
    for number, days in enumerate(found, 1):
        page = printer.page(
            "month.html.j2",
            here=made.name,
            title=words.month(made.year, made.number),
            sheet=number,
            days=listed(days, words),
            before=(name(made.name, number - 1), words.word("earlier")) if number > 1 else before,
            after=(name(made.name, number + 1), words.word("later")) if number < len(found) else after,
        )
        yield name(made.name, number), page


def _need(standing: Standing, board: Board, words: Language) -> Need:
    entry, due = board.titles.get(standing.post), standing.due.astimezone(board.zone)
    state = state_of(standing, board.now)
    title = entry.title if entry and entry.title else standing.post
    when = due.isoformat(), f"{due:%Y-%m-%d %H:%M}"
    return state, words.states[state], title, address(standing.post), standing.account, *when, words.note(standing.note)


def _upcoming(board: Board) -> YearMonth | None:
    """This month, or the next that has posts; the last one where nothing is to come."""
    today = board.now.astimezone(board.zone)
    return next((month for month in board.months if month >= (today.year, today.month)), [None, *board.months][-1])


def _around(board: Board, made: Month) -> tuple[YearMonth | None, YearMonth | None]:
    names = [None, *board.months, None]
    place = names.index((made.year, made.number))
    return names[place - 1], names[place + 1]


def cut(month: Month) -> Iterator[tuple[Day, ...]]:
    """The days that have posts, on as many sheets as they need; a very full day goes on on the next sheet."""
    sheet: list[Day] = []
    cards: list[Card] = []
    room = FULL
    for day in month.days:
        for card in day.cards:
            size = _size(card)
            if size > room and (sheet or cards):
                yield tuple([*sheet, Day(day.date, tuple(cards))] if cards else sheet)
                sheet, cards, room = [], [], FULL
            cards.append(card)
            room -= size
        if cards:
            sheet.append(Day(day.date, tuple(cards)))
            cards = []
    if sheet:
        yield tuple(sheet)


def listed(days: Iterable[Day], words: Language) -> Iterator[Listed]:
    """The days as the templates take them: tuples, since a sandbox looks twice at every attribute."""
    for day in days:
        yield day.date.isoformat(), words.day(day.date), [_row(card, words) for card in day.cards]


def name(month: str, number: int) -> str:
    """The file of a sheet: `2026-12.html`, then `2026-12-2.html`."""
    return f"{month}-{number}.html" if number > 1 else f"{month}.html"


def _size(card: Card) -> int:
    return FRAME + len(card.title.encode(errors="replace")) + 24 * len(card.lines)


def _row(card: Card, words: Language) -> Row:
    return (
        f"{card.at.hour:02}:{card.at.minute:02}",
        card.page,
        card.title,
        card.language,
        _states(card, words),
        ", ".join([line.account for line in card.lines]),
        _found(card, words) if card.errors or card.warnings else (),
        card.is_gone,
    )


def _states(card: Card, words: Language) -> Sequence[tuple[str, str]]:
    """The words of its states; with a number where the accounts of the post do not agree."""
    counted = Counter([line.state for line in card.lines])
    if len(counted) < 2:
        return ((card.state, words.states[card.state]),)
    return [(state, f"{number} {words.states[state]}") for state, number in counted.items()]


def _found(card: Card, words: Language) -> Sequence[tuple[str, str]]:
    counted = (("errors", card.errors), ("warnings", card.warnings))
    return [(kind, words.word(kind, number)) for kind, number in counted if number]
