"""Every key of a post and of the plan: what it is called, takes and means, and what others call it.

The readers, "did you mean" and the documentation are all made from these tables.
"""

from collections.abc import Mapping

from cmflow.content.keys import Key, listing
from cmflow.model import METRICS
from cmflow.model.limits import NUMBERS

POST = (
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
        "When it goes out. The time is local, in the `timezone` of the plan, unless an offset (`+02:00`, `Z`) or the "
        "name of a zone (`America/New_York`) follows it. A draft has a date as well: the one you plan; move it as you "
        "like. Twice a year the clocks change: a time they skip is a problem, and for an hour that comes twice "
        "cmflow asks which of the two you mean.",
        "2026-12-01 09:30",
        required=True,
    ),
    Key(
        "accounts",
        "accounts",
        "Where it goes: accounts and account groups of the plan. A group stands for its accounts; an account that is "
        "named twice gets the post once.",
        "[mastodon-en, team]",
        required=True,
    ),
    Key(
        "id",
        "id",
        "The name by which the ledger remembers the post, so never change it once a part of the post is out. Without "
        "it, the id is the name of the file without `.md`; what is not a letter, a digit, `-`, `_` or `.` becomes `-`: "
        "`Spring sale 🌷.md` is `Spring-sale`. Folders do not count: a file can move. At most 100 characters.",
        "never-twice",
    ),
    Key(
        "status",
        "status",
        "`draft`: checked and shown, never sent. `ready`: goes out at its date. Without it, a post is ready.",
        "draft",
    ),
    Key("campaign", "campaign", "The campaign of the plan that the post belongs to.", "launch"),
    Key("pillar", "pillar", "The pillar of the plan, the subject that the post is about.", "trust"),
    Key(
        "tags",
        "tags",
        "Hashtags, with or without `#`; in YAML a bare `#` starts a comment, so without is safer. The template of the "
        "network decides where they stand; a tag that is already in the text is not repeated.",
        "[git, publishing]",
    ),
    Key(
        "link",
        "url",
        "The address the post is about. The template of the network decides where it stands.",
        "https://example.org/a",
    ),
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
    Key("language", "language", "The language of the post, where it is not that of the account or the plan.", "fr"),
    Key(
        "thread",
        "threading",
        "`manual`: a new part of the thread starts where a line with only `---` stands. `auto`: also wherever the text "
        "does not fit. `numbered`: the same, and each part ends in its number, `2/5`. Without it, the account decides, "
        "then the plan; where nothing is said, `manual`.",
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
        "Whom a last line of the text mentions: people of the plan by their key, or handles. An account gets those "
        "who have a handle on its network; `cmflow check` names the others.",
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
        "Who may see it, on networks that can tell: `public`, `unlisted`, `followers` or `private`.",
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
    Key("late", "duration", "How late it may still go out, where that is not what the account or the plan says.", "2h"),
    Key(
        "ignore_pauses",
        "flag",
        "`yes`: it goes out although its day lies in one of the plan's `pauses`. Without it, the post is on hold.",
        "yes",
    ),
    Key(
        "expects",
        "numbers",
        "What the post should achieve, to be compared with what it did: any of " + listing(METRICS) + ".",
        "{clicks: 40, replies: 5}",
    ),
    Key(
        "variants",
        "variants",
        "What is different for one account, or for all accounts on one network. The account's own entry comes first, "
        "then the network's; what neither gives stays as it is.",
        "{x: {text: Shorter.}, linkedin: {skip: yes}}",
    ),
    Key("variants.*.text", "text", "The text there, instead of the text below the front matter.", "Shorter."),
    Key("variants.*.date", "moment", "When it goes out there.", "2026-12-01 17:00"),
    Key("variants.*.media", "media", "The media there; `[]` for none.", "[]"),
    Key("variants.*.tags", "tags", "The tags there; `[]` for none.", "[git]"),
    Key("variants.*.thread", "threading", "What may be split there.", "numbered"),
    Key("variants.*.prepend", "text", 'Text before the text there; `""` for none.', "New on our blog"),
    Key("variants.*.append", "text", 'Text after the text there; `""` for none.', "Ask us anything below."),
    Key("variants.*.mentions", "mentions", "Whom it mentions there; `[]` for nobody.", '["@bo@mastodon.social"]'),
    Key("variants.*.skip", "flag", "`yes`: the post does not go there.", "yes"),
)

# what people write who come from another tool → what to do here
POST_WORDS: Mapping[str, str] = {
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
            "og_image",
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
        "The text stands below the front matter; a shorter one for one account is `variants: {account: {text: …}}`.",
    ),
    **dict.fromkeys(("draft", "publish", "published", "state"), "Write `status: draft` or `status: ready`."),
    **dict.fromkeys(("hashtag", "hashtags", "keywords", "labels"), "Hashtags are the `tags`."),
    **dict.fromkeys(("url", "links", "canonical_url"), "A web address is the `link`."),
    **dict.fromkeys(("lang", "locale"), "Did you mean `language`?"),
    **dict.fromkeys(("cw", "spoiler", "spoiler_text", "sensitive"), "Did you mean `content_warning`?"),
    **dict.fromkeys(("overrides", "override", "customize"), "Did you mean `variants`?"),
    **dict.fromkeys(("alt", "alt_text"), "The `alt` stands next to its `file`, in `media`."),
    **dict.fromkeys(("retweet", "reblog", "boost"), "Did you mean `repost`?"),
    **dict.fromkeys(("in_reply_to", "reply"), "Did you mean `reply_to`?"),
    **dict.fromkeys(("category", "categories", "topic", "topics", "series"), "Subjects are the `pillar`."),
    **dict.fromkeys(
        ("slug", "permalink", "uid", "aliases"),
        "A post here has no page of its own: its name is the `id`; its `link`, an address.",
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

POST_MISSING = {
    "date": "Add it: `date: 2026-12-01 09:30`. Not certain yet? Write the day you plan, and `status: draft`.",
    "accounts": "Name accounts or groups of the plan: `accounts: [mastodon-en, team]`.",
}

STATUS_WORDS = {
    **dict.fromkeys(("published", "publish", "scheduled", "approved", "final", "done", "live"), "ready"),
    **dict.fromkeys(("wip", "idea", "todo", "pending", "hold", "review"), "draft"),
}
THREADING_WORDS = {"yes": "auto", "true": "auto", "no": "manual", "false": "manual", "number": "numbered"}
VISIBILITY_WORDS = {"direct": "private", "everyone": "public", "friends": "followers"}


PLAN = (
    Key("brand", "line", "Whose voice this is: the name shown on the calendar.", "cmflow", required=True),
    Key(
        "timezone",
        "zone",
        "The zone that all times without one are in, by its IANA name.",
        "Europe/Paris",
        required=True,
    ),
    Key("language", "language", "The language of posts and accounts that name none.", "en"),
    Key(
        "week_start",
        "week start",
        "The day that a week of the calendar begins on. Without this key, the language decides.",
        "monday",
    ),
    Key(
        "since",
        "day",
        "The day cmflow took over. Posts dated earlier are history: shown, never sent, never called missed.",
        "2026-11-01",
    ),
    Key(
        "late",
        "duration",
        "How late a post may still go out when something held it up. Later than that it is `missed`, and said so. "
        "An account or a post can have its own.",
        "6h",
    ),
    Key(
        "site",
        "url",
        "The address at which the calendar is hosted. With it, feeds lead to its pages, and networks that fetch "
        "pictures can be told where they are.",
        "https://social.example.org",
    ),
    Key(
        "thread",
        "threading",
        "How a text that does not fit is split, for posts and accounts that do not say it: `manual`, `auto` or "
        "`numbered`. Without this key: `manual`.",
        "auto",
    ),
    Key("utm", "flag", "Whether links get UTM parameters, so that visits can be counted per network and post.", "yes"),
    Key("rules", "rules", "What `cmflow check` insists on.", "{alt_text: yes}"),
    Key("rules.alt_text", "flag", "Whether every picture needs its `alt`. Without this key: yes.", "yes"),
    Key("rules.hours", "hours", "Between which times posts go out; a post outside gets a warning.", '"08:00-20:00"'),
    Key(
        "rules.min_gap",
        "duration",
        "How far apart two posts to one account are at least; nearer ones get a warning. Without this key: 30m.",
        "30m",
    ),
    Key(
        "approvals",
        "approvals",
        "Who must have approved a post on GitHub before it is sent. Without this key: nobody.",
        "{needed: 1}",
    ),
    Key(
        "approvals.needed",
        "number",
        "How many people must have approved exactly what would be sent. What is not approved when it is due waits, and "
        "is missed after `late`.",
        "1",
        required=True,
    ),
    Key(
        "approvals.own",
        "flag",
        "Whether the approval of somebody counts who wrote the post. Without this key: no.",
        "no",
    ),
    Key(
        "accounts",
        "plan accounts",
        "The places to post. Each has a name of its own, which posts use, so that one network can have several. "
        "A name has letters from a to z, digits, `-` and `_`. Secrets never stand here: the token of `mastodon-en` is "
        "the environment variable `CMFLOW_MASTODON_EN_TOKEN`.",
        "{mastodon-en: {network: mastodon, options: {instance: https://social.example}}}",
        required=True,
    ),
    Key("accounts.*.network", "network", "The network it is on.", "mastodon", required=True),
    Key("accounts.*.title", "line", "What people call it.", "cmflow on Mastodon"),
    Key("accounts.*.options", "options", "The settings of that network.", "{instance: https://social.example}"),
    Key("accounts.*.audience", "text", "Who reads it.", "Engineers who run communities"),
    Key("accounts.*.tone", "text", "How it speaks.", "Plain, exact, a smile"),
    Key("accounts.*.language", "language", "Its language, where it is not that of the plan.", "fr"),
    Key("accounts.*.per_week", "number", "How many posts a week it should get.", "5"),
    Key(
        "accounts.*.slots",
        "slots",
        "Its usual times: a day (`mon` to `sun`, `daily`, `weekdays`, `weekends`) and a local time. The calendar shows "
        "the free ones.",
        "[mon 09:30, thu 17:00]",
    ),
    Key("accounts.*.hours", "hours", "Between which times its posts go out.", '"08:00-20:00"'),
    Key("accounts.*.tags", "tags", "Hashtags that every post there gets.", "[cmflow]"),
    Key("accounts.*.thread", "threading", "How its texts are split where the post does not say it.", "numbered"),
    Key("accounts.*.min_gap", "duration", "How far apart its posts are at least.", "1h"),
    Key("accounts.*.late", "duration", "How late its posts may still go out.", "2h"),
    Key(
        "accounts.*.was",
        "line",
        "The name it had before: what was sent under that name is not sent again. `new` for an account that takes the "
        "place of another one and has none of its posts.",
        "mastodon",
    ),
    Key(
        "accounts.*.limits",
        "limits",
        "Numbers that your server or your subscription sets otherwise than the network usually does: any of "
        + listing(NUMBERS)
        + ". `cmflow accounts verify` reads those of a Mastodon server.",
        "{text: 5000, files: 6}",
    ),
    Key(
        "accounts.*.token_ends",
        "day",
        "The last day on which its token is good, where the network says so. cmflow reminds you two weeks before.",
        "2027-01-31",
    ),
    Key("groups", "groups", "Names for several accounts at once, for the `accounts` of posts.", "{team: [x-en, x-fr]}"),
    Key("pillars", "pillars", "The subjects the brand keeps coming back to.", "{trust: {share: 40}}"),
    Key(
        "pillars.*.share",
        "number",
        "Its part of all posts, in percent; the shares of all pillars add up to 100.",
        "40",
        required=True,
    ),
    Key("pillars.*.about", "text", "What belongs to it.", "How we keep promises"),
    Key("campaigns", "campaigns", "Efforts with a beginning, an end and an aim.", "{launch: {starts: 2026-11-30}}"),
    Key("campaigns.*.starts", "day", "Its first day.", "2026-11-30"),
    Key("campaigns.*.ends", "day", "Its last day.", "2026-12-18"),
    Key("campaigns.*.aim", "text", "What it should achieve.", "200 teams try it"),
    Key(
        "campaigns.*.approvals",
        "number",
        "How many people must have approved each of its posts, where that is more than `approvals` says.",
        "2",
    ),
    Key(
        "pauses",
        "pauses",
        "Days on which the plan asks for nothing and nothing goes out: no week is called short because of them, and no "
        "slot is free. A post that is due then is on hold until it has a new date, or says `ignore_pauses: yes`.",
        "{holidays: {starts: 2026-12-19, ends: 2027-01-03}}",
    ),
    Key("pauses.*.starts", "day", "Its first day.", "2026-12-19", required=True),
    Key("pauses.*.ends", "day", "Its last day.", "2027-01-03", required=True),
    Key(
        "goals",
        "goals",
        "For each account, the numbers it should reach.",
        "{mastodon-en: [{metric: followers, target: 500, by: 2027-03-31}]}",
    ),
    Key("goals.*.metric", "metric", f"What is counted: one of {listing(METRICS)}.", "followers", required=True),
    Key("goals.*.target", "number", "The number to reach.", "500", required=True),
    Key("goals.*.by", "day", "The day to reach it by.", "2027-03-31", required=True),
    Key("goals.*.start", "number", "The number it begins with. Without it, the first reading.", "120"),
    Key(
        "goals.*.readings",
        "readings",
        "What somebody read off on the network, by day, the oldest first. cmflow compares the latest with the straight "
        "line to the target.",
        "{2026-12-07: 180, 2026-12-21: 214}",
    ),
    Key(
        "people",
        "people",
        "Whom posts may name as `@{ana}`: it becomes her handle where she has one, else her name. Next to `name` stand "
        "her handles, by network or account.",
        '{ana: {name: Ana Ruiz, mastodon: "@ana@example.social"}}',
    ),
    Key("people.*.name", "line", "The name where there is no handle.", "Ana Ruiz", required=True),
)

WEEK_START_WORDS = {"mon": "monday", "sat": "saturday", "sun": "sunday"}

PLAN_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("tz", "time_zone", "zone"), "Did you mean `timezone`?"),
    **dict.fromkeys(("networks", "platforms", "channels"), "Places to post are the `accounts`."),
    **dict.fromkeys(("name", "company", "title"), "Did you mean `brand`?"),
    **dict.fromkeys(("first_day", "first_day_of_week", "weekstart"), "Did you mean `week_start`?"),
}
