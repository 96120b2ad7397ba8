"""A small GitHub of our own on loopback: it remembers what it is told, and takes nothing that GitHub would not take.

    with hub.running() as server:
        server.pull(7, head_sha="…")
        here = github.connect(server.url, "token-of-team", "team/content", sleep=server.waits.append)

Each request is held against GitHub's own description of its API where that is kept (tests/servers/octokit.py).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import httpx

from tests.loopback import serving
from tests.networks.spec import Drift
from tests.servers import octokit

TEAM = "team/content"
NOON = "2026-11-20T12:00:00Z"
DATE = "Sun, 22 Nov 2026 12:00:00 GMT"  # what the server's clock says
LONGEST = 65_536  # characters of a comment, an issue, a summary


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Hub:
    """`users` are tokens with the login they belong to; "" belongs to a job, which may not ask who it is."""

    prefix: str = ""
    port: int = 0
    users: dict[str, str] = field(default_factory=lambda: {"token-of-team": "team", "token-of-job": ""})
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    of_commit: dict[str, list[int]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)  # commits that nobody has pushed
    reviews: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    written: dict[int, list[tuple[str, str]]] = field(default_factory=dict)  # commits of pulls: id, author
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)
    refs: dict[str, str] = field(default_factory=lambda: {"heads/main": "c0"})
    trees: dict[str, dict[str, str]] = field(default_factory=lambda: {"t0": {}})
    commits: dict[str, str] = field(default_factory=lambda: {"c0": "t0"})
    signed: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    now: str = NOON
    private: bool = True
    has_issues: bool = True
    labels: dict[str, str] = field(default_factory=dict)  # with their colours
    deleted: set[int] = field(default_factory=set)
    moved: dict[int, str] = field(default_factory=dict)  # issues that are in another repository
    locked: set[int] = field(default_factory=set)
    former: str = "team/old"  # what the repository was called once
    writes: int = 0
    lost: int = 0  # which write is done without an answer
    troubles: list[tuple[str, Answer]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    drifts: list[str] = field(default_factory=list)
    graphql: bool = True
    rights: Mapping[str, str] | None = None  # of the job that asks, by its token; None: all
    used: set[tuple[str, str]] = field(default_factory=set)  # of these rights

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}{self.prefix}"

    # ── what a test says is there ───────────────────────────────────────────────────────────────────────────

    def trouble(self, request: str, status: int, message: str = "", times: int = 1, **headers: str) -> None:
        """The next requests that match go wrong; `retry_after` stands for Retry-After."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.troubles += [(request, Answer(status, {"message": message}, names))] * times

    def pull(
        self, number: int, head_sha: str, *, head: str = "post", repository: str | None = TEAM, **more: Any
    ) -> None:
        owner = (repository or "/").partition("/")[0]
        self.pulls[number] = {
            "number": number,
            "title": "A post",
            "state": "open",
            "draft": False,
            "merged_at": None,
            "merge_commit_sha": "f00d",
            "html_url": f"http://localhost/{TEAM}/pull/{number}",
            "user": {"login": "writer"},
            "base": {"ref": "main", "sha": "c0", "repo": {"full_name": TEAM}},
            "head": {
                "ref": head,
                "sha": head_sha,
                "label": f"{owner}:{head}",
                "repo": {"full_name": repository} if repository else None,
            },
            **more,
        }

    def said(self, number: int, author: str, body: str) -> None:
        """A comment that is there already."""
        self.comments.setdefault(number, []).append(self._comment(number, author, body))
        if number in self.issues:
            self.change(number)

    def reviewed(self, number: int, author: str, state: str, commit: str, association: str = "MEMBER") -> None:
        self.reviews.setdefault(number, []).append(
            {
                "id": len(self.reviews.get(number, ())) + 1,
                "user": {"login": author},
                "state": state,
                "commit_id": commit,
                "submitted_at": NOON,
                "author_association": association,
            }
        )

    def bodies(self, number: int) -> list[str]:
        return [each["body"] for each in self.comments.get(number, ())]

    def _is_allowed(self, line: str) -> bool:
        needed = next((names for pattern, names in RIGHTS if re.fullmatch(pattern, line)), ())
        enough = ("read", "write") if line.startswith("GET ") else ("write",)
        if self.rights is None or not needed:
            return True
        found = [(name, self.rights[name]) for name in needed if self.rights.get(name) in enough]
        self.used |= {(name, enough[0]) for name, _ in found[:1]}
        return bool(found)

    def _comment(self, number: int, author: str, body: str) -> dict[str, Any]:
        identity = max(100 * number, *(one["id"] + 1 for notes in self.comments.values() for one in notes), 0)
        return {
            "id": identity,
            "body": body,
            "user": {"login": author} if author else None,
            "url": f"{self.url}/repos/{TEAM}/issues/comments/{identity}",
            "html_url": f"http://localhost/{TEAM}/pull/{number}#issuecomment-{identity}",
            "issue_url": f"{self.url}/repos/{TEAM}/issues/{number}",
            "created_at": self.now,
            "updated_at": self.now,
        }

    def change(self, number: int, **values: Any) -> dict[str, Any]:
        """An issue is changed, by us or by a person."""
        issue = self.issues[number]
        if "state" in values:
            values |= {"closed_at": self.now if values["state"] == "closed" else None}
        if "labels" in values:
            values["labels"] = [{"name": self._label(name)} for name in values["labels"]]
        issue |= values | {"updated_at": self.now}
        return issue

    def _label(self, name: str) -> str:
        """The label as it was once written; created where there is none."""
        known = next((label for label in self.labels if label.casefold() == name.casefold()), name)
        self.labels.setdefault(known, "ededed")
        return known

    def missing(self, number: int) -> Answer | None:
        """Why an issue is not there, where it is not."""
        if not self.has_issues:
            return Answer(410, {"message": "Issues has been disabled in this repository."})
        if number in self.moved:
            target = f"{self.url}/repos/{self.moved[number]}/issues/{number}"
            return Answer(301, {"message": "Moved Permanently", "url": target}, {"Location": target})
        if number in self.deleted:
            return Answer(410, {"message": "This issue was deleted"})
        return None

    # ── what it answers ─────────────────────────────────────────────────────────────────────────────────────

    def answer(self, request: httpx.Request) -> Answer:
        address = urlsplit(str(request.url))
        path = unquote(address.path.removeprefix(self.prefix))
        line = f"{request.method} {path}"
        self.requests.append(line)
        for trouble in self.troubles:
            if re.fullmatch(trouble[0], line):
                self.troubles.remove(trouble)
                return trouble[1]
        who = self.users.get(request.headers.get("authorization", "").partition(" ")[2])
        if who is None:
            return Answer(401, {"message": "Bad credentials"})
        if not who and not self._is_allowed(line):
            return Answer(403, {"message": "Resource not accessible by integration"})
        if path.startswith(f"/repos/{self.former}"):
            target = f"{self.url}/repos/{TEAM}{path.removeprefix(f'/repos/{self.former}')}"
            status = 301 if request.method == "GET" else 307
            return Answer(status, {"message": "Moved Permanently", "url": target}, {"Location": target})
        asked = json.loads(request.content) if request.content else {}
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        for pattern, act in ROUTES:
            if found := re.fullmatch(pattern.replace("REPO", f"/repos/{TEAM}"), line):
                answer = act(self, who or "github-actions[bot]", asked, query, *found.groups())
                is_write = request.method != "GET" and "graphql" not in path
                self.writes += is_write
                if is_write and self.writes == self.lost:
                    return Answer(502, {"message": "Bad Gateway"})
                return page(answer, str(request.url), query) if isinstance(answer.body, list) else answer
        return Answer(404, {"message": "Not Found"})


# What a job's token must be allowed, by the request: one of these. Where none is named everybody may.
RIGHTS = (
    (r"\w+ .*/issues/(\d+/)?comments.*", ("issues", "pull-requests")),
    (r"\w+ .*/(issues|labels|assignees).*", ("issues",)),
    (r"\w+ .*/check-runs.*", ("checks",)),
    (r"\w+ .*/pulls.*", ("pull-requests",)),
    (r"\w+ .*/(git|compare|commits)/.*", ("contents",)),
)


def page(answer: Answer, url: str, query: Mapping[str, str]) -> Answer:
    """A page of a list, with a link to the next one where there is more."""
    size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
    rest = answer.body[size * (number - 1) :]
    further = httpx.URL(url).copy_merge_params({"page": number + 1})
    return Answer(200, rest[:size], {"Link": f'<{further}>; rel="next"'} if rest[size:] else {})


Act = Callable[..., Answer]
ROUTES: list[tuple[str, Act]] = []


def route(pattern: str) -> Callable[[Act], Act]:
    def keep(act: Act) -> Act:
        ROUTES.append((pattern, act))
        return act

    return keep


@route("GET /user")
def _(hub: Hub, who: str, *_: Any) -> Answer:
    if who == "github-actions[bot]":
        return Answer(403, {"message": "Resource not accessible by integration"})
    return Answer(200, {"login": who})


@route("POST (?:/api)?/graphql")
def _(hub: Hub, who: str, *_: Any) -> Answer:
    return Answer(200, {"data": {"viewer": {"login": who}}}) if hub.graphql else Answer(403, {"message": "No"})


@route(r"GET REPO/issues/(\d+)/comments")
def _(hub: Hub, who: str, asked: Any, query: Mapping[str, str], number: str) -> Answer:
    if missing := hub.missing(int(number)):
        return missing
    return Answer(200, hub.comments.get(int(number), []))


@route(r"POST REPO/issues/(\d+)/comments")
def _(hub: Hub, who: str, asked: Any, query: Any, number: str) -> Answer:
    if missing := hub.missing(int(number)):
        return missing
    if len(asked["body"]) > LONGEST:
        return Answer(422, {"message": "Validation Failed", "errors": [{"message": "Body is too long"}]})
    if int(number) in hub.locked:
        return Answer(403, {"message": "Unable to create comment because issue is locked."})
    hub.said(int(number), who, asked["body"])
    return Answer(201, hub.comments[int(number)][-1])


@route(r"(PATCH|DELETE) REPO/issues/comments/(\d+)")
def _(hub: Hub, who: str, asked: Any, query: Any, verb: str, identity: str) -> Answer:
    for said in hub.comments.values():
        for each in [each for each in said if each["id"] == int(identity)]:
            if verb == "DELETE":
                said.remove(each)
                return Answer(204)
            each |= {"body": asked["body"], "updated_at": hub.now}
            return Answer(200, each)
    return Answer(404, {"message": "Not Found"})


@route("POST REPO/check-runs")
def _(hub: Hub, who: str, asked: Any, *_: Any) -> Answer:
    if len(asked["output"].get("annotations", ())) > 50 or len(asked["output"]["summary"]) > LONGEST - 1:
        return Answer(422, {"message": "Invalid request."})
    number = len(hub.runs) + 1
    address = f"{hub.url}/repos/{TEAM}/check-runs/{number}"
    hub.runs.append({"id": number, "url": address, "html_url": f"http://localhost/{TEAM}/runs/{number}", **asked})
    return Answer(201, hub.runs[-1])


@route(r"PATCH REPO/check-runs/(\d+)")
def _(hub: Hub, who: str, asked: Any, query: Any, number: str) -> Answer:
    run = hub.runs[int(number) - 1]
    if len(asked["output"]["annotations"]) > 50:
        return Answer(422, {"message": "Invalid request."})
    before = run["output"]["annotations"]
    run["output"] = {**asked["output"], "annotations": before + asked["output"]["annotations"]}
    return Answer(200, run)


@route("GET REPO/pulls")
def _(hub: Hub, who: str, asked: Any, query: Mapping[str, str]) -> Answer:
    heads = [each for each in hub.pulls.values() if query.get("head") in (None, each["head"]["label"])]
    return Answer(200, [each for each in heads if each["state"] == query.get("state", "open")])


@route("POST REPO/pulls")
def _(hub: Hub, who: str, asked: Any, *_: Any) -> Answer:
    number = len(hub.pulls) + len(hub.issues) + 1
    more = {name: asked[name] for name in ("title", "draft")} | {"user": {"login": who}, "body": asked["body"]}
    hub.pull(number, hub.refs[f"heads/{asked['head']}"], head=asked["head"], **more)
    return Answer(201, hub.pulls[number])


@route(r"GET REPO/pulls/(\d+)")
def _(hub: Hub, who: str, asked: Any, query: Any, number: str) -> Answer:
    found = hub.pulls.get(int(number))
    return Answer(200, found) if found else Answer(404, {"message": "Not Found"})


@route(r"GET REPO/pulls/(\d+)/commits")
def _(hub: Hub, who: str, asked: Any, query: Mapping[str, str], number: str) -> Answer:
    people = [(sha, {"login": author} if author else None) for sha, author in hub.written.get(int(number), [])]
    return Answer(200, [{"sha": sha, "author": author, "committer": None} for sha, author in people])


@route(r"GET REPO/pulls/(\d+)/reviews")
def _(hub: Hub, who: str, asked: Any, query: Mapping[str, str], number: str) -> Answer:
    there = int(number) in {*hub.pulls, *hub.reviews}
    return Answer(200, hub.reviews.get(int(number), [])) if there else Answer(404, {"message": "Not Found"})


@route(r"GET REPO/commits/(\w+)/pulls")
def _(hub: Hub, who: str, asked: Any, query: Mapping[str, str], sha: str) -> Answer:
    if sha in hub.unknown:
        return Answer(422, {"message": f"No commit found for SHA: {sha}"})
    return Answer(200, [hub.pulls[number] for number in hub.of_commit.get(sha, ())])


@route(r"GET REPO/compare/(.+)\.\.\.(.+)")
def _(hub: Hub, who: str, asked: Any, query: Mapping[str, str], *_: str) -> Answer:
    return Answer(200, {"files": [{"filename": path} for path in hub.changed[:300]], "commits": []})


@route(r"GET REPO/collaborators/([\w-]+)/permission")
def _(hub: Hub, who: str, asked: Any, query: Any, login: str) -> Answer:
    return Answer(200, {"permission": hub.people.get(login, "none")})


@route("GET REPO/issues")
def _(hub: Hub, who: str, asked: Any, query: Mapping[str, str]) -> Answer:
    if not hub.has_issues:
        return Answer(410, {"message": "Issues has been disabled in this repository."})
    names = set(filter(None, query.get("labels", "").split(",")))
    here = [issue for number, issue in hub.issues.items() if number not in {*hub.deleted, *hub.moved}]
    listed = [
        issue
        for issue in here
        if query["state"] in ("all", issue["state"])
        and {name.casefold() for name in names} <= {label["name"].casefold() for label in issue["labels"]}
        and issue.get("updated_at", NOON) >= query.get("since", "")
    ]
    return Answer(200, listed[::-1])


@route("POST REPO/issues")
def _(hub: Hub, who: str, asked: Any, *_: Any) -> Answer:
    if not hub.has_issues:
        return Answer(410, {"message": "Issues has been disabled in this repository."})
    people = asked.get("assignees", ())
    if len(asked.get("body", "")) > LONGEST or any(hub.people.get(login, "none") == "none" for login in people):
        return Answer(422, {"message": "Validation Failed"})
    number = len(hub.pulls) + len(hub.issues) + 1
    hub.issues[number] = {
        "number": number,
        "state": "open",
        "user": {"login": who},
        "url": f"{hub.url}/repos/{TEAM}/issues/{number}",
        "html_url": f"http://localhost/{TEAM}/issues/{number}",
        "created_at": hub.now,
        "closed_at": None,
        **asked,
        "assignees": [{"login": login} for login in people],
    }
    return Answer(201, hub.change(number, labels=list(asked.get("labels", ()))))


@route(r"(GET|PATCH) REPO/issues/(\d+)")
def _(hub: Hub, who: str, asked: Any, query: Any, verb: str, number: str) -> Answer:
    if missing := hub.missing(int(number)):
        return missing
    if int(number) not in hub.issues:
        return Answer(404, {"message": "Not Found"})
    return Answer(200, hub.change(int(number), **asked) if verb == "PATCH" else hub.issues[int(number)])


@route(r"(GET|PATCH) /repos/team/elsewhere/issues/(\d+)")
def _(hub: Hub, who: str, asked: Any, query: Any, verb: str, number: str) -> Answer:
    url = f"{hub.url}/repos/team/elsewhere/issues/{number}"
    return Answer(200, {**hub.issues[int(number)], "url": url})


@route("GET REPO/issues/comments")
def _(hub: Hub, who: str, asked: Any, query: Mapping[str, str]) -> Answer:
    if not hub.has_issues:
        return Answer(410, {"message": "Issues has been disabled in this repository."})
    notes = (note for number, notes in hub.comments.items() if number not in hub.deleted for note in notes)
    recent = [note for note in notes if note["updated_at"] >= query.get("since", "")]
    return Answer(200, sorted(recent, key=lambda note: (note["updated_at"], note["id"])))


@route("GET REPO")
def _(hub: Hub, *_: Any) -> Answer:
    return Answer(200, {"id": 7, "full_name": TEAM, "private": hub.private, "has_issues": hub.has_issues})


@route("(GET|POST) REPO/labels")
def _(hub: Hub, who: str, asked: Any, query: Any, verb: str) -> Answer:
    if verb == "GET":
        return Answer(200, [{"name": name, "color": colour} for name, colour in hub.labels.items()])
    if asked["name"].casefold() in map(str.casefold, hub.labels) or len(asked["name"]) > 50:
        return Answer(422, {"message": "Validation Failed", "errors": [{"code": "already_exists"}]})
    hub.labels[asked["name"]] = asked["color"]
    return Answer(201, asked)


@route(r"GET REPO/assignees/([\w-]+)")
def _(hub: Hub, who: str, asked: Any, query: Any, login: str) -> Answer:
    return Answer(204) if hub.people.get(login, "none") != "none" else Answer(404, {"message": "Not Found"})


@route("GET REPO/git/ref/(heads/.+)")
def _(hub: Hub, who: str, asked: Any, query: Any, ref: str) -> Answer:
    return _ref(hub, ref) if ref in hub.refs else Answer(404, {"message": "Not Found"})


@route("PATCH REPO/git/refs/(heads/.+)")
def _(hub: Hub, who: str, asked: Any, query: Any, ref: str) -> Answer:
    hub.refs[ref] = asked["sha"]
    for pull in hub.pulls.values():
        if f"heads/{pull['head']['ref']}" == ref:
            pull["head"]["sha"] = asked["sha"]
    return _ref(hub, ref)


@route("POST REPO/git/refs")
def _(hub: Hub, who: str, asked: Any, *_: Any) -> Answer:
    ref = asked["ref"].removeprefix("refs/")
    if ref in hub.refs:
        return Answer(422, {"message": "Reference already exists"})
    hub.refs[ref] = asked["sha"]
    return Answer(201, _ref(hub, ref).body)


def _ref(hub: Hub, ref: str) -> Answer:
    address = f"{hub.url}/repos/{TEAM}/git/refs/{quote(ref)}"
    return Answer(200, {"ref": f"refs/{ref}", "url": address, "object": {"type": "commit", "sha": hub.refs[ref]}})


@route(r"GET REPO/git/commits/(\w+)")
def _(hub: Hub, who: str, asked: Any, query: Any, sha: str) -> Answer:
    return Answer(200, {"sha": sha, "tree": {"sha": hub.commits[sha]}, "parents": []})


@route("POST REPO/git/trees")
def _(hub: Hub, who: str, asked: Any, *_: Any) -> Answer:
    files = {each["path"]: each["content"] for each in asked["tree"]}
    name = f"t{len(hub.trees)}"
    hub.trees[name] = hub.trees[asked["base_tree"]] | files
    return Answer(201, {"sha": name, "tree": []})


@route("POST REPO/git/commits")
def _(hub: Hub, who: str, asked: Any, *_: Any) -> Answer:
    name = f"c{len(hub.commits):039}"
    hub.commits[name] = asked["tree"]
    hub.signed.append((asked["message"], asked.get("author", {})))
    return Answer(201, {"sha": name, "message": asked["message"], "tree": {"sha": asked["tree"]}, "parents": []})


# ── the server ──────────────────────────────────────────────────────────────────────────────────────────────


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    hub: Hub

    def handle_one(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        request = httpx.Request(
            self.command, f"{self.server_url}{self.path}", headers=dict(self.headers), content=content
        )
        try:
            octokit.check(request, self.hub.prefix)
        except Drift as drift:
            self.hub.drifts.append(str(drift))
        answer = self.hub.answer(request)
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        self.send_response_only(answer.status)
        for name, value in {"date": DATE, "content-type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = handle_one

    @property
    def server_url(self) -> str:
        return f"http://localhost:{self.hub.port}"

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running(prefix: str = "") -> Iterator[Hub]:
    """Fails at the end where a request was none that GitHub knows."""
    hub = Hub(prefix)
    door = type("OurDoor", (Door,), {"hub": hub})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), door)) as server:
        hub.port = server.server_address[1]
        yield hub
    if hub.drifts:
        raise Drift("; ".join(hub.drifts))
