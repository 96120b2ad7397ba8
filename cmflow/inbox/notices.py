"""What cmflow writes under a command: what it did, or why it did not and what to do. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC

from cmflow.inbox.answers import Ready
from cmflow.inbox.commands import Unknown, Verb
from cmflow.model import Delivery, Problem, State, Stop
from cmflow.model.errors import CmflowError
from cmflow.problems import is_error
from cmflow.publish import Outcome
from cmflow.render.escape import code_span

FENCE = "~~~~~~~~"


def unknown(command: Unknown) -> str:
    return f"`/{command.word}` did nothing. {command.hint}"


def refused(error: CmflowError) -> str:
    return f"**Not done.** {code_span(str(error), 300)} {code_span(error.hint, 300) if error.hint else ''}".rstrip()


def problems(found: Sequence[Problem]) -> str:
    """Why an answer cannot be sent as it is; "" where it can."""
    errors = [problem for problem in found if is_error(problem)]
    return " ".join(f"{problem.message} {problem.hint}".strip() for problem in errors)


def draft(ready: Ready, lengths: Iterable[str], needs_second: bool) -> str:
    """The answer as people will see it, how long it is, and who sends it."""
    body = ready.variant.parts[0].form.body
    who = "Another person sends it" if needs_second else "Send it"
    return f"So it will look ({', '.join(lengths)}):\n\n{_fenced(body)}\n\n{who} with `/send`."


def sent(delivery: Delivery, verb: Verb, stop: Stop | None) -> str:
    places = ", ".join(receipt.url for receipt in delivery.receipts if receipt.url)
    time = f"{delivery.receipts[-1].time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    where = f" {places}" if places else ""
    closed = " The conversation is closed." if verb is Verb.THANKS else ""
    stopped = f"\n\nPublishing is stopped ({code_span(stop.reason)}), but answers still go out." if stop else ""
    return f"**Answered** on {time}.{where}{closed}{stopped}"


def outcome(outcome: Outcome, delivery: Delivery | None) -> str:
    """Why an answer is not sent, or not known to be."""
    reason = code_span(outcome.note or (delivery.error if delivery else "") or outcome.did.value, 300)
    if delivery and delivery.state is State.UNSURE and delivery.retry_at is None:
        return (
            f"**It is unsure whether the answer arrived.** {reason}\n\nLook at the conversation on the network. Then "
            "write `/settle sent`, with its address if you have it, or `/settle not sent`."
        )
    if delivery and (delivery.state in (State.UNSURE, State.SENDING) or delivery.retry_at):
        return f"**Not yet.** {reason}\n\ncmflow looks, or tries again, with the next run."
    if delivery and delivery.state is State.MISSED:
        return f"**Not sent.** It is too late for an answer. {reason}"
    return f"**Not sent.** {reason}"


def hidden(network: str) -> str:
    return f"**Hidden** on {network}."


def closed(reason: str) -> str:
    return {"spam": "**Closed** as spam.", "done": "**Closed.** A new message opens it again."}[reason]


def settled(is_lost: bool) -> str:
    return "Noted: it did not arrive, and cmflow sends it again." if is_lost else "Noted: the answer arrived."


def _fenced(text: str) -> str:
    return f"{FENCE}\n{text.replace(FENCE, '~')}\n{FENCE}"
