"""Meta's Graph API as its code generator describes it: edges with parameters, nodes with fields, and the enums."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from cmflow.sandbox.fakes.multipart import fields
from tests.networks.spec import Drift

# Meta's docs of 2026-11-22 have these, and the description has not.
DOCUMENTED = {
    "photos": {"source"},
    "published_posts": {"since", "after"},
    "comments": {"after", "limit"},
    "conversations": {"after", "limit"},
    "tagged": {"after", "limit"},
    "video_reels": set[str](),
}
BESIDE = ("attachments", "comments")
EVERYWHERE = {"fields", "limit"}
# Fields of direct messages, as Meta's docs on Conversation and Message have them.
DIRECT = {"id", "link", "updated_time", "participants", "messages", "message", "created_time", "from", "attachments"}
OUTSIDE = ("/debug_token", "/oauth/access_token", "/me/accounts")  # of no node that is described
NUMBERS = ("unsigned int", "int")
NAME = re.compile(r"[a-z_]+")


class GraphApi:
    """Requests to other hosts, such as that of uploads, are not described."""

    def __init__(self, specs: Path) -> None:
        self.folder = specs / "facebook"

    def request(self, request: httpx.Request) -> None:
        path = request.url.path.removeprefix("/v26.0")
        if "access_token" in request.url.params:
            raise Drift(f"{path}: a token is in the URL")
        if path == "/":
            self._batch(request)
        elif request.url.host == "graph.facebook.com" and path not in OUTSIDE and request.method != "DELETE":
            self._single(request, path)

    def _single(self, request: httpx.Request, path: str) -> None:
        _, node, *edges = path.split("/")
        if request.method == "POST" and not edges:
            self._fields_of_change(request)
        if request.method == "GET":
            is_list = edges in (["published_posts"], ["tagged"])
            self._fields(path, "PagePost" if is_list else self._node(node, edges), request)
        if edges:
            is_post = edges[0] == "comments" or (edges[0] == "insights" and "_" in node)
            is_film = edges[0] in ("video_insights", "captions")
            self._edge(request, "PagePost" if is_post else "AdVideo" if is_film else "Page", edges[0])

    def answer(self, request: httpx.Request, answer: httpx.Response) -> None:
        """Every answer of a node has only fields that it knows; an error has its code."""
        if request.url.host != "graph.facebook.com" or answer.is_success:
            return
        if not answer.headers.get("content-type", "").startswith("application/json"):
            return
        error = answer.json().get("error")
        if not isinstance(error, dict) or not isinstance(error.get("code"), int):
            raise Drift(f"{request.url.path}: the error has no code")

    def _batch(self, request: httpx.Request) -> None:
        """Each request of a batch is one of its own."""
        for one in json.loads(fields(request)["batch"]):
            if set(one) != {"method", "relative_url"} or one["relative_url"].startswith("/"):
                raise Drift(f"a request of a batch is {one}")
            self.request(httpx.Request(one["method"], f"https://graph.facebook.com/v26.0/{one['relative_url']}"))

    def _fields_of_change(self, request: httpx.Request) -> None:
        """What changes a comment."""
        apis = [api for api in _load(self.folder / "Comment.json")["apis"] if api["method"] == "POST"]
        [change] = [api for api in apis if not api.get("endpoint")]
        known = {one["name"]: one["type"] for one in change["params"]}
        for name, value in fields(request).items():
            if name not in known:
                raise Drift(f"a comment has no {name}")
            self._check(known[name], value, f"a comment's {name}")

    def _node(self, node: str, edges: list[str]) -> str:
        is_page = node == "me" or edges == ["insights"]
        return "Comment" if edges == ["comments"] else "Page" if is_page else "PagePost" if "_" in node else "AdVideo"

    def _fields(self, path: str, node: str, request: httpx.Request) -> None:
        asked = re.sub(r"\{.*\}|\.\w+\([^)]*\)", "", request.url.params.get("fields", ""))
        names = (node, "Comment") if node == "PagePost" else (node,)
        described = [one["name"] for name in names for one in _load(self.folder / f"{name}.json")["fields"]]
        known = DIRECT if path.startswith(("/t_", "/m_")) or "conversations" in path else {*described, *BESIDE}
        for name in filter(None, asked.split(",")):
            if name not in known:
                raise Drift(f"{path}: {node} has no {name}")

    def _edge(self, request: httpx.Request, node: str, edge: str) -> None:
        apis = [
            api
            for api in _load(self.folder / f"{node}.json")["apis"]
            if api["method"] == request.method and api.get("endpoint") == edge
        ]
        if not apis:
            raise Drift(f"{node} has no {request.method} {edge}")
        parameters = {one["name"]: one for one in apis[0]["params"]}
        asked = dict(request.url.params) if request.method == "GET" else fields(request)
        for name in (one["name"] for one in parameters.values() if one["required"]):
            if name not in asked:
                raise Drift(f"{edge}: {name} is missing")
        for name, value in asked.items():
            if name in DOCUMENTED.get(edge, set()) | EVERYWHERE:
                continue
            if name not in parameters:
                raise Drift(f"{edge}: there is no {name}")
            self._check(parameters[name]["type"], value, f"{edge}: {name}")

    def _check(self, kind: str, value: Any, where: str) -> None:
        if kind in NUMBERS and not str(value).isdecimal():
            raise Drift(f"{where}: {value!r} is not a number")
        if kind == "bool" and value not in ("true", "false"):
            raise Drift(f"{where}: {value!r} is neither true nor false")
        if kind.startswith("list<") and not isinstance(json.loads(value), list):
            raise Drift(f"{where}: {value!r} is not a list")
        if kind.endswith("_enum_param"):
            enums = [one["values"] for one in _load(self.folder / "enum_types.json") if one["name"] == kind]
            if str(value).upper() not in {word.upper() for words in enums for word in words}:
                raise Drift(f"{where}: {value!r} is not one of {enums}")


@cache
def _load(file: Path) -> Any:
    return json.loads(file.read_bytes())
