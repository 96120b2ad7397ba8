"""An answer is a delivery: of one part, to one account, recorded before it is requested, as every post is.

    variant, problems = answers.render(answer, account, network, plan)
    summary = answers.send([Ready(answer, variant)], sources, ledger, run)

What holds for posts holds for answers: an intent before the request, a receipt after it, a look before a second
request, and a person where a network cannot tell.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from cmflow import lint, publish
from cmflow import render as rendering
from cmflow.inbox.refusals import Refusal
from cmflow.ledger import Ledger
from cmflow.model import (
    Account,
    Conversation,
    Key,
    Plan,
    Planned,
    Post,
    Problem,
    Receipt,
    Remote,
    Threading,
    Trace,
    Variant,
    Visibility,
)
from cmflow.model.errors import NotSent
from cmflow.model.limits import Limits
from cmflow.netkit import network as networks
from cmflow.netkit.network import Access, Network, Outgoing, Question
from cmflow.publish import Environment, Outcome, Summary
from cmflow.repository import removals, shipped
from cmflow.repository.cache import Cache
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

PREFIX = "reply-"
LATE = timedelta(days=3)  # an answer that could not be sent for so long is given up, and its author is told


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person wants to answer. `note` is the id of what they wrote, and names the answer for good.

    `trace` is the message that is answered; `handle` is its author's, "" where unknown. `text` is Markdown.
    """

    note: str
    ticket: str
    conversation: Conversation
    trace: Trace
    text: str
    time: datetime
    handle: str = ""
    language: str = ""

    @property
    def id(self) -> str:
        return f"{PREFIX}{self.note}"

    @property
    def key(self) -> Key:
        return Key(self.id, self.conversation.account)


class Ready(NamedTuple):
    """An answer, and what the network gets of it."""

    answer: Answer
    variant: Variant

    @property
    def planned(self) -> Planned:
        answer = self.answer
        late = LATE if answer.trace.until is None else max(answer.trace.until - answer.time, timedelta(0))
        return Planned(
            answer.id, answer.conversation.account, answer.time, late, self.variant.digest, path=answer.ticket
        )


def note_of(key: Key) -> str:
    """The id of the note that a delivery answers for; "" for one that is not an answer."""
    return key.post.removeprefix(PREFIX) if key.post.startswith(PREFIX) else ""


def limits(account: Account) -> Limits:
    """What the network takes in an answer. Who sees it is the question's affair: to that, the adapter keeps."""
    allowed = networks.load(account.network).reply_limits or networks.limits(account)
    return replace(allowed, visibility=tuple(Visibility))


def render(
    answer: Answer, account: Account, record: Network[Any], plan: Plan
) -> tuple[Variant | None, tuple[Problem, ...]]:
    """What the account will show, and what is wrong with it: an answer is checked as a post is.

    It is the text as it was written: no template of the repository, no tags of the account, no tags in links.
    """
    allowed = limits(account)
    is_addressed = answer.text.lower().startswith(f"{answer.handle} ".lower())  # by the one who wrote it
    greeting = f"{rendering.literal(answer.handle)} " if record.addressed and answer.handle and not is_addressed else ""
    post = Post(
        answer.id,
        "",
        "",
        answer.time,
        (account.name,),
        greeting + answer.text,
        language=answer.language,
        visibility=answer.trace.visibility,
        thread=Threading.MANUAL,
    )
    bare, plain = replace(plan, utm=False, since=None), replace(account, tags=())
    templates = rendering.Templates(shipped.templates("templates"))
    try:
        variant = rendering.variant(post, plain, bare, allowed, templates, {})
    except rendering.TemplateError as error:
        return None, (Problem("", error.line, error.code, str(error), error.hint, account.name),)
    return variant, lint.variant(post, variant, plain, bare, allowed, {})


def lengths(ready: Ready, plan: Plan) -> tuple[str, ...]:
    """How long the answer is, in the network's own ways of counting: `93 of 500 characters`."""
    account = plan.account(ready.answer.conversation.account)
    measures = limits(account).text if account else ()
    body = ready.variant.parts[0].form.body
    return tuple(f"{measure.count(body, ''):,} of {measure.limit.value:,} {measure.limit.unit}" for measure in measures)


def refusal(answer: Answer, record: Network[Any], now: datetime) -> Refusal | None:
    """Why cmflow cannot send an answer there at all, as far as that is known before it is tried."""
    if record.reply is None:
        return Refusal("answer", network=record.title)
    if answer.trace.until and answer.trace.until < now:
        closed = f"{answer.trace.until:%Y-%m-%d %H:%M} UTC"
        return Refusal("too late", network=record.title, closed=closed)
    if answer.trace.deleted:
        return Refusal("deleted")
    if record.addressed and not answer.handle and not answer.text.startswith("@"):
        return Refusal("no name")
    return None


class World(NamedTuple):
    """What sending answers needs from outside. `network` and `access` take the name of an account."""

    network: Callable[[str], Network[Any]]
    access: Callable[[str], Access]
    http: "Callable[[], httpx.Client]"
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    run: str


def send(answers: Sequence[Ready], world: World, ledger: Ledger) -> Summary:
    """Send what is due of these answers; each has an outcome.

    Raises GitError where the branch is not available: then nothing was sent.
    """
    questions = {item.answer.id: _question(item.answer) for item in answers}
    variants = {item.answer.key: item.variant for item in answers}

    def variant(planned: Planned) -> Variant:
        return variants[Key(planned.post, planned.account)]

    def no_media(account: str, path: str) -> Any:
        raise NotSent(f"An answer to {account} has no files, and {path} is one.")

    env = Environment(
        variant,
        no_media,
        lambda account: answering(world.network(account), questions),
        world.access,
        world.http,
        world.clock,
        world.sleep,
        _silent,
        world.run,
        commit="",
    )
    planned = removals.mark([item.planned for item in answers], {}, ledger, Cache(None), world.clock(), deepens=True)
    return publish.run(planned, env, ledger)


def answering(record: Network[Any], questions: Mapping[str, Question]) -> Network[Any]:
    """The network, for answers instead of posts: publishing and looking are those of answers."""
    return replace(
        record,
        publish=record.reply and partial(_reply, record.reply, questions),
        find=record.find_reply and partial(_find, record.find_reply, questions),
    )


Reply = Callable[[Any, Outgoing, Question], Remote]
Find = Callable[[Any, Outgoing, Question], Remote | None]


def _reply(
    reply: Reply, questions: Mapping[str, Question], session: Any, message: Outgoing, thread: tuple[Receipt, ...]
) -> Remote:
    return reply(session, message, questions[message.variant.post])


def _find(find: Find, questions: Mapping[str, Question], session: Any, message: Outgoing) -> Remote | None:
    return find(session, message, questions[message.variant.post])


def _question(answer: Answer) -> Question:
    return Question(answer.conversation.thread, answer.trace)


def _silent(outcome: Outcome) -> None:
    """Outcomes are told under their tickets."""
