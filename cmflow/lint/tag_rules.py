"""Rules for the tags, as they are written in the front matter and the plan: what the networks make of them."""

from collections.abc import Iterator

from cmflow.model import Plan, Post, Problem
from cmflow.render.markdown import tags


def of_post(post: Post, plan: Plan) -> Iterator[Problem]:
    """One finding per tag and line; those of an account are the plan's."""
    lists = [("tags", post.tags), *((f"{key}.tags", override.tags or ()) for key, override in post.overrides)]
    for key, words in lists:
        places = [line for name, line in post.lines if name.rpartition(".")[0] == key]
        lines = (
            places if len(places) == len(words) else [post.line(key)] * len(words)
        )  # a tag that is written twice counts once
        for tag, line in zip(words, lines, strict=True):
            yield from _changed(post.path, line, tag)


def of_plan(plan: Plan) -> Iterator[Problem]:
    for account in plan.accounts:
        for tag in account.tags:
            yield from _changed(plan.path, account.line, tag)


def _changed(path: str, line: int, tag: str) -> Iterator[Problem]:
    becomes = tags.word(tag)
    if not tags.is_linked(tag):
        message = f"`{tag}` becomes `#{becomes}`, and no network links a hashtag without a letter."
        yield Problem(path, line, "tag-not-linked", message, "Combine it with a word, or remove it.")
    elif tags.is_changed(tag):
        spelled = tags.SPELLED.get(tag.lower())
        hint = f"Write `{spelled}`." if spelled else "Spell out what the character means."
        yield Problem(path, line, "tag-changed", f"`{tag}` becomes `#{becomes}`.", hint)
