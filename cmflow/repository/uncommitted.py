"""What stands in the folder and not in the commit: nothing of it is published, and a person may think that it is."""

from collections.abc import Iterator, Mapping, Sequence

from cmflow.model import Entry, Planned
from cmflow.problems.plural import counted
from cmflow.repository.source import Source
from cmflow.repository.strays import POSTS

NAMED = 5  # files that are named

Key = tuple[str, str]  # post id, account


def sentences(unsaved: Mapping[str, bool], unpushed: str) -> Iterator[str]:
    """What a person should know before they rely on what stands in the folder."""
    fresh = sorted(path for path, known in unsaved.items() if not known)
    posts = [path for path in fresh if _is_post(path)]
    if fresh:
        rest = len(fresh) - len(posts)
        what = " and ".join([counted(len(posts), "post")] * bool(posts) + [counted(rest, "other file")] * bool(rest))
        are = "is" if len(fresh) == 1 else "are"
        them = "it" if len(fresh) == 1 else "them"
        yield f"{what} in the folder {are} not committed: publishing cannot see {them} ({_named(posts or fresh)})."
    if changed := sorted(unsaved.keys() - set(fresh)):
        are = "is" if len(changed) == 1 else "are"
        what = f"{counted(len(changed), 'file')} {are} changed and not committed"
        yield f"{what}: publishing sees what is committed ({_named(changed)})."
    if unpushed:
        yield f"{unpushed}: what publishes from there cannot see it."


def _is_post(path: str) -> bool:
    return path.startswith(POSTS) and path.endswith(".md")


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - NAMED:,} more" if len(paths) > NAMED else ""
    return f"{', '.join(paths[:NAMED])}{more}"


def reasons(source: Source, entries: Sequence[Entry], planned: Sequence[Planned]) -> dict[Key, str]:
    """Why a run would not send what the folder asks for, of what it would not know."""
    fresh = {path for path, is_known in source.unsaved.items() if not is_known}
    if not fresh:
        return {}
    missing = {entry.path: next((path for path, _ in entry.media if path in fresh), "") for entry in entries}
    found = {}
    for each in planned:
        lacking = each.path if each.path in fresh else missing.get(each.path, "")
        if lacking:
            found[each.post, each.account] = f"{lacking} is not committed: commit it, or nothing is sent"
    return found
