# ruff: noqa: E501
"""Templates that try to take all memory or all time, and one line for what becomes of each.

Run as a program it fills in every one with little memory and little time, and says what came of it.
"""

import json
import resource
import sys

from tests.memory import peak

GROWN = "{% set ns = namespace(x='ab') %}{% for i in range(200) %}{% set ns.x = STEP %}{% endfor %}{{ ns.x | length }}"
LISTS = "{% set ns = namespace(x=[1, 2]) %}{% for i in range(200) %}{% set ns.x = STEP %}{% endfor %}END"
MEGA = (
    "{% set ns = namespace(x='0123456789') %}{% for i in range(16) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}"
    "{% set mega = ns.x %}"
)
LOOP = "{% for i in range(10000) %}{% for j in range(90) %}STEP{% endfor %}{% endfor %}"


def grown(step: str) -> str:
    return GROWN.replace("STEP", step)


def lists(step: str, end: str = "{{ ns.x | length }}") -> str:
    return LISTS.replace("STEP", step).replace("END", end)


def looped(step: str) -> str:
    return MEGA + LOOP.replace("STEP", step)


ATTACKS = {
    "tilde": grown("ns.x ~ ns.x"),
    "tilde of many": grown("ns.x ~ ns.x ~ ns.x ~ ns.x ~ ns.x"),
    "plus": grown("ns.x + ns.x"),
    "join": grown("[ns.x, ns.x] | join(ns.x)"),
    "join of a string": grown("ns.x | join(ns.x)"),
    "join method": grown("ns.x.join([ns.x, ns.x, ns.x])"),
    "join of an iterator": grown("ns.x.join([ns.x, ns.x] | map('upper'))"),
    "replace": grown("ns.x | replace('a', ns.x)"),
    "replace nothing": grown("ns.x | replace('', ns.x)"),
    "replace method": grown("ns.x.replace('a', ns.x)"),
    "translate": "{{ text.translate({72: 'x' | indent(900, true)}) }}",
    "indent": "{{ text | indent(999999999, true) }}",
    "indent by words": grown("(ns.x ~ '\n' ~ ns.x) | indent(ns.x, true, true)"),
    "indent of lines": MEGA + "{{ mega | replace('0', '\n') | indent(1000, true, true) | length }}",
    "center": "{{ text.center(999999999) }}",
    "ljust": "{{ text.ljust(999999999) }}",
    "zfill": "{{ text.zfill(999999999) }}",
    "expandtabs": "{{ '\t'.expandtabs(999999999) }}",
    "batch": "{{ [1] | batch(400000000, 0) | list | length }}",
    "slice": "{{ [1] | slice(400000000) | list | length }}",
    "to_bytes": "{{ (1).to_bytes(999999999, 'big') | length }}",
    "encode": MEGA + "{% for i in range(9999) %}{% set x = mega.encode() %}{% endfor %}",
    "format": "{{ '%999999999d' | format(1) }}",
    "format method": "{{ '{:>999999999}'.format(1) }}",
    "format_map": "{{ '{x:>999999999}'.format_map({'x': 1}) }}",
    "percent": "{{ '%999999999d' % 1 }}",
    "times": "{{ text * 999999999 }}",
    "times of a list": "{{ [1] * 999999999 }}",
    "power": "{{ 9 ** 999999999 }}",
    "squares": "{% set ns = namespace(n=9) %}{% for i in range(60) %}{% set ns.n = ns.n * ns.n %}{% endfor %}{{ ns.n }}",
    "a long number": "{% set ns = namespace(s='9') %}{% for i in range(18) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}"
    "{{ ns.s | int }}",
    "round": "{{ 1 | round(-400000000) }}",
    "round up": "{{ 1.5 | round(400000000, 'ceil') }}",
    "truncate": MEGA + LOOP.replace("STEP", "{% set x = mega | truncate(500000) %}"),
    "wordwrap": MEGA + "{{ mega | wordwrap(1, true, mega) | length }}",
    "lists": lists("ns.x + ns.x"),
    "lists in lists": lists("[ns.x, ns.x]", "{{ ns.x }}"),
    "lists in lists, as words": lists("[ns.x, ns.x]", "{{ ns.x | string | length }}"),
    "lists in lists, joined": lists("[ns.x, ns.x]", "{{ ns.x ~ '' }}"),
    "lists in lists, compared": lists("[ns.x, ns.x]", "{{ ns.x == [1] }}"),
    "lists in lists, sought": lists("[ns.x, ns.x]", "{{ 5 in ns.x }}"),
    "lists in lists, tested": lists("[ns.x, ns.x]", "{{ 5 is in ns.x }}"),
    "lists in lists, sorted": lists("[ns.x, ns.x]", "{{ ns.x | sort | length }}"),
    "lists in lists, added up": lists("[ns.x, ns.x]", "{{ ns.x | sum(start=[]) | length }}"),
    "dicts in dicts": lists("{'a': ns.x, 'b': ns.x}", "{{ ns.x }}"),
    "tuples in tuples": lists("(ns.x, ns.x)", "{{ ns.x }}"),
    "namespaces in namespaces": lists("namespace(a=ns.x, b=ns.x)", "{{ ns.x }}"),
    "items of dicts": lists("{'a': ns.x, 'b': ns.x}.items()", "{{ ns.x }}"),
    "sum of lists": "{{ [[1]] | sum(start=[]) }}",
    "slices": looped("{% set x = mega[1:] %}"),
    "kept slices": MEGA + "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l, mega[1:]] %}{% endfor %}",
    "kept cases": MEGA + "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l, mega.upper()] %}{% endfor %}",
    "compare": looped("{% if mega ~ '' == mega %}{% endif %}"),
    "compare itself": looped("{% if mega < mega %}{% endif %}"),
    "seek": looped("{% if 'zzz' in mega %}{% endif %}"),
    "test": looped("{% if mega is upper %}{% endif %}"),
    "map": looped("{% set x = [mega] | map('upper') | list %}"),
    "unique": looped("{% set x = mega | unique | list %}"),
    "sort": looped("{% set x = mega | sort %}"),
    "reverse": looped("{% set x = mega | reverse %}"),
    "list": looped("{% set x = mega | list %}"),
    "count": looped("{% set x = mega.count('9') %}"),
    "split": looped("{% set x = mega.split('9') %}"),
    "default": looped("{% set x = mega | default('x') | length %}"),
    "range": "{{ range(999999999) | list | length }}",
    "ranges": looped("{% set x = range(9999) | list %}"),
    "ranges held": looped("{% if 5 in range(9999) | list %}{% endif %}"),
    "printed": MEGA + LOOP.replace("STEP", "{{ mega }}"),
    "printed into a variable": MEGA + "{% set x %}" + LOOP.replace("STEP", "{{ mega }}") + "{% endset %}",
    "printed by a macro": MEGA + "{% macro m() %}" + LOOP.replace("STEP", "{{ mega }}") + "{% endmacro %}{{ m() }}",
    "words in a loop": "{% set x %}" + LOOP.replace("STEP", "x" * 50_000) + "{% endset %}",
    "words in a macro": "{% macro m() %}" + "x" * 90_000 + "{% endmacro %}" + LOOP.replace("STEP", "{% set x = m() %}"),
    "words in a block": "{% block b %}" + "x" * 90_000 + "{% endblock %}" + LOOP.replace("STEP", "{% set x = self.b() %}"),
    "words in an include": LOOP.replace("STEP", "{% set x %}{% include 'words.md.j2' %}{% endset %}"),
    "words of a caller": "{% macro m() %}" + LOOP.replace("STEP", "{% set x = caller() %}") + "{% endmacro %}"
    "{% call m() %}" + "x" * 90_000 + "{% endcall %}",
    "filter block": "{% set x %}{% filter upper %}" + LOOP.replace("STEP", "xxxxxxxxxx" * 500) + "{% endfilter %}{% endset %}",
    "macros in macros": "".join(
        f"{{% macro m{n}() %}}{{{{ m{n + 1}() }}}}{{{{ m{n + 1}() }}}}{{% endmacro %}}" for n in range(60)
    ) + "{% macro m60() %}x{% endmacro %}{{ m0() }}",
    "recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "recursive loop": "{% for x in [1] recursive %}{{ loop([1, 1]) }}{% endfor %}",
    "wide recursive loop": "{% for x in [1] recursive %}{% if loop.depth < 6 %}{{ loop(range(9999)) }}{% endif %}{% endfor %}",
    "include itself": "{% include 'post.md.j2' %}",
    "extend itself": "{% extends 'post.md.j2' %}",
    "import itself": "{% import 'post.md.j2' as m %}",
    "thirty loops": "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
    "hundred conditions": "{% if 1 %}" * 150 + "{% endif %}" * 150,
    "brackets": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "lists of lists": "{{ " + "[" * 3000 + "]" * 3000 + " }}",
    "a long sum": "{{ 1" + " + 1" * 20_000 + " }}",
    "many nots": "{{ " + "not " * 20_000 + "1 }}",
    "many filters": "{{ text" + " | upper" * 20_000 + " }}",
    "many conditions": "{{ 1" + " if 1 else 1" * 10_000 + " }}",
    "a long template": "{{ text }}\n" * 100_000,
    "iterators of iterators": "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = ns.x | map('string') %}"
    "{% endfor %}{{ ns.x | list }}",
    "a refund": "{{ -999999999 | charged }}" + looped("{% set x = mega | list %}"),
    "a refund by name": "{{ [-999999999] | map('charged') | list }}" + looped("{% set x = mega | list %}"),
    "a date": "{{ date.strftime('%Y' | indent(900, true)) }}",
    "attributes by name": "{{ text | attr('center') }}",
    "attributes by map": "{{ [text] | map(attribute='center') | list }}",
    "a filter by map": "{{ [text] | map('center', 999999999) | list }}",
    "a method by another name": "{% set f = text.replace %}{{ f('', '123456789' | indent(900, true)) | replace('', text | indent(900, true)) }}",
    "a method of a number": "{{ (5).bit_count() }}",
    "clear": "{{ {'a': 1}.clear() }}",
    "group": looped("{% set x = [mega] | groupby('x') %}"),
    "urlencode": looped("{% set x = mega | urlencode %}"),
    "title": looped("{% set x = mega | title %}"),
    "hashtags": looped("{% set x = [mega] | hashtags %}"),
    "float": "{{ ('9' | indent(900, true) | replace(' ', '9')) | float }}",
    "infinity": "{{ 1e999 }}",
    "infinity in parts": "{{ 1e200 * 1e200 }}",
    "not a number": "{{ 1e20 * (1e999 - 1e999) }}",
    "strip": looped("{% set x = mega.strip('0123456789') %}"),
    "dictsort": looped("{% set x = {mega: 1, mega ~ 'x': 2} | dictsort %}"),
    "wordcount": looped("{% set x = mega | wordcount %}"),
}  # fmt: skip


def main() -> None:
    from datetime import UTC, datetime

    from cmflow.model.errors import TemplateError
    from cmflow.model.templates import Templates
    from cmflow.render.template import fill

    context = {"text": "Hello", "tags": ("a",), "date": datetime(2026, 6, 1, tzinfo=UTC)}
    for name, source in ATTACKS.items():
        sources = {"templates/networks/post.md.j2": source, "templates/networks/words.md.j2": "x" * 90_000}
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        try:
            came: int | str = len(fill(Templates(sources), "templates/networks/post.md.j2", context))
        except TemplateError as error:
            came = error.message
        spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
        print(json.dumps([name, came, round(spent, 2)]), flush=True)
    print(json.dumps(["memory", peak() >> 20, 0]))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
    resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1])))
    main()
