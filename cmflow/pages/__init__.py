"""The calendar as web pages: the plan, held against what was really sent. Plain files that run nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cmflow import lint
from cmflow.model import Delivery, Entry, Plan, Problem
from cmflow.pages.board import Board, Card, Day, Line, Month, YearMonth
from cmflow.pages.languages import language
from cmflow.problems import is_error, sort
from cmflow.template import TemplateError

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = "templates/site/"
ENOUGH = 150  # posts on the first page; it ends with the month that reaches it
LISTED = 30  # deliveries that need a person, on the first page

Page = tuple[str, str]

_OURS = frozenset(name for kind in (Card, Day, Line, Month, Problem) for name in dir(kind) if not name.startswith("_"))


def build(
    entries: Iterable[Entry],
    plan: Plan,
    deliveries: Mapping[tuple[str, str], Delivery],
    now: datetime,
    templates: Mapping[str, str],
    last_run: datetime | None = None,
) -> Iterator[Page]:
    """Every page as (path, content), one at a time: `index.html`, a page for each month, the style sheet.

    `templates` by path (`templates/site/index.html.j2`); `last_run`: when a publishing run left its last sign of life.
    Raises `TemplateError`.
    """
    every = tuple(entries)
    board = Board(every, plan, deliveries, _problems(every, plan, deliveries), now)
    words = language(plan.language)
    environment = _environment(tuple(sorted(templates.items())))
    shared = {
        "board": board,
        "plan": plan,
        "words": words,
        "now": now.astimezone(board.zone),
        "last_run": last_run and last_run.astimezone(board.zone),
        "listed": LISTED,
    }
    months = list(board.months)
    yield "style.css", templates[f"{FOLDER}style.css"]
    yield "index.html", _render(environment, "index.html.j2", shared, months=_upcoming(board), here="")
    for before, month, after in zip([None, *months], months, [*months[1:], None], strict=False):
        made = board.month(month)
        around = {"before": before, "after": after}
        yield f"{made.name}.html", _render(environment, "month.html.j2", shared, month=made, here=made.name, **around)


def _problems(
    entries: Sequence[Entry], plan: Plan, deliveries: Mapping[tuple[str, str], Delivery]
) -> Mapping[str, Sequence[Problem]]:
    """By file, errors first."""
    found = defaultdict[str, list[Problem]](list)
    own = (problem for entry in entries for problem in entry.problems)
    for problem in sort((*own, *lint.calendar(entries, plan, deliveries))):
        found[problem.path].append(problem)
    return {path: sorted(each, key=lambda problem: not is_error(problem)) for path, each in found.items()}


def _upcoming(board: Board) -> Iterator[Month]:
    """The months from now on, as many as a first page can hold; the last month where nothing is to come."""
    today = board.now.astimezone(board.zone)
    months: list[YearMonth] = [month for month in board.months if month >= (today.year, today.month)]
    shown = 0
    for month in months or list(board.months)[-1:]:
        if shown >= ENOUGH:
            return
        made = board.month(month)
        shown += made.posts
        yield made


@lru_cache(maxsize=4)
def _environment(sources: tuple[tuple[str, str], ...]) -> Environment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """Our own values hold nothing unsafe: saying so at once halves the time a large calendar takes."""

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return attr in _OURS or super().is_safe_attribute(obj, attr, value)

    templates = dict(sources)

    def load(name: str) -> str | None:
        return templates.get(FOLDER + name)

    return Sandbox(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(environment: Environment, name: str, shared: Mapping[str, Any], **own: Any) -> str:
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError

    try:
        return environment.get_template(name).render(shared, **own)
    except TemplateSyntaxError as error:
        raise TemplateError(FOLDER + (error.name or name), error.lineno, f"{error.message}.") from error
    except JinjaError as error:
        raise TemplateError(FOLDER + name, 1, f"The template cannot be filled in: {error}.") from error
