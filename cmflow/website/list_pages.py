"""The calendar as plain lists, a sheet at a time: what is read without JavaScript, printed, and found by search."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from cmflow.content.local_time import as_text
from cmflow.insights.status import Standing
from cmflow.website.archive import YearMonth
from cmflow.website.board import Board, Card, Day, Month, page_name, state_of
from cmflow.website.languages import Language
from cmflow.website.places import address
from cmflow.website.plan_page import Strip
from cmflow.website.printer import Printer

FULL = 36_000  # bytes of lists on a page
FRAME = 330  # of them for the markup around each title

# Time, page, title, language, its states with their words, account names, what was found, whether it is gone.
Row = tuple[str, str, str, str, Sequence[tuple[str, str]], str, Sequence[tuple[str, str]], bool]
# State with its word, title, page, account, when it was due and that in words, what there is to say.
Need = tuple[str, str, str, str, str, str, str, str]
Page = tuple[str, str]
Listed = tuple[str, str, Sequence[Row]]  # date, date in words, posts


def first(board: Board, printer: Printer, doing: Strip) -> Page:
    """The first page: how publishing is doing, the calendar, and without JavaScript what comes next."""
    language, next_month = printer.language, upcoming(board)
    page = board.month(next_month) if next_month else None
    cuts = [*cut(page)] if page else []
    months = [(page.name, language.month(page.year, page.number), [*listed(cuts[0], language)])] if page else []
    next_file = name(page.name, 2) if page and len(cuts) > 1 else ""
    needing, by_hand = (
        [_need(standing, board, language) for standing in standings[: printer.shared["listed"]]]
        for standings in (board.needing, board.by_hand)
    )
    context = {"doing": doing, "needing": needing, "by_hand": by_hand, "upcoming": months, "rest": next_file}
    return "index.html", printer.page("index.html.j2", **context, here="index.html")


def month(board: Board, page_month: Month, printer: Printer) -> Iterator[Page]:
    """A month as lists, on as many pages as it needs."""
    language, sheets = printer.language, [*cut(page_month)]
    earlier, later = (
        neighbour and (f"{page_name(*neighbour)}.html", language.month(*neighbour))
        for neighbour in _neighbours(board, page_month)
    )
    for number, days in enumerate(sheets, 1):
        page = printer.page(
            "month.html.j2",
            here=page_month.name,
            title=language.month(page_month.year, page_month.number),
            sheet=number,
            days=listed(days, language),
            before=(name(page_month.name, number - 1), language.word("earlier")) if number > 1 else earlier,
            after=(name(page_month.name, number + 1), language.word("later")) if number < len(sheets) else later,
        )
        yield name(page_month.name, number), page


def _need(standing: Standing, board: Board, language: Language) -> Need:
    entry, due = board.titles.get(standing.post), standing.due.astimezone(board.zone)
    state = state_of(standing, board.now)
    title = entry.title if entry and entry.title else standing.post
    when = due.isoformat(), as_text(due)
    return (
        state,
        language.states[state],
        title,
        address(standing.post),
        standing.account,
        *when,
        language.note(standing.note),
    )


def upcoming(board: Board) -> YearMonth | None:
    """This month, or the next that has posts; the last one if nothing is scheduled."""
    today = board.now.astimezone(board.zone)
    return next((month for month in board.sizes if month >= (today.year, today.month)), [None, *board.sizes][-1])


def _neighbours(board: Board, month: Month) -> tuple[YearMonth | None, YearMonth | None]:
    names = [None, *board.sizes, None]
    index = names.index((month.year, month.number))
    return names[index - 1], names[index + 1]


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


def listed(days: Iterable[Day], language: Language) -> Iterator[Listed]:
    """The days as the templates take them: tuples, since a sandbox looks twice at every attribute."""
    for day in days:
        yield day.date.isoformat(), language.day(day.date), [_row(card, language) for card in day.cards]


def name(month: str, number: int) -> str:
    """The file of a sheet: `2026-12.html`, then `2026-12-2.html`."""
    return f"{month}-{number}.html" if number > 1 else f"{month}.html"


def _size(card: Card) -> int:
    return FRAME + len(card.title.encode(errors="replace")) + 24 * len(card.lines)


def _row(card: Card, language: Language) -> Row:
    return (
        f"{card.time.hour:02}:{card.time.minute:02}",
        card.page,
        card.title,
        card.language,
        _states(card, language),
        ", ".join([line.account for line in card.lines]),
        _problems(card, language) if card.errors or card.warnings else (),
        card.is_gone,
    )


def _states(card: Card, language: Language) -> Sequence[tuple[str, str]]:
    """The words of its states; with a number where the accounts of the post do not agree."""
    counted = Counter([line.state for line in card.lines])
    if len(counted) < 2:
        return ((card.state, language.states[card.state]),)
    return [(state, f"{number} {language.states[state]}") for state, number in counted.items()]


def _problems(card: Card, language: Language) -> Sequence[tuple[str, str]]:
    counted = (("errors", card.errors), ("warnings", card.warnings))
    return [(kind, language.word(kind, number)) for kind, number in counted if number]
