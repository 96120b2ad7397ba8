"""What GitHub tells of what happened, in its own words: the examples that it publishes, with a few things changed."""

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from tests.servers import installed, needed
from tests.servers.pds import npm

VERSION = "7.6.1"


@cache
def _examples() -> dict[str, list[dict[str, Any]]]:
    needed()
    name = f"@octokit/webhooks-examples@{VERSION}"
    folder = installed(f"webhooks-examples-{VERSION}", lambda to: npm(to, name))
    path = folder / "node_modules/@octokit/webhooks-examples/api.github.com/index.json"
    return {each["name"]: each["examples"] for each in json.loads(path.read_text("utf-8"))}


def payload(name: str, action: str | None = None, **changes: Any) -> dict[str, Any]:
    """An event of that name, of the repository `team/content`; `changes` go into it as deep as they are."""
    found = deepcopy(next(each for each in _examples()[name] if each.get("action") == action))
    found["repository"] |= {"full_name": "team/content", "default_branch": "main", "has_pages": True}
    return _changed(found, changes)


def schedule(cron: str) -> dict[str, Any]:
    """GitHub publishes no example of this one: little more than the repository stands in it."""
    return {"schedule": cron, "repository": payload("push")["repository"]}


def _changed(found: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in changes.items():
        old = found.get(key)
        found[key] = _changed(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return found
