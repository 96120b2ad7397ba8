"""A draft: the first version of a post's file, from what a person wants to post.

It may be said in an issue, through GitHub's form for posts: then `asked` finds the answers in the issue's body. They
are what a person typed, and each is written so that it can be nothing but the value of its own key.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from cmflow.values import dataclass

LABELS = ("Title", "Accounts", "Date", "Campaign", "Pillar", "Text")  # the questions of the form, in its order
SILENCE = "_No response_"  # what GitHub writes for a question that was passed over
PLACEHOLDER = "Write the post here."

# What GitHub makes of a picture that is dropped into a form.
_PICTURE = r"""!\[[^\]\n]{0,300}\]\((https://[^)\s]{1,300})\)|<img\b[^>]{0,300}?\bsrc=["'](https://[^"'\s]{1,300})["'][^>]{0,300}>"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A post that a person wants to write; "" and () where they left it open. `date` and the names are not checked.

    `pictures` are addresses of pictures that were put into the form: they are not in the text, and not in the file.
    """

    title: str
    date: str = ""
    accounts: tuple[str, ...] = ()
    campaign: str = ""
    pillar: str = ""
    text: str = PLACEHOLDER
    pictures: tuple[str, ...] = ()


def slug(title: str) -> str:
    """The title as the name of a file: plain letters, digits and dashes, in any script."""
    parts = re.findall(r"\w+", unicodedata.normalize("NFC", title).casefold())
    return "-".join(parts)[:60].rstrip("-") or "post"


def source(draft: Draft) -> str:
    """The post's file."""
    names = ", ".join(name if re.fullmatch(r"\w[\w.-]*", name) else _quoted(name) for name in draft.accounts)
    plain_date = re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2} [0-9]{2}:[0-9]{2}", draft.date)
    lines = [
        f"title: {_scalar(draft.title)}",
        f"date: {draft.date if plain_date else _scalar(draft.date)}",
        f"accounts: [{names}]",
        "status: draft",
    ]
    lines += [f"campaign: {_scalar(draft.campaign)}"] if draft.campaign else []
    lines += [f"pillar: {_scalar(draft.pillar)}"] if draft.pillar else []
    return "\n".join(["---", *lines, "---", "", draft.text, ""])


def duplicate(source: str, date: str) -> str:
    """A post's file as the draft of another one, for that date: without its id, which is its own."""
    first, _, remainder = source.partition("\n")
    head, fence, body = remainder.partition("\n---")
    lines = [line for line in head.split("\n") if not line.startswith(("id:", "date:", "status:"))]
    return "\n".join([first, f"date: {date}", "status: draft", *lines]) + fence + body


def _scalar(value: str) -> str:
    """A string as YAML: as it is where that is safe, else in quotes."""
    return value if re.fullmatch(r"\w(?:[\w ,.'’!?-]*[\w.'’!?-])?", value) else _quoted(value)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def address(web: str, branch: str, path: str, text: str) -> str:
    """Return where GitHub's editor opens with that new file, ready to be edited; "" if `web` is unknown.

    `{…}` in path and text stay as they are, to be filled in later.
    """
    if not web.startswith("https://"):
        return ""
    return f"{web}/new/{quote(branch)}?filename={quote(path, safe='{}/')}&value={quote(text, safe='{}')}"


# ── GitHub's form ───────────────────────────────────────────────────────────────────────────────────────────


def parse_form(body: str) -> Draft | None:
    """Return what was answered in the form; None where the body is not that of the form, or has no title or text."""
    answers = dict(_answers(body))
    title, answer = _line(answers.get("Title", "")), answers.get("Text", "")
    text, pictures = re.sub(_PICTURE, "", answer).strip(), tuple(a or b for a, b in re.findall(_PICTURE, answer))
    if not title or not text:
        return None
    accounts = tuple(dict.fromkeys(filter(None, map(_line, answers.get("Accounts", "").split(",")))))
    date, campaign, pillar = (_line(answers.get(label, "")) for label in ("Date", "Campaign", "Pillar"))
    return Draft(title, date, accounts, campaign, pillar, text, pictures)


def _answers(body: str) -> Iterator[tuple[str, str]]:
    """Each question with its answer. The text comes last: whatever is in it, headings too, belongs to it."""
    remainder = "\n" + body.encode(errors="replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    label = ""
    for following in (*LABELS, ""):
        answer, separator, following_part = (
            remainder.partition(f"\n### {following}\n") if following else (remainder, "end", "")
        )
        if separator:
            if label and answer.strip() != SILENCE:
                yield label, answer.strip()
            label, remainder = following, following_part


def _line(answer: str) -> str:
    return " ".join(answer.split())
