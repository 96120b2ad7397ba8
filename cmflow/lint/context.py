"""What a rule for one variant looks at, and how it says where something is wrong."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from cmflow.content.media import Facts
from cmflow.model import Account, Part, Plan, Post, Problem, Variant
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.values import dataclass


class Piece(NamedTuple):
    """A part of the variant, or its first comment: what to call it in a sentence, and the key it comes from."""

    name: str
    key: str
    part: Part


def pieces(variant: Variant) -> tuple[Piece, ...]:
    if len(variant.parts) == 1 and not variant.first_comment:
        return (Piece("The text", "text", variant.parts[0]),)
    count = len(variant.parts)
    names = (f"Part {number} of {count}" if count > 1 else "The text" for number in range(1, count + 1))
    result = [Piece(name, "text", part) for name, part in zip(names, variant.parts, strict=True)]
    if variant.first_comment:
        result.append(Piece("The first comment", "first_comment", variant.first_comment))
    return tuple(result)


@dataclass(frozen=True, slots=True)
class Case:
    """One variant and all that judges it. `media` by path: facts, or the sentence that says why it is unusable.

    `by_hand`: a person posts it there, so that no picture is made to fit.
    """

    post: Post
    variant: Variant
    account: Account
    plan: Plan
    limits: Limits
    media: Mapping[str, Facts | str]
    pieces: tuple[Piece, ...]
    by_hand: bool = False

    def problem(self, code: str, source: str | int, message: str, hint: str = "") -> Problem:
        """A problem of this account; `source` is a key of the front matter, "text", or a line."""
        line = self.line(source) if isinstance(source, str) else source
        return Problem(self.post.path, line, code, message, hint, self.account.name)

    def line(self, key: str) -> int:
        """Where this account got `key` from: its own entry in `variants`, its network's, or the post's."""
        lines = dict(self.post.lines)
        own = (f"variants.{self.account.name}.{key}", f"variants.{self.account.network}.{key}", key)
        return next((lines[name] for name in own if name in lines), self.post.body_line if key == "text" else 1)

    def count(self, measure: Measure, body: str) -> int:
        return measure.count(body, self.variant.content_warning if self.limits.content_warning else "")


Rule = Callable[[Case], Iterator[Problem]]


def excess(subject: str, count: int, limit: Limit) -> str:
    """ "The text has 293 of 280 weighted characters, 13 too many.", or nothing where it fits."""
    if count <= limit.value:
        return ""
    return f"{subject} has {count:,} of {limit.value:,} {limit.unit}, {count - limit.value:,} too many."
