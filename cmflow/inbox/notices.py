"""What cmflow writes under a command: what it did, or why it did not and what to do. Pure.

Sentences of networks and of errors are in English; those around them are in the plan's language.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC

from cmflow.inbox.answers import Ready
from cmflow.inbox.commands import Unknown, Verb
from cmflow.inbox.languages import texts
from cmflow.inbox.refusals import Refusal
from cmflow.model import Delivery, Problem, State, Stop
from cmflow.model.errors import CmflowError
from cmflow.problems import is_error
from cmflow.publish import Outcome
from cmflow.render.escape import code_span
from cmflow.values import dataclass

FENCE = "~~~~~~~~"
LINE = 300  # characters of an error


@dataclass(frozen=True, slots=True)
class Notices:
    """In the plan's language."""

    language: str

    def unknown(self, command: Unknown) -> str:
        hint = texts(self.language)[f"hint {command.reason.code}"].format(**dict(command.reason.figures))
        return self._text("unknown", word=command.word, hint=hint)

    def refused(self, error: CmflowError) -> str:
        message, hint = error.worded(self.language) if isinstance(error, Refusal) else (str(error), error.hint)
        reason = f"{code_span(message, LINE)} {code_span(hint, LINE) if hint else ''}".rstrip()
        return self._text("not done", reason=reason)

    def draft(self, ready: Ready, lengths: Iterable[str], needs_second: bool) -> str:
        """The answer as people will see it, how long it is, and who sends it."""
        body = ready.variant.parts[0].form.body
        head = self._text("preview", lengths=", ".join(lengths))
        end = self._text("send by another" if needs_second else "send")
        return f"{head}\n\n{_fenced(body)}\n\n{end}"

    def sent(self, delivery: Delivery, verb: Verb, stop: Stop | None) -> str:
        places = ", ".join(receipt.url for receipt in delivery.receipts if receipt.url)
        time = f"{delivery.receipts[-1].time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        closed = f" {self._text('closed too')}" if verb is Verb.THANKS else ""
        stopped = f"\n\n{self._text('stopped', reason=code_span(stop.reason))}" if stop else ""
        return f"{self._text('sent', time=time)} {places}".rstrip() + closed + stopped

    def outcome(self, outcome: Outcome, delivery: Delivery | None, continues: bool) -> str:
        """Why an answer is not sent, or not known to be. `continues`: a later run goes on with it, unless only a person
        can tell whether it arrived."""
        reason = code_span(outcome.note or (delivery.error if delivery else "") or outcome.did.value, LINE)
        state = _state(delivery)
        return self._text("not yet" if continues and state != "unsure" else state, reason=reason)

    def hidden(self, network: str) -> str:
        return self._text("hidden", network=network)

    def closed(self, verb: Verb) -> str:
        return self._text(f"closed {verb}")

    def settled(self, is_lost: bool) -> str:
        return self._text("settled lost" if is_lost else "settled sent")

    def handed(self, repository: str, place: str) -> str:
        return self._text("handed", repository=repository, place=place)

    def returned(self, place: str) -> str:
        """The other team is done; with an answer to begin with."""
        return f"{self._text('returned', place=place)}\n\n~~~\n/reply {self._text('good news')}\n~~~"

    def proposed(self, place: str) -> str:
        return self._text("proposed", place=place)

    def opened(self, place: str) -> str:
        return self._text("opened", place=place)

    def _text(self, key: str, **values: object) -> str:
        return texts(self.language)[f"notice {key}"].format(**values)


def objections(problems: Sequence[Problem]) -> str:
    """Why an answer cannot be sent as it is; "" where it can. Hints are about posts, and are left out."""
    return " ".join(problem.message for problem in problems if is_error(problem))


def _state(delivery: Delivery | None) -> str:
    if delivery is None:
        return "not sent"
    if delivery.state is State.UNSURE and delivery.retry_at is None:
        return "unsure"
    return "too late" if delivery.state is State.MISSED else "not sent"


def _fenced(text: str) -> str:
    return f"{FENCE}\n{text.replace(FENCE, '~')}\n{FENCE}"
