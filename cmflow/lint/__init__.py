"""The rules of `cmflow check` for posts that can be read. A rule is a function from values to problems.

A post dated before the plan's `since` is history: it is published and can no longer be changed. The rules for posts are
imported where one is checked: with nothing changed there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cmflow.lint import calendar_rules
from cmflow.model import Account, Delivery, Entry, Key, Plan, Post, Problem, Variant

if TYPE_CHECKING:
    from cmflow.content.media import Facts
    from cmflow.model.limits import Limits

__all__ = ["calendar", "delivered", "plan", "post", "variant"]


def plan(plan: Plan) -> tuple[Problem, ...]:
    """What is wrong with a plan that could be read."""
    from cmflow.lint import address_rules, tag_rules

    return (*tag_rules.of_plan(plan), *address_rules.people(plan))


def post(post: Post, plan: Plan) -> tuple[Problem, ...]:
    """What is wrong with a post, whatever network it goes to."""
    from cmflow.lint import post_rules

    if _is_history(post, plan):
        return ()
    return tuple(problem for rule in post_rules.RULES for problem in rule(post, plan))


def variant(
    post: Post,
    variant: Variant,
    account: Account,
    plan: Plan,
    limits: Limits,
    media: Mapping[str, Facts | str],
    by_hand: bool = False,
) -> tuple[Problem, ...]:
    """What is wrong with what one account would show.

    `media`, by path: facts about the file, or why it cannot be used; no entry: the file does not exist.
    `by_hand`: a person posts it there.
    """
    from cmflow.lint import variant_rules
    from cmflow.lint.context import Case, pieces

    if variant.time < plan.start():
        return ()
    case = Case(post, variant, account, plan, limits, media, pieces(variant), by_hand)
    return tuple(problem for rule in variant_rules.RULES for problem in rule(case))


def calendar(
    entries: Sequence[Entry],
    plan: Plan,
    deliveries: Mapping[Key, Delivery],
    former: Mapping[Key, str] | None = None,
    resembled: Mapping[str, str] | None = None,
) -> tuple[Problem, ...]:
    """What is wrong between posts; `deliveries` by key, and in `former` the places they were sent to.

    `resembled` are posts that read like a published one whose file was deleted: their ids, and its id.
    """
    view = calendar_rules.Calendar(entries, plan, deliveries, former or {}, resembled or {})
    return tuple(problem for rule in calendar_rules.RULES for problem in rule(view))


def delivered(entries: Sequence[Entry], plan: Plan, deliveries: Mapping[Key, Delivery]) -> tuple[Problem, ...]:
    """What differs from what was sent; unlike the rest of `calendar`, this does not depend on other posts."""
    return tuple(calendar_rules.edited(calendar_rules.Calendar(entries, plan, deliveries, {})))


def _is_history(post: Post, plan: Plan) -> bool:
    return max([post.date, *(variant.date for variant in post.variants if variant.date)]) < plan.start()
