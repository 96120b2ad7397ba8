"""Pages escape what Jinja2 itself would escape, as it would."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from cmflow.render.template.page_sandbox import PageSandbox, escaped


class Html:
    def __html__(self) -> str:
        return "<b>safe</b>"


class Text(str):
    __slots__ = ()


@given(st.text(alphabet="ab&<>\"'é👍") | st.integers() | st.none())
def test_every_value(value: object) -> None:
    assert escaped(value) == escape(value)


@pytest.mark.parametrize("value", [Html(), Markup("<i>"), Text("<"), Text("plain"), Exception("<"), ["<"]])
def test_values_that_are_more_than_text(value: object) -> None:
    assert escaped(value) == escape(value)


TEMPLATES = (
    "{{ v }}",
    "<p title='{{ v }}'>{{ v }}{{ v|upper }}</p>",
    "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m(v) }}{{ m(m(v)) }}",
    "{% set x %}<b>{{ v }}</b>{% endset %}{{ x }}{{ x ~ v }}",
    "{% filter upper %}{{ v }}&amp;{% endfilter %}",
    "{% autoescape false %}{{ v }}{% endautoescape %}",
    "{% autoescape v %}{{ v }}{% endautoescape %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ v }}{% endcall %}",
    "{{ v|safe }}{{ [v]|join(', ') }}{{ '<'|e }}",
    "{% macro m(x) %}{% autoescape false %}{{ x }}{% endautoescape %}{{ x }}{% endmacro %}{{ m(v) }}",
    "{% for x in [v, [v]] recursive %}{{ x }}{{ loop.cycle(v) }}{% endfor %}",
    "{% block own scoped %}{{ v }}{% endblock %}{{ self.own() ~ v }}",
    "{% extends 'base' %}{% block body %}{{ super() ~ v }}{{ v }}{% endblock %}",
    "before {% if v %}{% extends 'base' %}{% endif %}{{ v }}{% block body %}{{ v }}{% endblock %}",
    "{% for x in [1, 2] %}{% block own scoped %}{{ x }}{% block in %}{{ v }}{% endblock %}{% endblock %}{% endfor %}",
    "{% for x in [1, v] %}{% include 'base' %}{% include 'none' ignore missing %}{{ loop.index }}{% endfor %}",
    "{% extends 'middle' %}{% block body %}{{ super() ~ super() }}{% endblock %}{% block more %}{{ v }}{% endblock %}",
    "{{ v }}{% include 'macros' without context %}{{ v }}",
    "{% for x in [1, 2] %}{{ x }}{% include 'macros' without context %}{% endfor %}",
    "{% include 'base' %}{% import 'macros' as macros %}{{ macros.bold(v) }}{{ macros }}",
)
LOADER = DictLoader(
    {
        "base": "<p>{% block body %}{{ v }}{% endblock %}</p>",
        "middle": "{% extends 'base' %}{% block body %}[{{ super() }}{% block more %}{% endblock %}]{% endblock %}",
        "macros": "{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}{{ '<' }}",
    }
)


@pytest.mark.parametrize("finalize", [None, lambda value: value], ids=["plain", "finalize"])
@pytest.mark.parametrize("value", ["<script>", "a & b", "plain", "", Text("<"), Markup("<i>"), Html(), 5, None])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template(template: str, value: object, finalize: Any) -> None:
    ours, theirs = (
        kind(autoescape=True, finalize=finalize, loader=LOADER).from_string(template).render(v=value)
        for kind in (PageSandbox, ImmutableSandboxedEnvironment)
    )
    assert ours == theirs
