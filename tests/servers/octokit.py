"""GitHub's own description of its API, as GitHub publishes it: 13 MB, of which the requests we make are kept apart.

The quick tests hold what they send against it where it is kept already; a slow test fetches it once.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from tests.networks.openapi import OpenApi
from tests.servers import CACHE, installed, needed
from tests.servers.pds import npm

VERSION = "23.0.2"
NAME = f"octokit-openapi-{VERSION}-5"
REPO = "/repos/{owner}/{repo}"
WHOLE = "git/ref/{ref}", "git/refs/{ref}", "compare/{basehead}"  # here a slash is part of a parameter
PATHS = (
    "/user",
    REPO,
    *(
        f"{REPO}/{each}"
        for each in (
            *WHOLE,
            "assignees/{assignee}",
            "check-runs",
            "check-runs/{check_run_id}",
            "collaborators/{username}/permission",
            "environments/{environment_name}",
            "environments/{environment_name}/secrets/public-key",
            "environments/{environment_name}/secrets/{secret_name}",
            "commits/{commit_sha}/pulls",
            "git/commits",
            "git/commits/{commit_sha}",
            "git/refs",
            "git/trees",
            "issues",
            "issues/comments",
            "issues/comments/{comment_id}",
            "issues/{issue_number}",
            "issues/{issue_number}/comments",
            "labels",
            "pulls",
            "pulls/{pull_number}",
            "pulls/{pull_number}/commits",
            "pulls/{pull_number}/reviews",
        )
    ),
)


def fetch() -> Path:
    """The description of what we ask, fetched where it is not kept yet."""
    needed()
    return installed(NAME, _install) / "ours.json"


def is_kept() -> bool:
    return (CACHE / f"{NAME}.done").exists()


def check(request: httpx.Request, prefix: str = "") -> None:
    """Raises `Drift` for what GitHub does not know; says nothing where its description is not kept here."""
    if is_kept() and not request.url.path.endswith("/graphql"):
        path = request.url.raw_path.decode().removeprefix(prefix)
        ours = re.sub(r"(/git/refs?/|/compare/)([^?]+)", lambda hit: hit[1] + hit[2].replace("/", "%2F"), path)
        url = request.url.copy_with(raw_path=ours.encode())
        _described().request(httpx.Request(request.method, url, headers=request.headers, content=request.content))


@cache
def _described() -> OpenApi:
    return OpenApi([CACHE / NAME / "ours.json"])


def _install(folder: Path) -> None:
    npm(folder, f"@octokit/openapi@{VERSION}")
    whole = folder / "node_modules" / "@octokit" / "openapi" / "generated" / "api.github.com.json"
    document = json.loads(whole.read_text(encoding="utf-8"))
    paths = {path: {verb: _asked(each) for verb, each in document["paths"][path].items()} for path in PATHS}
    ours: dict[str, Any] = {"paths": paths, "components": {}}
    todo = list(_references(paths))
    while todo:
        kind, name = todo.pop().removeprefix("#/components/").split("/", 1)
        kept = ours["components"].setdefault(kind, {})
        if name not in kept:
            kept[name] = document["components"][kind][name]
            todo += _references(kept[name])
    (folder / "ours.json").write_text(json.dumps(ours), encoding="utf-8")


def _asked(operation: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in operation.items() if name in ("parameters", "requestBody")} | {"responses": {}}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _references(each)
