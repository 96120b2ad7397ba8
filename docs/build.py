"""Write the pages of docs/ that come from the code: `make docs`. tests/test_docs.py fails where they differ.

Commands and options, front matter keys, problem codes and networks are each described once, in the code; a page
is that description laid out. `PAGES` maps each page's file name to the function that gives its text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent

import click

from cmflow import schedule
from cmflow.cli import group
from cmflow.cli._output import as_json
from cmflow.content import plan, posts, schema
from cmflow.content.fields import SHAPES
from cmflow.content.keys import Key
from cmflow.content.media.subtitles import NAMES
from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Definition
from cmflow.ledger import schema as ledger_schema
from cmflow.metrics import tables
from cmflow.model import SERVICES
from cmflow.model.limits import Limit, Limits, Measure, refusal
from cmflow.model.money import Price
from cmflow.netkit import loopback, network, visits
from cmflow.netkit.auth import OAuth2, Way
from cmflow.problems import Code, codes
from cmflow.schedule.causes import SENTENCES

DOCS = Path(__file__).parent
MADE = "<!-- Made from the code by docs/build.py: change it there, then run `make docs`. -->"

CHAPTERS = (
    ("Reading a post or the plan", codes.READING),
    ("The text of each variant", codes.TEXT),
    ("Pictures and videos", codes.MEDIA),
    ("The calendar and the ledger", codes.CALENDAR),
    ("The inbox", codes.INBOX),
)

LIMITS = {  # field of Limits: what a reader calls it
    "text": "Text",
    "caption": "Text beside media",
    "title": "Title",
    "tags": "Tags",
    "files": "Images and videos together",
    "files_bytes": "The size of all files together",
    "images": "Images",
    "image_bytes": "An image's size",
    "image_pixels": "An image's pixels",
    "image_width": "An image's width",
    "image_edges": "An image's width and height together",
    "gif_bytes": "An animated image's size",
    "videos": "Videos",
    "video_bytes": "A video's size",
    "video_seconds": "A video's length",
    "video_shortest": "A video's length, at least",
    "video_ratio": "A video's longer side",
    "subtitle_bytes": "A file of subtitles",
    "documents": "Documents",
    "document_bytes": "A document's size",
    "card_bytes": "The picture of a link's card",
    "alt": "Alternative text",
    "links": "Links",
    "hashtags": "Hashtags",
    "hashtags_advised": "Hashtags, advised",
    "mentions": "Mentions",
    "poll_options": "Poll options",
    "poll_option": "A poll option",
    "poll_question": "A poll's question",
    "poll_text": "Text beside a poll's question",
    "poll_shortest": "A poll's duration, at least",
    "poll_longest": "A poll's duration, at most",
    "comment_text": "A first comment",
    "post_price": "Price of a post",
    "link_price": "Price of a post with a link",
    "read_price": "Price of reading a post's figures, at most",
}
FACTS = {
    "poll_durations",
    "poll_multiple",
    "still_gifs",
    "address",
    "form",
    "comment",
    "written_url",
    "tag",
    "shortcodes",
    "find",
    "offsets",
    "thread",
    "content_warning",
    "visibility",
    "needs",
    "nature",
    "media_types",
    "video_codecs",
    "subtitle_types",
    "cards",
    "exclusions",
    "refers",
    "file_parts",
}


def page(title: str, about: str, body: Iterable[str]) -> str:
    text = "\n".join((MADE, "", f"# {title}", "", about, "", *body)).rstrip()
    return re.sub(r"\n{3,}", "\n\n", text) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"
    yield ""


def block(text: str, language: str = "") -> Iterator[str]:
    yield from (f"```{language}", text.rstrip("\n"), "```", "")


def code(text: str) -> str:
    """An inline code span; two backticks where the text holds one."""
    return "" if not text else f"`` {text} ``" if "`" in text else f"`{text}`"


# ── commands ────────────────────────────────────────────────────────────────────────────────────────────────


def context(command: click.Command, name: str = "") -> click.Context:
    """As the command line makes it: click remembers in a command which options ask for help."""
    return click.Context(command, info_name=name or None, **group.context_settings)


def commands(command: click.Command = group, path: str = "cmflow") -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, the group itself first."""
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context(command)):
            found = command.get_command(context(command), name)
            if found is not None and not found.hidden:
                yield from commands(found, f"{path} {name}")


def help_text(command: click.Command) -> Iterator[str]:
    """The help of a command as Markdown: a paragraph that keeps its line breaks (click's `\\b`) is a code block."""
    text = "\n\n".join(cleandoc(each) for each in (command.help, command.epilog) if each)
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.startswith("\b"):
            yield from block(dedent(paragraph.removeprefix("\b").strip("\n")))
        else:
            yield from (" ".join(paragraph.split()), "")


def options(command: click.Command) -> Iterator[Sequence[str]]:
    """Each option as its own help shows it: how it is written, what it does."""
    for parameter in command.params:
        record = parameter.get_help_record(context(command))
        if isinstance(parameter, click.Option) and record and not parameter.hidden:
            yield code(record[0]), " ".join(record[1].split())


def commands_page() -> str:
    body: list[str] = []
    for name, command in commands():
        usage = " ".join(command.collect_usage_pieces(context(command, name)))
        body += [f"## {name}", "", *block(f"{name} {usage}")]
        body += help_text(command)
        rows = list(options(command))
        body += table(("option", "what it does"), rows) if rows else []
    return page("Commands", "Every command and option. The same words are behind `--help`.", body)


# ── front matter ────────────────────────────────────────────────────────────────────────────────────────────


def keys(found: Iterable[Key]) -> Iterator[str]:
    head = ("key", "required", "takes", "meaning", "example")
    yield from table(head, map(key_row, found))


def key_row(key: Key) -> Sequence[str]:
    return code(key.name), "yes" if key.required else "", SHAPES[key.shape], key.doc, code(key.example)


def front_matter_page() -> str:
    about = (
        "What you can write between the two `---` of a post and of the plan. Values are taken as they are written:"
        " nothing is guessed, and an unknown key is reported, with the key that you probably meant. A dot leads into a"
        " nested key; `*` stands for a name of your own."
    )
    body = ("## A post", "", *keys(posts.KEYS), "## The plan", "", *keys(plan.KEYS))
    return page("Front matter", about, body)


# ── problems ────────────────────────────────────────────────────────────────────────────────────────────────


def problem(found: Code) -> Iterator[str]:
    yield from (f"### {found.name}", "", f"*{found.severity.capitalize()}.* {found.summary} {found.reason}", "")
    yield from (f"**What to do:** {found.fix}", "")
    yield from block(found.example) if found.example else ()


def problems_page() -> str:
    about = (
        "What `cmflow check` can find, why it matters, and what to do. An error keeps the post from being published;"
        " a warning does not. `cmflow check --explain CODE` says the same in the terminal."
    )
    body: list[str] = []
    for title, chapter in CHAPTERS:
        body += [f"## {title}", ""]
        for found in chapter:
            body += problem(found)
    return page("Problems", about, body)


# ── networks ────────────────────────────────────────────────────────────────────────────────────────────────


def source(limit: Limit | Price) -> str:
    return f"<{limit.source}>" if limit.source.startswith("https://") else limit.source


def limit_row(name: str, limit: Limit, counted: str = "") -> Sequence[str]:
    note = "; ".join(each for each in (counted and f"counted as `{counted}`", limit.note) if each)
    return name, f"{limit.value:,} {limit.unit}", note, source(limit), limit.read.isoformat()


def limit_rows(limits: Limits) -> Iterator[Sequence[str]]:
    """One row for each number that is set, in the order of `LIMITS`."""
    for field, name in LIMITS.items():
        value = getattr(limits, field)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Measure):
                yield limit_row(name, each.limit, each.count.__name__)
            elif isinstance(each, Limit):
                yield limit_row(name, each)
            elif isinstance(each, Price):
                yield name, str(each.money), each.note, source(each), each.read.isoformat()


def network_facts(limits: Limits) -> Iterator[str]:
    """What else decides there, as list items."""
    yes = {True: "yes", False: "no"}
    yield f"- threads: {yes[limits.thread]}; content warnings: {yes[limits.content_warning]}"
    yield f"- visibility: {', '.join(limits.visibility)}"
    yield f"- media: {', '.join(limits.media_types) or 'any type'}"
    if limits.video_codecs:
        yield f"- videos coded as: {', '.join(limits.video_codecs)}"
    if limits.subtitle_types:
        yield f"- subtitles of a video: sent as {' or '.join(NAMES[mime] for mime in limits.subtitle_types)}"
    if limits.cards:
        yield "- a link's card shows what the post's `card:` says"
    for certain, start in ((True, "never in one post"), (False, "not everywhere in one post")):
        pairs = [refusal(exclusion) for exclusion in limits.exclusions if exclusion.certain is certain]
        if pairs:
            yield f"- {start}: {'; '.join(pairs)}"
    if limits.refers is not None:
        words = {"reply_to": "answers", "quote": "quotes", "repost": "reposts"}
        yield f"- points to other posts by: {', '.join(words[key] for key in limits.refers) or 'nothing'}"
    if limits.poll_options and not limits.poll_multiple:
        yield "- a poll allows one choice only"
    if not limits.still_gifs:
        yield "- a GIF counts as a moving picture, even if it does not move"
    if limits.needs:
        needs = " and ".join(limits.needs.split())
        yield f"- a post there needs: {needs}{f'; {limits.nature}' if limits.nature else ''}"
    yield ""


def network_part(record: network.Network[object]) -> Iterator[str]:
    state = "publishes" if record.publish else "preview and check only, so far"
    yield from (f"## {record.title}", "", f"`network: {record.name}` · {state} · [documentation]({record.docs})", "")
    yield from network_facts(record.limits)
    yield from table(("limit", "value", "note", "source", "read on"), limit_rows(record.limits))
    if record.options:
        rows = (
            (code(each.name), "yes" if each.required else "", each.doc, code(each.example)) for each in record.options
        )
        yield from table(("option", "required", "meaning", "example"), rows)
    if record.secrets and record.publish:
        yield from (f"How an account is connected: [connecting.md](connecting.md#{anchor(record)})", "")


# ── connecting ──────────────────────────────────────────────────────────────────────────────────────────────


def anchor(record: network.Network[object]) -> str:
    return record.title.lower().replace(" ", "-").replace(".", "")


def connecting_part(record: network.Network[object]) -> Iterator[str]:
    """What a person does for one network, as `cmflow connect` says it."""
    yield from (f"## {record.title}", "")
    for way in record.ways:
        if way.title:
            options = ", ".join(code(other.option) for other in record.ways if other.option)
            which = f"with {code(way.option)}" if way.option else f"without {options}"
            yield from (f"### {record.title} as {way.title}: {which} in the plan", "")
        yield from sign_in_steps(way)
    if price := record.limits.post_price:
        yield from (f"A post costs {costs(record.limits)} ({price.source}, read {price.read}).", "")


def costs(limits: Limits) -> str:
    """`0.015 USD; 0.20 USD with a link`, or nothing."""
    plain = [str(limits.post_price.money)] if limits.post_price else []
    return "; ".join([*plain, *([f"{limits.link_price.money} with a link"] if limits.link_price else [])])


def sign_in_steps(way: Way) -> Iterator[str]:
    """The page to open, what to do there, what is asked for, and what a run needs."""
    yield from block("cmflow connect ACCOUNT")
    if way.page:
        yield from (f"Open {code(way.page) if '{' in way.page else f'<{way.page}>'}.", "")
    yield from (f"{number}. {step}" for number, step in enumerate(way.steps, 1))
    yield ""
    if isinstance(way, OAuth2):
        scopes = ", ".join(code(scope) for scope in way.scopes)
        address = code(loopback.address(loopback.PORT))
        yield from (f"The redirect address is {address}. In the browser, cmflow asks for {scopes}.", "")
    secrets = ", ".join(code(f"CMFLOW_<ACCOUNT>_{secret.upper()}") for secret in way.secrets)
    duration = lasts(way)
    yield from (f"Secrets: {secrets}. {duration[0].upper()}{duration[1:]}.", "")


SIGN_IN = {"OAuth2": "OAuth 2", "AppPassword": "app password", "Token": "token", "Keys": "keys"}


def lasts(way: Way) -> str:
    """How long what an account keeps is good, in a sentence without its end."""
    if not isinstance(way, OAuth2):
        return "good until it is revoked"
    if way.keeps == "token":
        return (
            f"good for {way.lifetime.days} days: connect again before then"
            if way.lifetime
            else "good until it is revoked"
        )
    if way.rotates:
        return "each run renews it and writes the new one back, which needs `CMFLOW_GITHUB_TOKEN` in the job"
    return "each run renews it"


def connecting_page() -> str:
    about = (
        "What each network wants before cmflow may publish for an account, in the order in which you meet it: an app"
        " or a bot, a review or a role, money. `cmflow connect ACCOUNT` says the same in the terminal, waits for what"
        " you copy, signs in once to check it, and says which secrets to keep. It publishes nothing."
    )
    records = [record for name in network.names() if (record := network.load(name)).publish and record.ways]
    rows = (
        (
            f"[{record.title}](#{anchor(record)})",
            sign_in(record),
            "; or ".join(dict.fromkeys(map(lasts, record.ways))),
            costs(record.limits),
        )
        for record in records
    )
    notes = (
        "With `--github`, the secrets are written into the environment `publish` of your repository. That needs a"
        " fine-grained personal access token with “Environments” and “Secrets” set to “Read and write”, as"
        " `CMFLOW_GITHUB_TOKEN`, and `GITHUB_REPOSITORY` set to owner/name. `cmflow accounts verify` says at any time"
        " who an account is, what it may do, and until when; two weeks before a token ends, `cmflow watch` and the"
        " calendar say so. To try all of this without an account anywhere, start `cmflow sandbox`."
    )
    head = ("network", "signs in with", "how long", "price of a post")
    parts = [line for record in records for line in connecting_part(record)]
    return page("Connecting accounts", about, [*table(head, rows), notes, "", *parts])


# ── what each can do ────────────────────────────────────────────────────────────────────────────────────────


ABILITIES = {  # what cmflow can do there: what a reader calls it
    "publish": "publish",
    "keyed": "same key, one post",
    "find": "find",
    "delete": "delete",
    "describe": "edit alt texts",
    "verify": "verify",
    "numbers": "read limits",
    "metrics": "post figures",
    "account_metrics": "account figures",
    "inbox": "read what people write",
    "reply": "answer them",
    "find_reply": "find an answer",
    "hide": "hide a comment",
}


def takes(limits: Limits) -> Iterator[bool]:
    """Money, threads, polls, pictures, videos, alternative text."""
    yield limits.post_price is not None
    yield limits.thread
    yield limits.poll_options is not None
    yield not limits.media_types or any(mime.startswith("image/") for mime in limits.media_types)
    yield not limits.media_types or any(mime.startswith("video/") for mime in limits.media_types)
    yield limits.alt is not None


def sign_in(record: network.Network[object]) -> str:
    """How one signs in there, in one or two words."""
    return " or ".join(dict.fromkeys(SIGN_IN[type(way).__name__] for way in record.ways)) or "nothing"


def abilities_table() -> Iterator[str]:
    yield from ("## What cmflow can do on each", "")
    more = ("charges", "threads", "polls", "pictures", "videos", "alt text")
    head = ("network", "signs in with", *ABILITIES.values(), *more)
    rows = []
    for name in network.names():
        record = network.load(name)
        marks = [name in record.abilities for name in ABILITIES]
        rows.append((record.title, sign_in(record), *("✓" if mark else "" for mark in (*marks, *takes(record.limits)))))
    yield from table(head, rows)


def networks_page() -> str:
    about = (
        "What each network takes, as cmflow counts and checks it. Every number says where it is documented and when we"
        " read it there. How a network is added: [adding-a-network.md](adding-a-network.md)."
    )
    parts = [line for name in network.names() for line in network_part(network.load(name))]
    body = [*abilities_table(), *parts]
    return page("Networks", about, body)


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────


def figures_page() -> str:
    about = (
        "Every figure that cmflow knows, by network: what the network calls it, and the common name where it means the"
        " same everywhere ([metrics.md](metrics.md)). What has no API is entered by hand or imported."
    )
    names = dict.fromkeys(definition.network for definition in catalogue.DEFINITIONS)
    networks = [line for name in sorted(names) if name in network.names() for line in figures_part(network.load(name))]
    services = [line for name in SERVICES for line in service_part(visits.load(name))]
    return page("Figures", about, [*networks, *services])


def service_part(service: visits.Service) -> Iterator[str]:
    yield from (f"## {service.title}", "")
    goals = " It reports conversions of goals as well." if service.has_goals else ""
    yield from (f"cmflow reads visits by `utm_{service.parameter}`, if the plan says so.{goals}", "")
    yield from figures_table(service.name)


def figures_part(record: network.Network[object]) -> Iterator[str]:
    yield from (f"## {record.title}", "")
    sentence = "cmflow reads these figures." if record.metrics else "cmflow reads figures of the account alone."
    yield from (sentence if record.account_metrics else "cmflow reads none of these: enter or import them.", "")
    yield from figures_table(record.name)


def figures_table(name: str) -> Iterator[str]:
    definitions = [one for one in catalogue.DEFINITIONS if one.network == name]
    rows = [
        (
            *(one.of.value, code(one.metric), one.common or "–", one.unit),
            *(str(one.since or ""), str(one.until or ""), remarks(one), f"{one.source}, {one.read}"),
        )
        for one in definitions
    ]
    yield from table(("of", "figure", "common name", "unit", "since", "until", "remarks", "source, read on"), rows)


def remarks(definition: Definition) -> str:
    span = f"for {definition.retention.days} days after posting" if definition.retention else ""
    return "; ".join(filter(None, (definition.note, span)))


# ── deliveries ──────────────────────────────────────────────────────────────────────────────────────────────


def deliveries_page() -> str:
    about = (
        "What a run of `cmflow publish` does with each delivery. Read from the top: the first line whose state is one"
        " of those named, and whose facts all hold, decides. The code reads this very table:"
        " `cmflow/schedule/__init__.py`."
    )
    rows = (
        (", ".join(row.states), "; ".join(row.facts) or "whatever else is true", f"**{row.do}**", SENTENCES[row.cause])
        for row in schedule.TABLE
    )
    return page("Deliveries", about, table(("state", "and", "then", "because"), rows))


# ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────


def tables_page() -> str:
    return "\n".join(_tables_lines()) + "\n"


def _tables_lines() -> Iterator[str]:
    yield from ("# Tables", "", MADE, "")
    yield "`cmflow stats --sql` answers one SELECT of SQLite from these tables; `--sqlite FILE` writes them to a file."
    for table in tables.TABLES:
        yield from ("", f"## `{table.name}`", "", f"{table.about[:1].upper()}{table.about[1:]}.", "")
        yield from ("| column | type | what it holds |", "|---|---|---|")
        yield from (f"| `{name}` | {kind} | {about} |" for name, kind, about in table.columns)


# ── schemas ─────────────────────────────────────────────────────────────────────────────────────────────────


def options_of_networks() -> schema.Options:
    return {name: network.load(name).options for name in network.names()}


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "front-matter.md": front_matter_page,
    "problems.md": problems_page,
    "networks.md": networks_page,
    "connecting.md": connecting_page,
    "figures.md": figures_page,
    "deliveries.md": deliveries_page,
    "tables.md": tables_page,
    "schema/post.schema.json": lambda: as_json(schema.post(), 2) + "\n",
    "schema/plan.schema.json": lambda: as_json(schema.plan(options_of_networks()), 2) + "\n",
    "schema/delivery.schema.json": lambda: as_json(ledger_schema.delivery(), 2) + "\n",
    "schema/approvals.schema.json": lambda: as_json(ledger_schema.approvals(), 2) + "\n",
    "schema/stop.schema.json": lambda: as_json(ledger_schema.stops(), 2) + "\n",
    "schema/publications.schema.json": lambda: as_json(ledger_schema.publications(), 2) + "\n",
    "schema/last-run.schema.json": lambda: as_json(ledger_schema.life(), 2) + "\n",
}


def main() -> None:
    unknown = {field.name for field in fields(Limits)} - set(LIMITS) - FACTS
    if unknown:
        raise SystemExit(f"docs/build.py does not know what to call {', '.join(sorted(unknown))} of Limits")
    for name, made in PAGES.items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(made(), "utf-8")


if __name__ == "__main__":
    main()
