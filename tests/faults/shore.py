"""A network that keeps its own list of posts, on disk, for many processes: that list is the judge.

It is reached over HTTP as a real one is, so that what an answer means is decided by cmflow's own code.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from cmflow.model import Form, Receipt, Remote
from cmflow.model.errors import Unsure
from cmflow.model.limits import Limits
from cmflow.netkit import rest as answers
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Access, Network, Outgoing
from tests.faults.trap import LATE, Trap, die

LAG = timedelta(minutes=1)  # until a list shows what was taken
TOKEN = "a-token-nobody-may-see"


@dataclass(frozen=True, slots=True)
class Shore:
    """The far side. `keyed`: one key never makes two posts; `lists`: we can be asked what an account posted.

    `shows` is what such a list is like: whole; `rewritten`, with other words than we sent; `filtered`, where
    such posts are left out, and we know that; `blind`, where they are left out and nobody could know.
    """

    folder: Path
    keyed: bool = False
    lists: bool = False
    shows: str = "whole"

    def posts(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._file("posts").read_text().splitlines()]

    def take(self, post: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Put a post on the list, for good."""
        with self._alone():
            return self._taken(post, now)

    def _taken(self, post: dict[str, Any], now: datetime) -> dict[str, Any]:
        known = self.posts()
        again = [each for each in known if self.keyed and (each["account"], each["key"]) == _who(post)]
        taken = again[0] if again else {**post, "id": str(len(known) + 1), "at": now.isoformat()}
        if not again:
            self._append("posts", taken)
        return taken

    def begin(self, post: dict[str, Any]) -> None:
        """A request for a post is on its way, whatever becomes of it."""
        with self._alone():
            self._append("begun", post)

    def begun(self) -> list[str]:
        """The keys of all requests for a post, in the order in which they were begun."""
        return [json.loads(line)["key"] for line in self._file("begun").read_text().splitlines()]

    def shown(self, account: str, now: datetime) -> list[dict[str, Any]]:
        if self.shows in ("filtered", "blind"):
            return []
        rewritten = "~" if self.shows == "rewritten" else ""
        return [
            each | {"text": rewritten + each["text"]}
            for each in self.posts()
            if each["account"] == account and datetime.fromisoformat(each["at"]) + LAG <= now
        ]

    def send_late(self, post: dict[str, Any], at: datetime) -> None:
        """A request that is still on its way, and arrives then."""
        with self._alone():
            self._append("wire", {**post, "arrives": at.isoformat()})

    def arrive(self, now: datetime) -> None:
        """What was on its way and is due arrives; at the end of all time, everything."""
        with self._alone():
            waiting = [json.loads(line) for line in self._file("wire").read_text().splitlines()]
            there = [each for each in waiting if datetime.fromisoformat(each["arrives"]) <= now]
            if there:
                rest = [each for each in waiting if each not in there]
                self._file("wire").write_text("".join(json.dumps(each) + "\n" for each in rest))
            for each in there:
                at = each.pop("arrives")
                self._taken(each, datetime.fromisoformat(at))

    def _file(self, name: str) -> Path:
        place = self.folder / f"{name}.jsonl"
        place.touch()
        return place

    def _append(self, name: str, line: dict[str, Any]) -> None:
        with self._file(name).open("ab") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "shore.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _who(post: dict[str, Any]) -> tuple[str, str]:
    return post["account"], post["key"]


@dataclass(frozen=True, slots=True)
class Wire(httpx.BaseTransport):
    """The way to the shore and back, with its faults."""

    shore: Shore
    trap: Trap
    clock: Callable[[], datetime]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.shore.arrive(self.clock())
        step = "post" if request.method == "POST" else "list"
        if step == "post":
            self.shore.begin(json.loads(request.content))
        with self.trap.around(step) as what:
            if what in BROKEN:
                raise BROKEN[what](f"{request.url} Bearer {TOKEN}", request=request)
            if what in ANSWERS:
                return self._said(what, request)
            if step == "list":
                return self._list(request, what)
            return self._post(request, what)

    def _list(self, request: httpx.Request, what: str) -> httpx.Response:
        if what == "answer lost":
            raise httpx.ReadTimeout(f"{request.url} {TOKEN}", request=request)
        return httpx.Response(200, json=self.shore.shown(request.url.params["account"], self.clock()))

    def _post(self, request: httpx.Request, what: str) -> httpx.Response:
        post = json.loads(request.content)
        if what in ("dies, arrives later", "arrives later"):
            self.shore.send_late(post, self.clock() + LATE)
            if what == "dies, arrives later":
                die()
            raise httpx.ReadTimeout(f"{request.url} {TOKEN}", request=request)
        taken = self.shore.take(post, self.clock())
        if what == "answer lost":
            raise httpx.ReadTimeout(f"{request.url} {TOKEN}", request=request)
        if what == "cut off":
            return httpx.Response(200, content=json.dumps(taken).encode()[:9])
        return httpx.Response(503 if what == "503 but taken" else 200, json=taken)

    def _said(self, what: str, request: httpx.Request) -> httpx.Response:
        code, headers = ANSWERS[what]
        date = {"Date": self.clock().strftime("%a, %d %b %Y %H:%M:%S GMT")}
        error = {"error": f"No, {TOKEN}: {request.headers['Authorization']}"}
        return httpx.Response(code, headers=headers | date, json=error)


BROKEN: dict[str, type[httpx.TransportError]] = {"request lost": httpx.ReadTimeout, "unreachable": httpx.ConnectError}
ANSWERS: dict[str, tuple[int, dict[str, str]]] = {
    "429": (429, {"Retry-After": "180"}),
    "429 without a date": (429, {}),
    "503": (503, {}),
    "422": (422, {}),
    "401": (401, {}),
}


# ── the adapter ─────────────────────────────────────────────────────────────────────────────────────────────


def connect(http: httpx.Client, access: Access) -> answers.ApiClient:
    return answers.client(http, access, "Shore", answers.address(access, "server"))


def publish(api: answers.ApiClient, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    post = {"account": message.variant.account, "text": message.part.form.body, "key": message.key}
    after = [receipt.id for receipt in thread]
    found = answers.document(api.write("POST", "/posts", json={**post, "after": after}))
    if not isinstance(found, dict):
        raise Unsure("Shore gave no clear answer.", "It may be out.")
    return _remote(found)


def find(api: answers.ApiClient, message: Outgoing) -> Remote | None:
    answer = api.ask("GET", "/posts", params={"account": message.variant.account})
    listed = [each for each in answers.objects(answers.document(answer)) or [] if each["id"] not in message.known]
    ours = [each for each in listed if each["text"] == message.part.form.body]
    if listed and not ours:
        raise Unsure(f"There is {listed[0]['id']}, which nobody knows.", "It may be this one.")
    return _remote(dict(ours[0])) if ours else None


def find_filtered(api: answers.ApiClient, message: Outgoing) -> Remote | None:
    remote = find(api, message)
    if remote is None:
        raise Unsure("The list does not show such posts.", "Look yourself.")
    return remote


def _remote(post: dict[str, Any]) -> Remote:
    return Remote(post["id"], f"https://shore.example/{post['id']}")


def network(shore: Shore) -> Network[answers.ApiClient]:
    return Network(
        name="shore",
        title="Shore",
        docs="",
        limits=Limits(text=(), form=lambda text: Form(text.chars), find=lambda body: ()),
        auth=Token(),
        keyed=shore.keyed,
        connect=connect,
        publish=publish,
        find=(find_filtered if shore.shows == "filtered" else find) if shore.lists else None,
    )
