import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from cmflow.content.media import Facts, probe
from cmflow.content.plan import NetworkFacts
from cmflow.model import Problem
from cmflow.model.errors import SourceError
from cmflow.model.plan import PLAN_PATH
from cmflow.netkit import network
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content, open_content
from cmflow.repository.plans import NETWORKS
from tests.repository import places
from tests.repository.places import NOTHING, PNG, TEMPLATE, TEMPLATES, Files, content, path, post, source

MEDIA = "content/media/a.png"
SILENT = PLAN_OF_X = places.PLAN.replace(
    "{network: mastodon, options: {instance: ", "{network: tiktok, options: {handle: "
)


def codes(found: Content) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in found.problems if each.code != "preview-only"]


def test_posts_are_what_ends_in_md_below_the_posts_folder() -> None:
    files = {path("b"): post(), path("2026/a"): post(), "content/posts/a.txt": "x", "content/notes.md": "x"}
    assert content(files).post_paths == (path("2026/a"), path("b"))


def test_a_plan_that_is_not_there() -> None:
    found = open_content(source({}), {}, NOTHING)
    assert (found.plan, found.problems) == (
        None,
        (Problem(PLAN_PATH, 1, "plan-missing", f"There is no {PLAN_PATH}.", "Create one: cmflow init DIR"),),
    )
    with pytest.raises(SourceError, match=r"^The plan cannot be used.$"):
        _ = found.sure_plan


def test_a_plan_with_errors_has_its_problems() -> None:
    found = content({}, plan="---\nbrand: x\n---\n")
    assert {code for _, code in codes(found)} == {"missing-key"}


def test_a_plan_that_is_a_link_is_not_read() -> None:
    found = open_content(source({PLAN_PATH: "---\nbrand: secret\n---\n", path("a"): post()}, [PLAN_PATH]), {}, NOTHING)
    message = f"{PLAN_PATH} is a symbolic link; it is not followed."
    hint = "Replace the link with the file itself."
    assert (found.plan, found.problems) == (None, (Problem(PLAN_PATH, 1, "outside-repository", message, hint),))


def test_links_are_neither_posts_templates_nor_media() -> None:
    files: Files = {PLAN_PATH: places.PLAN, path("a"): post(), path("b"): post(), TEMPLATE: "{{", MEDIA: PNG}
    found = open_content(source(files, [path("a"), TEMPLATE, MEDIA]), TEMPLATES, NOTHING)
    assert found.post_paths == (path("b"),)
    assert found.templates.sources == TEMPLATES
    assert found.facts == {}
    assert codes(found) == [(each, "outside-repository") for each in (MEDIA, path("a"), TEMPLATE)]


def test_what_is_unreadable_is_said() -> None:
    whole = source({path("a"): post()})
    found = open_content(replace(whole, unreadable={PLAN_PATH: "plan.md is not a file."}), TEMPLATES, NOTHING)
    hint = "Make it a regular file that you can read, or delete it."
    assert found.problems == (Problem(PLAN_PATH, 1, "unreadable", "plan.md is not a file.", hint),)


def test_own_templates_come_before_those_of_cmflow() -> None:
    found = content({TEMPLATE: "mine", "templates/networks/x.md.j2": "x", "templates/networks/bad.md.j2": b"\xff"})
    assert found.templates.sources == {TEMPLATE: "mine", "templates/networks/x.md.j2": "x"}
    assert codes(found) == [("templates/networks/bad.md.j2", "not-utf8")]


def test_accounts_that_cannot_be_published_to_are_told_of_once() -> None:
    silent = network.silent(content({}, plan=SILENT).sure_plan.accounts)
    assert "toots" in silent
    assert [each for each in content({}, plan=SILENT).problems if each.code == "preview-only"] == [
        Problem(
            PLAN_PATH,
            1,
            "preview-only",
            f"cmflow cannot publish to these accounts yet: {', '.join(silent)}.",
            "Their posts are checked, previewed and rehearsed. Publish them by hand, then record it: cmflow settle",
        )
    ]
    lines = [line for line in places.PLAN.split("\n") if "toots: " not in line and "site: " not in line]
    assert content({}, plan="\n".join(lines).replace("[toots, site, tape]", "[tape]")).problems == ()


def test_media_are_known_by_their_bytes(tmp_path: Path) -> None:
    files: Files = {MEDIA: PNG, "content/b.png": PNG, "content/c.mp4": "", "content/notes.md": "x", path("a"): post()}
    cache, facts = Cache(tmp_path), Facts("image", "image/png", 1, 1, size=len(PNG))
    expected = {MEDIA: facts, "content/b.png": facts, "content/c.mp4": "It is empty."}
    expected["content/notes.md"] = (
        "It is not a picture or video that cmflow knows: use PNG, JPEG, GIF, WebP, MP4 or MOV."
    )
    assert content(files, cache).facts == expected
    assert content(files, cache).facts == expected
    assert content({**files, MEDIA: "x", "content/d.png": PNG}, cache).facts == {
        **expected,
        MEDIA: "It is not a picture or video that cmflow knows: use PNG, JPEG, GIF, WebP, MP4 or MOV.",
        "content/d.png": facts,
    }


def test_the_fingerprint_names_what_decides_but_the_post_and_its_media() -> None:
    one = content({path("a"): post()})
    assert one.fingerprint == content({path("b"): "x", MEDIA: PNG}).fingerprint
    others = [
        content({}, plan=places.PLAN.replace("en", "fr")),
        content({TEMPLATE: "x"}),
        content({TEMPLATE: "x\0templates/networks/y.md.j2\0y"}),
        content({TEMPLATE: "x", "templates/networks/y.md.j2": "y"}),
        content({"templates/networks/\udcff.md.j2": "y"}),
    ]
    prints = {each.fingerprint for each in (one, *others)}
    assert len(prints) == 6
    assert {one.plan_digest, others[0].plan_digest} > {others[1].plan_digest}


def test_what_the_plan_is_told_of_networks() -> None:
    assert NETWORKS["mastodon"] == NetworkFacts(("instance",), ("instance",), (), ("instance",), reads=True)
    assert tuple(NETWORKS) == network.names()
    assert len(NETWORKS) == len(network.names())
    assert "mastodon" in NETWORKS
    assert "myspace" not in NETWORKS
    with pytest.raises(KeyError):
        NETWORKS["myspace"]


def drawn(form: str, frames: int = 1) -> bytes:
    first, *others = (Image.effect_noise((40, 40), 30 + number).convert("RGB") for number in range(frames))
    file = io.BytesIO()
    first.save(file, form, **({"save_all": True, "append_images": others} if others else {}))
    return file.getvalue()


def table_cut_short() -> bytes:
    """A JPEG with a table behind its scan that says to be longer than the file."""
    whole = drawn("JPEG")
    return whole[:-2] + b"\xff\xdb\xff\x00" + whole[-2:]


def frame_cut_short() -> bytes:
    """A moving WebP with a picture that says to be longer than its frame."""
    whole = drawn("WEBP", frames=3)
    place = whole.rindex(b"VP8 ") + 4
    return whole[:place] + b"\xff\xff\xff\x00" + whole[place + 4 :]


@pytest.mark.parametrize("data", [table_cut_short(), frame_cut_short()], ids=["jpeg", "webp"])
def test_damage_that_only_sending_would_find_is_found_before(data: bytes) -> None:
    assert probe(data).width == 40  # at first sight it is whole
    shown = content({"content/media/a.bin": data})
    said = "The file is incomplete: it was cut off while being copied or saved."
    assert shown.facts == {"content/media/a.bin": said}
