"""The site against Hugo, which is known to be fast: a page a post and an index a month, from the same files."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from statistics import median

from benchmarks import measure
from benchmarks.commands import CMFLOW, DONE, Made, forget
from benchmarks.measure import Figure, Run
from tests.servers.venvs import venv

VERSION = "0.168.0"
BUILD = (CMFLOW, "build", "--out")
LARGE = 50_000  # posts from which on we are to be faster than Hugo

CONFIG = """\
baseURL = "https://example.org/"
title = "Posts"
buildFuture = true
disableKinds = ["taxonomy", "term", "RSS", "sitemap"]
"""
FRAME = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title><link rel="stylesheet" href="/style.css"></head>
<body><header><a href="/">{{ site.Title }}</a></header><main>{{ block "main" . }}{{ end }}</main></body></html>
"""
PAGE = """\
{{ define "main" }}<h1>{{ .Title }}</h1><time>{{ .Date.Format "2006-01-02 15:04" }}</time>
<dl>{{ with .Params.campaign }}<dt>Campaign</dt><dd>{{ . }}</dd>{{ end }}{{ with .Params.pillar }}<dt>Pillar</dt>
<dd>{{ . }}</dd>{{ end }}{{ with .Params.language }}<dt>Language</dt><dd>{{ . }}</dd>{{ end }}</dl>
<ul>{{ range .Params.accounts }}<li>{{ . }}</li>{{ end }}</ul>
<ul>{{ range .Params.tags }}<li>#{{ . }}</li>{{ end }}</ul>
{{ .Content }}{{ range .Params.media }}{{ with .alt }}<p>{{ . }}</p>{{ end }}{{ end }}{{ end }}
"""
INDEX = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}
"""
SHORT = re.compile(r"^(date: \d{4}-\d\d-\d\d \d\d:\d\d)$", re.MULTILINE)
LAYOUTS = {"baseof.html": FRAME, "single.html": PAGE, "list.html": INDEX}


def against_hugo(made: Made, posts: int, repeat: int) -> Iterator[Figure]:
    """All in turn, so that whatever else the machine does is shared fairly; the memory once more, by itself.

    Each run writes into a folder that is new, as on a fresh checkout: where thousands of files were just deleted, ext4
    takes up to twice as long to make as many again. The posts alone, by the same libraries, are the least there is.
    """
    folder = made.repository(posts)
    other = site(folder)
    hugo = (str(venv("hugo", VERSION) / "hugo"), "--quiet", "--noBuildLock", "--destination")
    with tempfile.TemporaryDirectory(dir=folder.parent) as outs:
        out = (f"{outs}/{number}" for number in count())
        runs = list(in_turn(folder, other, hugo, out, max(2, repeat)))
        yield from compared(posts, *(median(run.seconds for run in each) for each in zip(*runs, strict=True)))
        forget(folder)
        ours = measure.command((*BUILD, next(out)), folder, DONE, memory=True)
        theirs = measure.command((*hugo, next(out)), other, memory=True)
        yield less(posts, ours.peak, theirs.peak)


def in_turn(
    folder: Path, other: Path, hugo: Sequence[str], out: Iterator[str], repeat: int
) -> Iterator[tuple[Run, Run, Run, Run]]:
    """The site from nothing and with one post changed, the libraries alone, Hugo."""
    bare = (sys.executable, "-m", "benchmarks.bare", str(folder / "content/posts"))
    paths = sorted(folder.glob("content/posts/**/*.md"))
    for path in islice(paths, len(paths) // 2, len(paths) // 2 + repeat):
        forget(folder)
        build = (*BUILD, next(out))
        cold = measure.command(build, folder, DONE)
        path.write_text(path.read_text("utf-8") + "\nOne more line.\n", "utf-8")
        changed = measure.command(build, folder, DONE)
        alone = measure.command((*bare, next(out)), Path.cwd())
        yield cold, changed, alone, measure.command((*hugo, next(out)), other)
    subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", "--", "content"], check=True)


def compared(posts: int, cold: float, changed: float, bare: float, full: float) -> Iterator[Figure]:
    name, large = f"site, {posts:,} posts", posts >= LARGE
    yield measure.ratio(f"{name}, front matter, Markdown and a template alone", bare, full, 0, "Hugo")
    yield measure.ratio(f"{name}, from nothing", cold, full, 0.5 if large else 1, "Hugo")
    yield measure.ratio(f"{name}, one changed", changed, full, 0 if large else 0.25, "Hugo's full build")


def less(posts: int, ours: int, theirs: int) -> Figure:
    share, limit = ours / max(theirs, 1), 0.25 if posts >= LARGE else 0.5
    value = f"{ours / 1e6:.0f} MB = {share:.2f} × Hugo ({theirs / 1e6:.0f} MB)"
    return Figure(f"site, {posts:,} posts: most memory", value, f"≤ {limit:g} ×", share <= limit)


def site(folder: Path) -> Path:
    """The same posts as a Hugo site, beside the repository: each month a section, as it lists those; times in full."""
    made = folder.with_name(f"{folder.name}-hugo")
    if not made.exists():
        shutil.copytree(folder / "content/posts", made / "content/posts")
        for path in made.glob("content/posts/**/*.md"):
            path.write_text(SHORT.sub(r"\1:00", path.read_text("utf-8"), count=1), "utf-8")
        for month in {path.parent for path in made.glob("content/posts/**/*.md")}:
            (month / "_index.md").write_text(f"---\ntitle: {month.parent.name}-{month.name}\n---\n", "utf-8")
        (made / "layouts/_default").mkdir(parents=True)
        for name, text in LAYOUTS.items():
            (made / "layouts/_default" / name).write_text(text, "utf-8")
        (made / "hugo.toml").write_text(CONFIG, "utf-8")
    return made
