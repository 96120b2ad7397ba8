"""What is left of a site where nothing is adapted, counted or checked: `python -m benchmarks.bare POSTS OUT`.

Front matter, Markdown and one template per post, by the libraries that cmflow uses and with every processor: what a
site that is made with them takes at the least.
"""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import frontmatter
import jinja2
import markdown
from markupsafe import Markup

CHUNK = 100
PAGE = jinja2.Environment(autoescape=True).from_string("""\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ post.title }}</title></head>
<body><h1>{{ post.title }}</h1><time>{{ post.date }}</time>
<ul>{% for account in post.accounts %}<li>{{ account }}</li>{% endfor %}</ul>{{ text }}</body></html>
""")


def make(paths: list[Path], out: Path) -> None:
    reader = markdown.Markdown()
    for path in paths:
        post, text = frontmatter.parse(path.read_text("utf-8"))
        page = PAGE.render(post=post, text=Markup(reader.reset().convert(text)))
        (out / f"{path.stem}.html").write_text(page, "utf-8")


def main(posts: Path, out: Path) -> None:
    paths = sorted(posts.rglob("*.md"))
    chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
    out.mkdir(parents=True)
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:
        list(pool.map(make, chunks, [out] * len(chunks)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
