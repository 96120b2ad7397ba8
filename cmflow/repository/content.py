"""A content repository, read: its plan, its templates, and what its media files are."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cmflow import lint, render
from cmflow.content import conflicts, media
from cmflow.content import plan as plans
from cmflow.content.media.boxes import reader
from cmflow.model import Plan, Problem
from cmflow.model.errors import SourceError
from cmflow.netkit import network
from cmflow.repository import codec, strays
from cmflow.repository.cache import Cache, code_digest
from cmflow.repository.source import Source
from cmflow.repository.strays import PLAN, POSTS, Facts

__all__ = ["NETWORKS", "PLAN", "POSTS", "TEMPLATES", "Content", "Facts", "open_content"]

TEMPLATES = "templates/"


@dataclass(frozen=True, slots=True)
class Content:
    """What every post is read against. `plan` is None where it cannot be used; `problems` say why.

    `facts` tell what each media file is, or why it cannot be used. `odd` are files whose blob id does not say what
    became of them: what a post is that shows them is found again when that word changes.
    """

    source: Source
    plan: Plan | None
    templates: render.Templates
    facts: Facts
    problems: tuple[Problem, ...] = ()
    odd: Mapping[str, str] = field(default_factory=dict)

    @property
    def sure_plan(self) -> Plan:
        """The plan, or SourceError for what cannot be done without one."""
        if self.plan is None:
            raise SourceError("The plan cannot be used.", "Run cmflow check: it lists what is wrong, line by line.")
        return self.plan

    @property
    def plan_digest(self) -> str:
        """Names the plan, and the code that reads it."""
        return sha256(f"{code_digest()} {self.source.blobs.get(PLAN)}".encode()).hexdigest()[:16]

    @property
    def fingerprint(self) -> str:
        """Names everything but the post itself and its media that decides what becomes of a post."""
        named = json.dumps([self.plan_digest, *sorted(self.templates.sources.items())])
        return sha256(named.encode()).hexdigest()[:16]

    @property
    def post_paths(self) -> tuple[str, ...]:
        links = self.source.links
        found = (path for path in self.source.blobs if path.startswith(POSTS) and path.endswith(".md"))
        return tuple(sorted(path for path in found if path not in links))


def open_content(source: Source, templates: Mapping[str, str], cache: Cache) -> Content:
    """Read the plan, the templates and the facts of all media; `templates` serve where the source has none."""
    plan, problems = _plan(source)
    own, faults = _templates(source)
    facts = _facts(source, cache)
    return Content(
        source,
        plan,
        _compiled_once(tuple(sorted({**templates, **own}.items()))),
        facts,
        (*problems, *_told(plan), *faults, *_links(source), *_unreadable(source), *strays.problems(source, facts)),
        dict(_odd(source, facts)),
    )


def _odd(source: Source, facts: Facts) -> Iterator[tuple[str, str]]:
    for path in (*source.outside, *source.filtered):
        why = facts.get(path)
        if isinstance(why, str):
            yield path, why


@lru_cache(maxsize=4)
def _compiled_once(sources: tuple[tuple[str, str], ...]) -> render.Templates:
    """The same templates are the same object, whose compiled form is kept."""
    return render.Templates(dict(sources))


def _plan(source: Source) -> tuple[Plan | None, tuple[Problem, ...]]:
    if PLAN in source.unreadable or PLAN in source.links:
        return None, ()  # said with all that is unreadable, or a link
    if PLAN not in source.blobs:
        return None, (Problem(PLAN, 1, "plan-missing", f"There is no {PLAN}.", "Make one: cmflow init DIR"),)
    return plans.parse(source.one(PLAN), PLAN, NETWORKS)


class _Networks(Mapping[str, plans.NetworkFacts]):
    """What the plan needs to know of each network; a network's file is imported only when it is asked for."""

    def __getitem__(self, name: str) -> plans.NetworkFacts:
        if name not in network.names():
            raise KeyError(name)
        known = network.load(name)
        options = known.options
        required = tuple(option.name for option in options if option.required)
        folders = tuple(option.name for option in options if option.folder)
        servers = tuple(option.name for option in options if option.destination)
        handle = (known.handle.pattern, known.handle.example) if known.handle else ("", "")
        return plans.NetworkFacts(tuple(option.name for option in options), required, folders, servers, handle)

    def __iter__(self) -> Iterator[str]:
        return iter(network.names())

    def __len__(self) -> int:
        return len(network.names())

    def __contains__(self, name: object) -> bool:
        return name in network.names()


NETWORKS = _Networks()


def _templates(source: Source) -> tuple[dict[str, str], tuple[Problem, ...]]:
    paths = [path for path in source.blobs if path.startswith(TEMPLATES) and path not in source.links]
    texts, problems = {}, []
    for path, data in source.read(paths):
        try:
            texts[path] = text = data.decode()
            if line := conflicts.line(text):
                problems.append(Problem(path, line, "conflict-markers", conflicts.MESSAGE, conflicts.HINT))
        except UnicodeDecodeError:
            problems.append(Problem(path, 1, "not-utf8", "The template is not UTF-8 text.", "Save it as UTF-8."))
    return texts, tuple(problems)


def _told(plan: Plan | None) -> tuple[Problem, ...]:
    """What is to be said of a plan that could be read."""
    return () if plan is None else (*_silent(plan), *lint.plan(plan))


def _silent(plan: Plan) -> tuple[Problem, ...]:
    """One warning for all accounts that cmflow cannot publish to yet."""
    names = network.silent(plan.accounts)
    if not names:
        return ()
    message = f"cmflow cannot publish to these accounts yet: {', '.join(names)}."
    hint = "Their posts are checked, previewed and rehearsed. Publish them by hand, then say so: cmflow settle"
    return (Problem(PLAN, 1, "preview-only", message, hint),)


def _links(source: Source) -> tuple[Problem, ...]:
    """Symbolic links are never followed: one could lead to any file of the machine that publishes."""
    return tuple(
        Problem(
            path,
            1,
            "outside-repository",
            f"{path} is a symbolic link; it is not followed.",
            "Put the file itself there instead of a link to it.",
        )
        for path in sorted(source.links)
    )


def _unreadable(source: Source) -> tuple[Problem, ...]:
    hint = "Make it an ordinary file that you may read, or take it away."
    return tuple(Problem(path, 1, "unreadable", why, hint) for path, why in sorted(source.unreadable.items()))


def _facts(source: Source, cache: Cache) -> Facts:
    """What each file under content/ is that is not text; whatever it is, `media.probe` says so."""
    files = (path for path in source.blobs if path.startswith("content/") and path not in source.links)
    paths = [path for path in files if not (path.endswith(".md") and path.startswith((POSTS, PLAN)))]
    known = codec.facts(cache)
    missing = [path for path in paths if source.blobs[path] not in known]
    large = source.large(missing)
    found = {source.blobs[path]: _look_at(file) for path, file in large.items()}
    found |= {source.blobs[path]: _look(data) for path, data in source.read(p for p in missing if p not in large)}
    facts = {path: found.get(blob := source.blobs[path]) or known[blob] for path in paths}
    if found:
        sure = facts.items() if not source.filtered else _lasting(source, facts)
        codec.keep_facts(cache, {source.blobs[path]: each for path, each in sure})
    absent = "Publishing cannot have it: {} Move it, change .gitignore, and commit it."
    return {**facts, **{path: absent.format(why) for path, why in source.outside.items()}}


def _lasting(source: Source, facts: Facts) -> Iterator[tuple[str, media.Facts | str]]:
    """What a file is that a filter could not give (Git LFS did not fetch it) is looked for again the next time."""
    return ((path, each) for path, each in facts.items() if path not in source.filtered or not isinstance(each, str))


def _look_at(file: Path) -> media.Facts | str:
    try:
        with file.open("rb") as opened:
            return media.probe_file(reader(opened), file.stat().st_size)
    except media.Unreadable as error:
        return str(error)


def _look(data: bytes) -> media.Facts | str:
    try:
        return media.probe(data)
    except media.Unreadable as error:
        return str(error)
