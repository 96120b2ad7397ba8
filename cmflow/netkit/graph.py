"""Meta's Graph API: how it is asked, and what its error codes mean, whatever the status they come with."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import errors
from cmflow.netkit.answers import DAY, again, date, document, objects
from cmflow.netkit.errors import LOOK, RETRY
from cmflow.netkit.rest import ApiClient
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

ADDRESS = "https://graph.facebook.com/v26.0"
USAGE = "X-Business-Use-Case-Usage"  # JSON: per business, how much is used, and the minutes until there is more
PARAMETER = 100  # the code for a parameter, or a thing, that is not there
TOKEN = (102, 190)
PERMISSION = (10, *range(200, 300))
BUSY = (4, 17, 32, 341, 613, *range(80_000, 80_015))
BLOCKED = 368
DUPLICATE = 506
TRANSIENT = (1, 2)
BATCH = 50  # requests in one
CODES = range(400, 600)  # of HTTP: what is meant is in the body
BLOCKED_HINT = "Wait, and see what the network says about it in the account's support inbox."
PERMISSION_HINT = "Connect the account again, and allow what is named here: cmflow connect {}"
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """The API as an account sees it; `account` is its name in the plan, `hidden` are secrets in what is sent."""

    client: ApiClient
    account: str
    hidden: tuple[str, ...] = field(default=(), repr=False)

    def ask(self, method: str, path: str, fine: Collection[int] = (), **request: Any) -> Fields:
        """The answer to what publishes nothing; `fine` are codes and subcodes of errors that the caller understands."""
        return self.result(self.client.ask(method, path, CODES, **request), False, fine)

    def write(self, path: str, fields: Fields, fine: Collection[int] = ()) -> Fields:
        """The answer to the request that makes the post."""
        return self.result(self.client.write("POST", path, CODES, data=form(fields)), True, fine)

    def batch(self, requests: Sequence[str], fine: Collection[int] = ()) -> Iterator[Fields | None]:
        """The answers to many GETs, in their order, with as few requests as may be; None where one did not come."""
        for start in range(0, len(requests), BATCH):
            chunk = requests[start : start + BATCH]
            wanted = json.dumps([{"method": "GET", "relative_url": request} for request in chunk])
            answer = self.client.ask("POST", "/", CODES, data={"batch": wanted, "include_headers": "false"})
            answers = document(answer)
            if not isinstance(answers, list):
                self.result(answer, False)
                raise errors.unreadable(self.client.title)
            for number in range(len(chunk)):
                yield self._one(answer, answers[number] if number < len(answers) else None, fine)

    def _one(self, answer: "httpx.Response", entry: object, fine: Collection[int]) -> Fields | None:
        """One answer of a batch, which holds JSON in JSON."""
        try:
            body = json.loads(entry["body"]) if isinstance(entry, Mapping) else None
        except (KeyError, RecursionError, TypeError, ValueError):
            return None
        error = body.get("error") if isinstance(body, Mapping) else None
        code = error.get("code") if isinstance(error, Mapping) else None
        if isinstance(error, Mapping) and isinstance(code, int) and not {code, error.get("error_subcode")} & {*fine}:
            raise self._refusal(answer, error, False)
        return body if isinstance(body, Mapping) else None

    def pages(self, path: str, query: Mapping[str, str]) -> Iterator[list[Fields]]:
        """The objects of a list, page by page; NotSent where it is not one."""
        cursor: Mapping[str, str] | None = {}
        while cursor is not None:
            body = self.ask("GET", path, params={**query, **cursor})
            page = objects(body.get("data"))
            if page is None:
                raise NotSent(f"{self.client.title} returned a list that cannot be read.", RETRY)
            yield page
            cursor = _following(body.get("paging"))

    def result(self, answer: "httpx.Response", writes: bool, fine: Collection[int] = ()) -> Fields:
        """The object of an answer; raises what it means where it is an error."""
        body = document(answer)
        error = body.get("error") if isinstance(body, Mapping) else None
        if isinstance(error, Mapping) and isinstance(error.get("code"), int):
            if error["code"] in fine or error.get("error_subcode") in fine:
                return dict(body)
            raise self._refusal(answer, error, writes)
        if not answer.is_success:
            message = errors.message(answer, (self.client.token, *self.hidden))
            raise errors.failure(answer, self.client.title, message, writes, advice=self.client.advice)
        if not isinstance(body, Mapping):
            sentence = f"{self.client.title} returned an answer that cannot be read."
            raise Unsure(sentence, LOOK) if writes else NotSent(sentence, RETRY)
        return dict(body)

    def _refusal(self, answer: "httpx.Response", error: Fields, writes: bool) -> DeliveryError:
        """What one of its codes means."""
        code = error["code"]
        sentence = f"{self.client.title} answers: {errors.plain(_message(error), (self.client.token, *self.hidden))}"
        if code in BUSY:
            return Throttled(sentence, RETRY, regained(answer) or again(answer))
        if code in TOKEN:
            return Denied(sentence, f"Connect the account again: cmflow connect {self.account}")
        if code in PERMISSION:
            return Denied(sentence, PERMISSION_HINT.format(self.account))
        if code == BLOCKED:
            return Denied(sentence, BLOCKED_HINT)
        if code in TRANSIENT or error.get("is_transient") is True:
            return Unsure(sentence, LOOK) if writes else NotSent(sentence, RETRY)
        if code == DUPLICATE:
            return Rejected(sentence, "Change the text. If it is there already: cmflow settle")
        return Rejected(sentence, "Change the post.")


def regained(answer: "httpx.Response") -> datetime | None:
    """When there may be more requests: the longest wait that the header names, a day at most."""
    try:
        usage = json.loads(answer.headers.get(USAGE, ""))
    except (ValueError, RecursionError):
        return None
    groups = [objects(group) or [] for group in usage.values()] if isinstance(usage, Mapping) else []
    waits = [limit.get("estimated_time_to_regain_access") for group in groups for limit in group]
    minutes = max((wait for wait in waits if isinstance(wait, int | float)), default=0)
    now = date(answer)
    return now + timedelta(seconds=min(minutes * 60, DAY)) if now and minutes > 0 else None


def _following(paging: object) -> Mapping[str, str] | None:
    """What to ask for next; None where there is no more."""
    cursors = paging.get("cursors") if isinstance(paging, Mapping) and paging.get("next") else None
    after = cursors.get("after") if isinstance(cursors, Mapping) else None
    return {"after": str(after)} if after else None


def form(fields: Fields) -> dict[str, str]:
    """As Graph wants its parameters: texts as they are, the others as JSON; without what is empty."""
    filled = {name: value for name, value in fields.items() if value not in ("", None, [], ())}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in filled.items()}


def _message(error: Fields) -> str:
    """What it says to people where it does, else its message; with the code, by which one finds it in the docs."""
    text = error.get("error_user_msg") or error.get("message") or ""
    codes = [str(error[name]) for name in ("code", "error_subcode") if isinstance(error.get(name), int)]
    return f"{text} ({'/'.join(codes)})".strip()
