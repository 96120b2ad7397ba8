"""The keys of a post: what each is called, takes and means, and what other tools call it.

The reader, "did you mean" and the documentation are all made from these tables.
"""

from collections.abc import Mapping

from cmflow.content.keys import Key, listing
from cmflow.model import METRICS

KEYS = (
    Key(
        "title",
        "line",
        "What the post is called in the calendar and in reviews. Networks that show a title (YouTube, Reddit, dev.to, "
        "Pinterest) show this one; the others never see it.",
        "Never sent twice",
        required=True,
    ),
    Key(
        "date",
        "moment",
        "When it is published. The time is local, in the `timezone` of the plan, unless an offset (`+02:00`, `Z`) or "
        "the name of a zone (`America/New_York`) follows it. A draft has a date as well: the one you plan; move it as "
        "you like. Twice a year the clocks change: a time they skip is a problem, and for an hour that comes twice "
        "cmflow asks which of the two you mean.",
        "2026-12-01 09:30",
        required=True,
    ),
    Key(
        "accounts",
        "accounts",
        "The accounts to publish on: accounts and account groups of the plan. A group means all its accounts; an "
        "account that is named twice gets the post once.",
        "[mastodon-en, team]",
        required=True,
    ),
    Key(
        "id",
        "id",
        "The name by which the ledger remembers the post, so never change it once any part is published. Without "
        "it, the id is the name of the file without `.md`; what is not a letter, a digit, `-`, `_` or `.` becomes `-`: "
        "`Spring sale 🌷.md` is `Spring-sale`. Folders do not count: a file can move. At most 100 characters.",
        "never-twice",
    ),
    Key(
        "status",
        "status",
        "`draft`: checked and shown, never sent. `ready`: published on its date. Without it, a post is ready.",
        "draft",
    ),
    Key("campaign", "campaign", "The campaign of the plan that the post belongs to.", "launch"),
    Key("pillar", "pillar", "The pillar of the plan, the subject that the post is about.", "trust"),
    Key(
        "tags",
        "tags",
        "Hashtags, with or without `#`; in YAML a bare `#` starts a comment, so without is safer. The template of the "
        "network decides where they go; a tag that is already in the text is not repeated.",
        "[git, publishing]",
    ),
    Key(
        "link",
        "url",
        "The address the post is about. The template of the network decides where it goes.",
        "https://example.org/a",
    ),
    Key(
        "card",
        "card",
        "What the card below the text says about the `link`, on networks that do not read the page themselves "
        "(Bluesky, LinkedIn): without it, the page's host.",
        "{title: Never sent twice, picture: content/media/a.png}",
    ),
    Key("card.title", "line", "The title of the page; without it, its host.", "Never sent twice"),
    Key("card.description", "line", "A sentence about the page.", "How cmflow keeps its promise."),
    Key("card.picture", "path", "A picture for the card, as for `media`.", "content/media/a.png"),
    Key(
        "media",
        "media",
        "Pictures and videos, in order. Each has a `file` and an `alt`; a file name alone is a file without alt text.",
        "[{file: content/media/a.png, alt: What it shows}]",
    ),
    Key(
        "media.*.file",
        "path",
        "The file, from the root of the repository; or from the folder of the post where it starts with `./` or `../`. "
        "It must be in the repository.",
        "content/media/a.png",
        required=True,
    ),
    Key(
        "media.*.alt",
        "text",
        "What the picture shows, for people who do not see it. Required unless the plan says otherwise.",
        "A calendar with one green day",
    ),
    Key(
        "media.*.subtitles",
        "subtitles",
        "Of a video: what is spoken, as files in SRT or WebVTT. Each has a `file` and its `language`; a file name "
        "alone is in the language of the post. cmflow sends them as the network takes them.",
        "[{file: content/media/a.fr.srt, language: fr}]",
    ),
    Key("media.*.subtitles.*.file", "path", "The file, as for `media`.", "content/media/a.fr.srt", required=True),
    Key("media.*.subtitles.*.language", "language", "The language, if it is not the post's.", "fr"),
    Key("language", "language", "The language of the post, if it is not the account's or the plan's.", "fr"),
    Key(
        "thread",
        "threading",
        "`manual`: a new part of the thread starts at each line that is only `---`. `auto`: also wherever the text "
        "does not fit. `numbered`: the same, and each part ends in its number, `2/5`. Without it, the account decides, "
        "then the plan; if neither says anything, `manual`.",
        "auto",
    ),
    Key(
        "prepend",
        "text",
        "Text before the text of the post, as a paragraph of its own. Most useful for one account, under `variants`.",
        "New on our blog",
    ),
    Key(
        "append",
        "text",
        "Text after the text of the post, as a paragraph of its own, before link and hashtags.",
        "Thanks to all who came.",
    ),
    Key(
        "mentions",
        "mentions",
        "The people to mention in a last line of the text: people of the plan by their key, or handles. An account "
        "gets those who have a handle on its network; `cmflow check` names the others.",
        '["@bo@mastodon.social"]',
    ),
    Key(
        "content_warning",
        "line",
        "What people read before they decide to open the post, on networks that can hide it.",
        "Flashing pictures",
    ),
    Key(
        "visibility",
        "visibility",
        "Who may see it, on networks that offer a choice: `public`, `unlisted`, `followers` or `private`.",
        "unlisted",
    ),
    Key(
        "reply_to",
        "reference",
        "The post this one answers: the id of a post here, or the web address of any post.",
        "never-twice",
    ),
    Key("quote", "reference", "The post this one quotes: an id or a web address.", "never-twice"),
    Key(
        "repost",
        "reference",
        "The post to share again, as it is: an id or a web address. Such a post needs no text.",
        "never-twice",
    ),
    Key("poll", "poll", "A question with answers to choose from; the text is the question.", "{options: [Yes, No]}"),
    Key("poll.options", "texts", "The answers, at least two.", "[Yes, No]", required=True),
    Key("poll.duration", "duration", "How long people may answer. Without it, a day.", "1d"),
    Key("poll.multiple", "flag", "Whether more than one answer may be chosen.", "no"),
    Key(
        "first_comment",
        "text",
        "A comment that is posted right below the post, by the same account.",
        "The link is in our profile.",
    ),
    Key(
        "late", "duration", "How late it may still be published, if not as late as the account or the plan says.", "2h"
    ),
    Key(
        "ignore_pauses",
        "flag",
        "`yes`: it is published even if its day lies in one of the plan's `pauses`. Without it, the post is on hold.",
        "yes",
    ),
    Key(
        "expects",
        "numbers",
        "What the post should achieve, to be compared with what it did achieve: any of " + listing(METRICS) + ".",
        "{clicks: 40, replies: 5}",
    ),
    Key(
        "variants",
        "variants",
        "What is different for one account, or for all accounts on one network. The account's own entry comes first, "
        "then the network's; what neither sets stays as it is.",
        "{x: {text: Shorter.}, linkedin: {skip: yes}}",
    ),
    Key("variants.*.text", "text", "The text there, instead of the text below the front matter.", "Shorter."),
    Key("variants.*.date", "moment", "When it is published there.", "2026-12-01 17:00"),
    Key("variants.*.media", "media", "The media there; `[]` for none.", "[]"),
    Key("variants.*.tags", "tags", "The tags there; `[]` for none.", "[git]"),
    Key("variants.*.thread", "threading", "What may be split there.", "numbered"),
    Key("variants.*.prepend", "text", 'Text before the text there; `""` for none.', "New on our blog"),
    Key("variants.*.append", "text", 'Text after the text there; `""` for none.', "Ask us anything below."),
    Key("variants.*.mentions", "mentions", "The people it mentions there; `[]` for no one.", '["@bo@mastodon.social"]'),
    Key("variants.*.skip", "flag", "`yes`: the post does not go there.", "yes"),
)

AB = (
    Key(
        "ab",
        "experiment",
        "An A/B test: two versions of the post; each account gets one. Which one is decided as by a coin toss, from "
        "post, test and network: it is known before the review, and does not change.",
        "{test: hook, versions: {question: {text: Tea or coffee}, plain: {}}}",
    ),
    Key(
        "ab.test",
        "id",
        "What is tested. Posts with the same name are judged together by `cmflow stats`: use it for a series.",
        "hook",
        required=True,
    ),
    Key(
        "ab.versions",
        "versions",
        "The two versions by name, each with what it changes; `{}` for the post as it is.",
        "{question: {text: Tea or coffee}, plain: {}}",
        required=True,
    ),
    Key("ab.versions.*.text", "text", "The text of that version.", "Tea or coffee"),
    Key("ab.versions.*.date", "moment", "When that version is published.", "2026-12-01 17:00"),
    Key("ab.versions.*.media", "media", "The media of that version; `[]` for none.", "[]"),
    Key("ab.versions.*.tags", "tags", "The tags of that version; `[]` for none.", "[git]"),
    Key("ab.versions.*.thread", "threading", "What may be split in that version.", "auto"),
    Key("ab.versions.*.prepend", "text", 'Text before the text of that version; `""` for none.', "New on our blog"),
    Key("ab.versions.*.append", "text", 'Text after the text of that version; `""` for none.', "Ask us anything."),
    Key("ab.seed", "line", "A new seed deals the versions again. Leave it out unless you restart a test.", "spring"),
)

# Key of another tool → what to write here
ADVICE: Mapping[str, str] = {
    **dict.fromkeys(
        ("platform", "platforms", "network", "networks", "channel", "channels", "profiles", "targets", "to"),
        "Accounts are named in `accounts`.",
    ),
    **dict.fromkeys(
        (
            "publish_at",
            "schedule",
            "scheduled",
            "scheduled_at",
            "time",
            "when",
            "datetime",
            "publish_date",
            "publishdate",
            "pubdate",
        ),
        "Day and time together are the `date`: `date: 2026-12-01 09:30`.",
    ),
    **dict.fromkeys(
        (
            "cover",
            "featured_image",
            "thumbnail",
            "banner",
            "image",
            "images",
            "photo",
            "photos",
            "video",
            "videos",
            "picture",
            "pictures",
            "attachment",
            "attachments",
        ),
        "Pictures and videos are named in `media`.",
    ),
    **dict.fromkeys(
        ("text", "body", "content", "message", "caption"),
        "The text goes below the front matter; a shorter one for one account is `variants: {account: {text: …}}`.",
    ),
    **dict.fromkeys(("draft", "publish", "published", "state"), "Write `status: draft` or `status: ready`."),
    **dict.fromkeys(("hashtag", "hashtags", "keywords", "labels"), "Hashtags are the `tags`."),
    **dict.fromkeys(
        ("og_image", "og_title", "og_description", "preview", "link_preview"),
        "What a link's card shows is the `card`: `card: {title: …, description: …, picture: …}`.",
    ),
    **dict.fromkeys(("captions", "srt", "vtt"), "Subtitles go next to the video's `file`, in `media`: `subtitles: …`."),
    **dict.fromkeys(("url", "links", "canonical_url"), "A web address is the `link`."),
    **dict.fromkeys(("lang", "locale"), "Did you mean `language`?"),
    **dict.fromkeys(("cw", "spoiler", "spoiler_text", "sensitive"), "Did you mean `content_warning`?"),
    **dict.fromkeys(("overrides", "override", "customize"), "Did you mean `variants`?"),
    **dict.fromkeys(("alt", "alt_text"), "The `alt` goes next to its `file`, in `media`."),
    **dict.fromkeys(("retweet", "reblog", "boost"), "Did you mean `repost`?"),
    **dict.fromkeys(("in_reply_to", "reply"), "Did you mean `reply_to`?"),
    **dict.fromkeys(("category", "categories", "topic", "topics", "series"), "Subjects are the `pillar`."),
    **dict.fromkeys(
        ("slug", "permalink", "uid", "aliases"),
        "A post here has no page of its own: its name is the `id`, and the address it is about is the `link`.",
    ),
    **dict.fromkeys(
        ("author", "authors", "by"),
        "Leave it out: git knows who wrote it, and the `accounts` say in whose name it goes out.",
    ),
    **dict.fromkeys(
        ("description", "excerpt", "summary", "subtitle", "abstract"),
        "Leave it out: networks show the text below the front matter, and nothing else.",
    ),
    **dict.fromkeys(
        (
            "created",
            "created_at",
            "date_created",
            "modified",
            "last_modified",
            "last_modified_at",
            "lastmod",
            "updated",
            "updated_at",
        ),
        "Leave it out: git knows when a file was changed. When the post goes out is the `date`.",
    ),
    **dict.fromkeys(
        (
            "layout",
            "type",
            "template",
            "toc",
            "comments",
            "cssclass",
            "cssclasses",
            "weight",
            "math",
            "sidebar",
            "header",
        ),
        "Leave it out: it is about a page of a web site, and a post here has none.",
    ),
    **dict.fromkeys(
        ("expirydate", "expiry_date", "expires"),
        "Leave it out: how late it may go out is `late`; `cmflow unpublish` deletes it.",
    ),
}

MISSING_ADVICE = {
    "date": "Add it: `date: 2026-12-01 09:30`. Not certain yet? Write the day you plan, and `status: draft`.",
    "accounts": "Name accounts or groups of the plan: `accounts: [mastodon-en, team]`.",
}

STATUS_SYNONYMS = {
    **dict.fromkeys(("published", "publish", "scheduled", "approved", "final", "done", "live"), "ready"),
    **dict.fromkeys(("wip", "idea", "todo", "pending", "hold", "review"), "draft"),
}
VISIBILITY_SYNONYMS = {"direct": "private", "everyone": "public", "friends": "followers"}
