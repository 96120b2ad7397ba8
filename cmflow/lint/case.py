"""What a rule for one variant looks at, and how it says where something is wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cmflow.limits import Limit, Limits, Measure
from cmflow.media import Facts
from cmflow.model import Account, Part, Plan, Post, Problem, Variant


@dataclass(frozen=True, slots=True)
class Case:
    """One variant and all that judges it. `media` by path: facts, or the sentence that says why it is unusable."""

    post: Post
    variant: Variant
    account: Account
    plan: Plan
    limits: Limits
    media: Mapping[str, Facts | str]

    def problem(self, code: str, line: int, message: str, hint: str = "") -> Problem:
        return Problem(self.post.path, line, code, message, hint, self.account.name)

    def line(self, key: str) -> int:
        """Where this account got `key` from: its own entry in `variants`, its network's, or the post's."""
        lines = dict(self.post.lines)
        own = (f"variants.{self.account.name}.{key}", f"variants.{self.account.network}.{key}", key)
        return next((lines[name] for name in own if name in lines), 1)

    @property
    def text_line(self) -> int:
        line = self.line("text")
        return line if line > 1 else self.post.body_line

    def parts(self) -> Iterator[tuple[str, int, Part]]:
        """What to call it in a sentence, its line, and the part itself; the first comment is the last."""
        count, line = len(self.variant.parts), self.text_line
        for number, part in enumerate(self.variant.parts, 1):
            yield (f"Part {number} of {count}" if count > 1 else "The text"), line, part
        if self.variant.first_comment:
            yield "The first comment", self.line("first_comment"), self.variant.first_comment

    def count(self, measure: Measure, body: str) -> int:
        return measure.count(body, self.variant.content_warning if self.limits.content_warning else "")


Rule = Callable[[Case], Iterator[Problem]]


def excess(what: str, count: int, limit: Limit) -> str:
    """ "The text has 293 of 280 weighted characters, 13 too many.", or nothing where it fits."""
    if count <= limit.value:
        return ""
    return f"{what} has {count:,} of {limit.value:,} {limit.unit}, {count - limit.value:,} too many."
