"""An open content repository: its plan, its templates, and facts about its media files."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cmflow.content import conflicts, media
from cmflow.model import Plan, Problem
from cmflow.model.errors import SourceError
from cmflow.model.plan import PLAN_PATH
from cmflow.model.templates import Templates
from cmflow.repository import codec, plan_file, strays
from cmflow.repository.cache import Cache, code_digest
from cmflow.repository.plan_file import PlanFile
from cmflow.repository.source import FOLDER, Source
from cmflow.repository.strays import POSTS, Facts
from cmflow.values import dataclass

__all__ = ["POSTS", "TEMPLATES", "Content", "Facts", "open_content"]

TEMPLATES = "templates/"


@dataclass(frozen=True, slots=True)
class Content:
    """What every post is checked against. `plan` is None if it cannot be used; `problems` say why.

    `facts` tell what each media file is, or why it cannot be used. `odd` maps files whose state has no
    blob id to a reason; a post that shows one is examined again when the reason changes. `silent` are the
    accounts to which cmflow cannot publish yet, `titles` the names of their networks and what they are called.
    """

    source: Source
    plan: Plan | None
    templates: Templates
    facts: Facts
    problems: tuple[Problem, ...] = ()
    odd: Mapping[str, str] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()

    @property
    def sure_plan(self) -> Plan:
        """The plan. Raises SourceError if it cannot be used."""
        if self.plan is None:
            hint = f"Run cmflow check: it lists what is wrong in {PLAN_PATH}, line by line."
            if self.source.name != FOLDER:
                if PLAN_PATH not in self.source.blobs and PLAN_PATH not in self.source.unreadable:
                    raise SourceError(f"There is no {PLAN_PATH} in {self.source.name}.", "Commit the plan, too.")
                raise SourceError(f"The plan in {self.source.name} cannot be used.", f"{hint} Then commit the plan.")
            raise SourceError("The plan cannot be used.", hint)
        return self.plan

    @property
    def plan_digest(self) -> str:
        """A digest of the plan and of the code that reads it."""
        return _plan_digest(self.source)

    @property
    def fingerprint(self) -> str:
        """A digest of everything that decides an entry, except the post itself and its media."""
        named = json.dumps([self.plan_digest, *sorted(self.templates.sources.items())])
        return sha256(named.encode()).hexdigest()[:16]

    @property
    def post_paths(self) -> tuple[str, ...]:
        links = self.source.links
        return tuple(sorted(path for path in self.source.blobs if _is_post(path) and path not in links))


def _is_post(path: str) -> bool:
    return path.startswith(POSTS) and path.endswith(".md")


def open_content(source: Source, templates: Mapping[str, str], cache: Cache) -> Content:
    """Read the plan, the templates and the facts of all media; `templates` are the defaults."""
    file = _plan(source, cache)
    others = [path for path in source.blobs if not _is_post(path)]
    own, faults = _templates(source, others)
    facts = _facts(source, others, cache)
    return Content(
        source,
        file.plan,
        _compiled_once(tuple(sorted({**templates, **own}.items()))),
        facts,
        (
            *file.problems,
            *faults,
            *_links(source),
            *_unreadable(source),
            *strays.problems(source, others, facts),
        ),
        dict(_odd(source, facts)),
        file.silent,
        file.titles,
    )


def _odd(source: Source, facts: Facts) -> Iterator[tuple[str, str]]:
    for path in (*source.outside, *source.filtered):
        reason = facts.get(path)
        if isinstance(reason, str):
            yield path, reason


@lru_cache(maxsize=4)
def _compiled_once(sources: tuple[tuple[str, str], ...]) -> Templates:
    """One object for equal templates, so that they are compiled once."""
    return Templates(dict(sources))


def _plan(source: Source, cache: Cache) -> PlanFile:
    if PLAN_PATH in source.unreadable or PLAN_PATH in source.links:
        return PlanFile(None)  # reported with all unreadable files and links
    if PLAN_PATH not in source.blobs:
        missing = Problem(PLAN_PATH, 1, "plan-missing", f"There is no {PLAN_PATH}.", "Create one: cmflow init DIR")
        return PlanFile(None, (missing,))
    key = _plan_digest(source)
    file = plan_file.cached(cache, key)
    if file is None:
        from cmflow.repository import plans

        file = plans.read(source.one(PLAN_PATH))
        if file.plan or PLAN_PATH not in source.filtered:  # what a filter could not provide may come
            plan_file.keep(cache, key, file)
    return file


def _plan_digest(source: Source) -> str:
    return sha256(f"{code_digest()} {source.blobs.get(PLAN_PATH)}".encode()).hexdigest()[:16]


def _templates(source: Source, others: Iterable[str]) -> tuple[dict[str, str], tuple[Problem, ...]]:
    paths = [path for path in others if path.startswith(TEMPLATES) and path not in source.links]
    texts, problems = {}, []
    for path, data in source.read(paths):
        try:
            texts[path] = text = data.decode()
            if line := conflicts.line(text):
                problems.append(Problem(path, line, "conflict-markers", conflicts.MESSAGE, conflicts.HINT))
        except UnicodeDecodeError:
            problems.append(Problem(path, 1, "not-utf8", "The template is not UTF-8 text.", "Save it as UTF-8."))
    return texts, tuple(problems)


def _links(source: Source) -> tuple[Problem, ...]:
    """A problem per symbolic link: none is followed, as it could lead to any file of the publishing machine."""
    return tuple(
        Problem(
            path,
            1,
            "outside-repository",
            f"{path} is a symbolic link; it is not followed.",
            "Replace the link with the file itself.",
        )
        for path in sorted(source.links)
    )


def _unreadable(source: Source) -> tuple[Problem, ...]:
    hint = "Make it a regular file that you can read, or delete it."
    return tuple(Problem(path, 1, "unreadable", reason, hint) for path, reason in sorted(source.unreadable.items()))


def _facts(source: Source, others: Iterable[str], cache: Cache) -> Facts:
    """What `media.probe` says about each file under content/ that is not a post or the plan."""
    files = (path for path in others if not (path.endswith(".md") and path.startswith(PLAN_PATH)))
    paths = [path for path in files if path.startswith("content/") and path not in source.links]
    cached = codec.facts(cache)
    missing = [path for path in paths if source.blobs[path] not in cached]
    large = source.large(missing)
    fresh = {source.blobs[path]: _look_at(file) for path, file in large.items()}
    fresh |= {source.blobs[path]: _look(data) for path, data in source.read(p for p in missing if p not in large)}
    facts = {path: fresh.get(blob := source.blobs[path]) or cached[blob] for path in paths}
    if fresh:
        sure = facts.items() if not source.filtered else _lasting(source, facts)
        codec.keep_facts(cache, {source.blobs[path]: item for path, item in sure})
    absent = "It cannot be published: {} Move it or change .gitignore, and commit it."
    return {**facts, **{path: absent.format(reason) for path, reason in source.outside.items()}}


def _lasting(source: Source, facts: Facts) -> Iterator[tuple[str, media.Facts | str]]:
    """The facts worth caching: not the failure of a file that a filter could not provide (Git LFS did not fetch it)."""
    return ((path, item) for path, item in facts.items() if path not in source.filtered or not isinstance(item, str))


def _look_at(file: Path) -> media.Facts | str:
    from cmflow.content.media.boxes import reader

    try:
        with file.open("rb") as opened:
            return media.probe_file(reader(opened), file.stat().st_size)
    except media.Unreadable as error:
        return str(error)


def _look(data: bytes) -> media.Facts | str:
    """What a file is, or why it cannot be sent: of a picture also what only cleaning or turning it finds."""
    from cmflow.netkit.media import verify

    try:
        return verify(data)
    except media.Unreadable as error:
        return str(error)
