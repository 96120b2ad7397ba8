"""Templates: the nearest wins, the sandbox holds, and every error is a sentence with its line."""

import json
import subprocess
import sys
from datetime import date

import pytest

from cmflow.model import Account
from cmflow.model.errors import TemplateError
from cmflow.model.templates import Templates
from cmflow.render.markdown import tags
from cmflow.render.template import FOLDER, chosen, fill, hashtags, is_plain
from tests.render.template.attacks import ATTACKS

ACCOUNT = Account("x-en", "x", title="cmflow on X")
POST = "templates/networks/post.md.j2"


def made(source: str, **more: str) -> str:
    sources = {POST: source} | {f"templates/networks/{name}.md.j2": text for name, text in more.items()}
    return fill(Templates(sources), POST, {"account": ACCOUNT, "text": "Hello", "tags": ("a b", "#c"), "link": ""})


def refused(source: str, **more: str) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        made(source, **more)
    return caught.value


def test_the_nearest_template_wins() -> None:
    names = ["post", "x", "x-en"]
    paths = [f"templates/networks/{name}.md.j2" for name in names]
    for count, path in enumerate(paths, 1):
        assert chosen(Templates(dict.fromkeys(paths[:count], "")), ACCOUNT) == path
    with pytest.raises(TemplateError) as caught:
        chosen(Templates({}), ACCOUNT)
    assert (caught.value.path, caught.value.line) == (POST, 1)
    assert str(caught.value) == "There is no template for x-en."
    assert caught.value.hint == "Put one at templates/networks/post.md.j2."


def test_a_template_may_extend_include_and_filter() -> None:
    assert made("{{ text }}\n{% if link %}\nno\n{% endif %}\n{{ tags | hashtags }}\n") == "Hello\n#AB #c"
    base = "{{ text }}{% block end %} base{% endblock %}"
    assert (
        made('{% extends "x.md.j2" %}{% block end %} {{ account.title }}{% endblock %}', x=base) == "Hello cmflow on X"
    )
    assert made('{% include "templates/networks/x.md.j2" %}!', x="{{ text }}") == "Hello!"
    assert made("{% for n in range(3) %}{{ n * 2 }}{% endfor %}{{ 7 % 4 }}") == "0243"


@pytest.mark.parametrize(
    ("source", "line", "message", "hint"),
    [
        ("a\n{{ txt }}", 2, "There is no “txt” in a template.", "Did you mean “text”?"),
        ("{{ zzz }}", 1, "There is no “zzz” in a template.", ""),
        ("\n\n{{ account.titel }}", 3, "There is no “titel” in `account`.", "Did you mean “title”?"),
        ("{{ tags[7].x }}", 1, "There is no “7” in a template.", ""),
        ("{{ text.missing }}", 1, "There is no “missing” in a template.", ""),
        ("a\n{% if %}", 2, "The template cannot be read: Expected an expression, got 'end of statement block'", ""),
        ("{{ text | shout }}", 1, "The template cannot be read: No filter named 'shout'.", ""),
        ("{{ 1 / 0 }}", 1, "The template cannot be filled in: division by zero.", ""),
        ("{{ text + 1 }}", 1, 'The template cannot be filled in: can only concatenate str (not "int") to str.', ""),
        ("{% include 'y.md.j2' %}", 1, "The template wants “y.md.j2”, and templates/networks/ has no such file.", ""),
        ("{% include '../../content/plan.md' %}", 1,
         "The template wants “../../content/plan.md”, and templates/networks/ has no such file.", ""),
        ("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}", 1, "The template calls itself endlessly.", ""),
        ("{% include 'post.md.j2' %}", 1, "The template calls itself endlessly.", ""),
        ("{% for n in range(99999) %}{% endfor %}", 1,
         "The template cannot be filled in: a loop may take 10,000 steps, not 99,999.", ""),
        ("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", 1,
         "The template cannot be filled in: its loops take more than 1,000,000 steps.", ""),
        ("{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(99) }}", 1,
         "The template cannot be filled in: its loops take more than 1,000,000 steps.", ""),
        ("{% for a in range(9999) %}{% for b in range(9999) %}{{ text }}{% endfor %}{% endfor %}", 1,
         "The template cannot be filled in: it makes more than 1,000,000 characters of one post.", ""),
        ("{% for a in range(5001) %}\n\n{% endfor %}", 1,
         "The template cannot be filled in: it makes more than 5,000 lines of one post.", ""),
        ("{{ text * 999999999 }}", 1, "A template may not do this: use “*” on anything but plain numbers.", ""),
        ("{{ 9 ** 999999999 }}", 1, "A template may not do this: use “**” on anything but plain numbers.", ""),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_a_sentence(source: str, line: int, message: str, hint: str) -> None:
    error = refused(source)
    assert (error.path, error.line, error.message, error.hint) == (POST, line, message, hint)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ account.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ 'x'.center(999999999) }}",
        "{{ '{:>99999999}'.format(text) }}",
        "{{ text | center(999999999) }}",
        "{{ '%99999999d' | format(1) }}",
        "{{ tags.append('x') }}",
        "{{ lipsum() }}{{ cycler }}",
        "{% import 'os' as os %}",
    ],
)
def test_a_template_cannot_reach_out(source: str) -> None:
    assert refused(source).path == POST


def test_an_error_in_an_included_template_names_that_one() -> None:
    error = refused("{% include 'x.md.j2' %}", x="\n{{ nope.a }}")
    assert (error.path, error.line) == ("templates/networks/x.md.j2", 2)
    broken = refused("{% include 'x.md.j2' %}", x="\n{{ ")
    assert (broken.path, broken.line) == ("templates/networks/x.md.j2", 2)


@pytest.mark.parametrize(
    ("tag", "word"),
    [
        ("git", "git"),
        ("#git", "git"),
        ("open source", "OpenSource"),
        ("git-based work", "GitBasedWork"),
        ("été", "été"),
        ("日本 語", "日本語"),
        ("snake_case", "snake_case"),
        ("हिन्दी", "हिन्दी"),
        ("C++", "C"),
        ("!", ""),
    ],
)
def test_a_tag_is_one_word(tag: str, word: str) -> None:
    assert tags.word(tag) == word


def test_hashtags() -> None:
    assert hashtags(["a", "", "b c"]) == "#a #BC"


@pytest.mark.slow
def test_no_template_takes_all_memory_or_all_time() -> None:
    """With a gigabyte of addresses and two minutes of a processor for all of them together."""
    command = [sys.executable, "-m", "tests.render.template.attacks", "120"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-500:] + ended.stderr[-2000:]
    *came, (_, memory, _) = map(json.loads, ended.stdout.splitlines())
    assert [name for name, _, _ in came] == list(ATTACKS)
    harmless = {name: length for name, length, _ in came if isinstance(length, int)}
    assert harmless == {"a long number": 1, "iterators of iterators": 5, "attributes by map": 11}
    sentences = ("The template cannot be filled in: ", "The template cannot be read: ", "A template may not do this: ")
    told = {message for _, message, _ in came if isinstance(message, str)}
    assert {each for each in told if not each.startswith(sentences)} == {"The template calls itself endlessly."}
    assert memory < 500


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ text.replace('l', 'L').upper() ~ '!' ~ 1 }}", "HELLO!1"),
        ("{{ ', '.join(['a', 'b']) }}{{ ['a', 'b'] | join('-') }}", "a, ba-b"),
        ("{{ text[1:3] }}{{ text[::-1] }}{{ [1, 2, 3][-1] }}", "elolleH3"),
        ("{{ (text * 1) if false else (2 * 3.5) | round(1) }}{{ -7 // 2 }}", "7.0-4"),
        ("{{ text.split('l') | map('upper') | select | list | join(' ') }}", "HE O"),
        ("{{ {'a': 1}.items() | list }}{{ {'b': 2}.get('b') }}", "[('a', 1)]2"),
        ("{{ text | indent(2, true) }}{{ [1, 2, 3] | batch(2) | list }}", "  Hello[[1, 2], [3]]"),
        ("{% macro m(x) %}<{{ x }}{{ caller() }}>{% endmacro %}{% call m(1) %}c{% endcall %}", "<1c>"),
        ("{% for t in tags if 'a' in t %}{{ loop.index }}{{ t }}{% else %}none{% endfor %}", "1a b"),
        ("{% for x in [[1, [2]]] recursive %}{% for y in x %}{{ y }}{% endfor %}{% endfor %}", "1[2]"),
        ("{% set x %}a{{ text }}{% endset %}{% filter lower %}{{ x }}{% endfilter %}", "ahello"),
        (
            "{{ [3, 1] | sort | first }}{{ [1, 2] | sum }}{{ 'a' if text is string and text == 'Hello' else 'b' }}",
            "13a",
        ),
        ("{% set n = namespace(i=0) %}{% for x in range(4) %}{% set n.i = n.i + x %}{% endfor %}{{ n.i }}", "6"),
    ],
)
def test_what_templates_need_works(source: str, text: str) -> None:
    assert made(source) == text


def test_a_date_is_written_as_python_writes_it() -> None:
    templates = Templates({POST: "{{ date.strftime('%d.%m.%Y') }} {{ date.isoformat() }} {{ date.year }}"})
    assert fill(templates, POST, {"date": date(2026, 6, 1)}) == "01.06.2026 2026-06-01 2026"


@pytest.mark.parametrize(
    "source, plain",
    [
        (
            "{{ text }} {{ link }} {{ tags | hashtags }}{% for part in parts %}{% set x = part %}{{ x }}{% endfor %}",
            True,
        ),
        ("{{ text }} {{ account.name }}", False),
        ("{{ text }}{% macro add() %}{{ post.title }}{% endmacro %}{{ add() }}", False),
        ("{{ text }}{% if plan %}{% endif %}", False),
        ("{{ text }}{% include 'other.md.j2' %}", False),
        ("{% extends 'other.md.j2' %}", False),
        ("{% from 'other.md.j2' import name %}", False),
        ("{{ text }} {{ unknown }}", False),
        ("{{ text", False),
        ("{{ text | safe }}", False),
        ("{{ text is shouted }}", False),
    ],
)
def test_a_template_that_knows_the_words_alone(source: str, plain: bool) -> None:
    path = f"{FOLDER}post.md.j2"
    assert is_plain(Templates({path: source}), path) is plain
