"""`cmflow text`"""

import json
import sys
from collections.abc import Iterator

import click

from cmflow.cli._arguments import TEXT
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json
from cmflow.model.errors import SourceError
from cmflow.model.limits import Limits
from cmflow.netkit import network
from cmflow.problems.similar import suggestion
from cmflow.render.fit import Measured, as_dict, measured


@click.command()
@click.option("--network", "name", required=True, metavar="NAME", help="Network whose rules apply, e.g. x.")
@click.option(
    "--content-warning", type=TEXT, default="", metavar="TEXT", help="Content warning, if the network counts it."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Output format.")
@click.option(
    "--json-lines",
    is_flag=True,
    help='Read one JSON object per line, {"text": "…", "content_warning": "…"}, and print one result for each.',
)
def command(name: str, content_warning: str, form: str, json_lines: bool) -> int:
    """Count a text as a network does, and show what it will link.

    The text comes from standard input, exactly as the network would get it. Nothing is trimmed, but the final line
    break that a terminal or `echo` adds does not count. Exit code 1: it does not fit.

    \b
      echo "Hello #world, see https://example.org" | cmflow text --network x
      cmflow text --network bluesky --json-lines < texts.jsonl
    """
    if name not in network.names():
        raise click.UsageError(f"There is no network {name!r}. {suggestion(name, network.names())}")
    limits = network.load(name).limits
    if sys.stdin.isatty():
        click.echo("Type or paste the text, then press Ctrl-D on a line of its own.", err=True)
    if json_lines:
        return _each_line(limits)
    try:
        body = sys.stdin.buffer.read().decode().removesuffix("\n")
    except UnicodeDecodeError:
        raise SourceError("Standard input is not UTF-8 text.", "Save it as UTF-8, or convert it with iconv.") from None
    result = measured(body, content_warning, limits)
    click.echo(as_json(as_dict(result)) if form == "json" else "\n".join(_lines(result)))
    return Exit.FINE if result.fits else Exit.PROBLEMS


def _lines(result: Measured) -> Iterator[str]:
    for measure, length in result.lengths:
        over = length - measure.limit.value
        verdict = f"{over:,} too many" if over > 0 else f"{-over:,} left"
        yield f"{length:,} of {measure.limit.value:,} {measure.limit.unit}: {verdict}"
    yield from (f"{entity.kind} {entity.text}" for entity in result.entities)


def _each_line(limits: Limits) -> int:
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            row = json.loads(line)
            body, warning = row["text"], row.get("content_warning") or ""
            if not isinstance(body, str) or not isinstance(warning, str):
                raise TypeError
        except (ValueError, TypeError, LookupError, AttributeError):
            raise SourceError(f'Line {number} is not an object like {{"text": "…"}}.') from None
        answer = json.dumps(as_dict(measured(body, warning, limits)), ensure_ascii=True, separators=(", ", ": "))
        sys.stdout.write(answer + "\n")
    return Exit.FINE
