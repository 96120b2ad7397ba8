"""A job of GitHub Actions that renews the token of an account, to be killed: `python -m tests.servers.renewer`.

The job is JSON on standard input: `root` of its clone, the address of the OAuth server (`url`) with the `folder` of its
requests, and `at`, the moment at which it kills itself (0: never). It prints the moments that it went through and, in
the last line, the access token.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cmflow import git
from cmflow.cli import _environment, _tokens
from cmflow.cli._context import open_context
from cmflow.github import secrets as github_secrets
from cmflow.model.errors import CmflowError
from cmflow.netkit import network, oauth
from cmflow.repository import token_files
from tests.servers.oauth import OAuthServer


class Moments:
    def __init__(self, at: int) -> None:
        self.at, self.number = at, 0

    def __call__(self, name: str) -> None:
        self.number += 1
        print(name, flush=True)
        if self.number == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **options: Any) -> Any:
            self(f"before {name}")
            answer = call(*args, **options)
            self(f"after {name}")
            return answer

        return wrapped


def main(job: dict[str, Any]) -> None:
    moments = Moments(job["at"])
    server, load = OAuthServer(job["url"], Path(job["folder"])), network.load
    record = replace(load("x"), auth=server.auth)
    ahead = timedelta(seconds=job["ahead"])
    for target, name, value in (
        (network, "load", lambda name: record if name == "x" else load(name)),
        (_tokens, "wall_clock", lambda: datetime.now(UTC) + ahead),
        (oauth, "refresh", moments.around("the request", oauth.refresh)),
        (github_secrets, "write", moments.around("a secret is written", github_secrets.write)),
        (token_files, "write", moments.around("a file is written", token_files.write)),
        (git.Repository, "make_commit", moments.around("a commit", git.Repository.make_commit)),
        (git.Repository, "move", moments.around("the branch moves", git.Repository.move)),
        (git.Repository, "push", moments.around("the push", git.Repository.push)),
    ):
        setattr(target, name, value)
    context = open_context(job["root"])
    access = _environment.accounts(context, context.folder).access("short")
    print(json.dumps({"access": access.token}), flush=True)


if __name__ == "__main__":
    try:
        main(json.load(sys.stdin))
    except CmflowError as error:
        print(json.dumps({"error": type(error).__name__, "says": f"{error} {error.hint}"}), flush=True)
