"""What a commit would have sent of a post, and what has changed since: rendered by today's cmflow.

An approved commit is read as data from git. Nothing in it is run except its templates, in their sandbox, as in every
check of a pull request.
"""

from collections.abc import Iterator
from dataclasses import replace

from cmflow import render
from cmflow.model import Account, Post, Publication, Variant
from cmflow.netkit import network
from cmflow.repository import examination, posts
from cmflow.repository.content import Content

Digests = dict[str, str]  # by account


def digests(content: Content, path: str) -> Digests:
    """The digest per account of the post at `path`; empty if it does not exist or cannot be read."""
    post = read(content, path)
    accounts = examination.accounts(post, content.sure_plan) if post else ()
    variants = (variant(content, post, account) for account in accounts if post)
    return {item.account: item.digest for item in variants if item}


def changed(now: Content, former: Content, path: str, former_path: str, account: str) -> tuple[str, ...]:
    """Why the account would show something different now: each input that alone makes a difference."""
    target = digests(now, path).get(account, "")
    parts = [
        name
        for name, mixed, location in _mixed(now, former, path, former_path)
        if _of(mixed, location, account) != target
    ]
    return tuple(parts) or (
        "cmflow itself" if _of(former, former_path, account) == target else "several things at once",
    )


def _mixed(now: Content, former: Content, path: str, former_path: str) -> Iterator[tuple[str, Content, str]]:
    """Today's content with one input as it was then: its name, the content, the post's path in it."""
    source, old = now.source, former.source
    post = replace(source, blobs={**source.blobs, former_path: old.blobs.get(former_path, "")}, read=old.read)
    media = {name: blob for name, blob in old.blobs.items() if not name.endswith(".md")}
    posts = {name: blob for name, blob in source.blobs.items() if name.endswith(".md")}
    yield "the post", replace(now, source=post), former_path
    yield "the plan", replace(now, plan=former.plan), path
    yield "the templates", replace(now, templates=former.templates), path
    yield "its media", replace(now, source=replace(source, blobs={**media, **posts})), path


def _of(content: Content, path: str, account: str) -> str:
    return digests(content, path).get(account, "")


def read(content: Content, path: str) -> Post | None:
    """The post at `path`; None if it does not exist or cannot be read."""
    if content.plan is None or path not in content.source.blobs or path in content.source.links:
        return None
    return posts.post(path, content.source.one(path), content)[0]


def publication(content: Content, path: str, name: str) -> Publication | None:
    """What the post at `path` shows on the account; None if it cannot be read or rendered."""
    post = read(content, path)
    return publication_of(content, post, name) if post else None


def publication_of(content: Content, post: Post, name: str) -> Publication | None:
    """What the post shows on the account; None if it cannot be rendered."""
    account = content.plan.account(name) if content.plan else None
    shown = variant(content, post, account) if account else None
    return Publication.of(shown, post.title, post.path, content.source.blobs) if shown else None


def variant(content: Content, post: Post, account: Account) -> Variant | None:
    """The post's variant for the account; None if a template fails."""
    plan, limits, blobs = content.sure_plan, network.limits(account), content.source.blobs
    try:
        return render.variant(post, account, plan, limits, content.templates, blobs)
    except render.TemplateError:
        return None
