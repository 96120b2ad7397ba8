"""What a commit would have sent of a post, and what has changed in it since: rendered by the cmflow of today.

A commit that somebody approved is read as data from git. Nothing of it is run but its templates, in their sandbox, as
they are in every check of a pull request.
"""

from collections.abc import Iterator
from dataclasses import replace

from cmflow import render
from cmflow.model import Account, Post, Variant
from cmflow.netkit import network
from cmflow.repository import loader, posts
from cmflow.repository.content import Content

Digests = dict[str, str]  # by account


def digests(content: Content, path: str) -> Digests:
    """What each account would show of the post at `path`; nothing where it is not there or cannot be read."""
    post = read(content, path)
    accounts = loader.accounts(post, content.sure_plan) if post else ()
    variants = (variant(content, post, account) for account in accounts if post)
    return {made.account: made.digest for made in variants if made}


def changed(now: Content, then: Content, path: str, before: str, account: str) -> tuple[str, ...]:
    """Because of what the account would show something else now: each part that alone makes a difference."""
    target = digests(now, path).get(account, "")
    found = [name for name, mixed, where in _mixed(now, then, path, before) if _of(mixed, where, account) != target]
    return tuple(found) or ("cmflow itself" if _of(then, before, account) == target else "several things at once",)


def _mixed(now: Content, then: Content, path: str, before: str) -> Iterator[tuple[str, Content, str]]:
    """What is now, with one part of it as it was then."""
    source, old = now.source, then.source
    post = replace(source, blobs={**source.blobs, before: old.blobs.get(before, "")}, read=old.read)
    media = {each: blob for each, blob in old.blobs.items() if not each.endswith(".md")}
    kept = {each: blob for each, blob in source.blobs.items() if each.endswith(".md")}
    yield "the post", replace(now, source=post), before
    yield "the plan", replace(now, plan=then.plan), path
    yield "the templates", replace(now, templates=then.templates), path
    yield "its media", replace(now, source=replace(source, blobs={**media, **kept})), path


def _of(content: Content, path: str, account: str) -> str:
    return digests(content, path).get(account, "")


def read(content: Content, path: str) -> Post | None:
    """The post at `path`; None where it is not there or cannot be read."""
    if content.plan is None or path not in content.source.blobs or path in content.source.links:
        return None
    return posts.post(path, content.source.one(path), content)[0]


def variant(content: Content, post: Post, account: Account) -> Variant | None:
    """What the account would show of it; None where a template fails."""
    plan, limits, blobs = content.sure_plan, network.limits(account), content.source.blobs
    try:
        return render.variant(post, account, plan, limits, content.templates, blobs)
    except render.TemplateError:
        return None
