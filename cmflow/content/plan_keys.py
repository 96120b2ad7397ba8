"""The keys of the plan: what each is called, takes and means, and what people write instead.

The reader, "did you mean" and the documentation are all made from these tables.
"""

from collections.abc import Mapping

from cmflow.content import inbox_keys
from cmflow.content.keys import Key, listing
from cmflow.model import GOALS, SERVICES
from cmflow.model.limits import NUMBERS

KEYS = (
    Key("brand", "line", "The name of the brand, shown on the calendar.", "cmflow", required=True),
    Key(
        "timezone",
        "zone",
        "The time zone of all times that do not name one, by its IANA name.",
        "Europe/Paris",
        required=True,
    ),
    Key("language", "language", "The language of posts and accounts that do not set one.", "en"),
    Key(
        "week_start",
        "week start",
        "The day on which weeks begin in the calendar. Without this key, the language decides.",
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
        "How late a post may still be published after a delay. After that it is reported as `missed`. An "
        "account or a post can set its own.",
        "6h",
    ),
    Key(
        "site",
        "url",
        "The address at which the calendar is hosted. With it, feeds link to its pages, and networks that fetch "
        "pictures can be given their addresses.",
        "https://social.example.org",
    ),
    Key(
        "thread",
        "threading",
        "How a text that does not fit is split, for posts and accounts that do not set it: `manual`, `auto` or "
        "`numbered`. Without this key: `manual`.",
        "auto",
    ),
    Key(
        "budget",
        "money",
        "What the posts of a month may cost, on all accounts together, where networks charge for posts (X does). "
        "`cmflow check` warns of each month that would cost more.",
        "20 USD",
    ),
    Key(
        "utm",
        "utm",
        "Whether links get UTM parameters, so that visits can be counted: `yes` for one tag per network and post, or "
        "patterns, below, for one per post, account and part. A link in which the author wrote one is left as it is.",
        '{content: "{post}.{account}.{part}"}',
    ),
    Key("utm.source", "pattern", "`utm_source`. Without this key: `{network}`.", '"{network}"'),
    Key("utm.medium", "pattern", "`utm_medium`. Without this key: `social`.", "social"),
    Key("utm.campaign", "pattern", "`utm_campaign`. Without this key: `{campaign}`.", '"{campaign}"'),
    Key(
        "utm.content",
        "pattern",
        "`utm_content`. Without this key: `{post}.{account}.{part}`. Patterns can have `{post}`, `{account}`, "
        "`{network}`, `{part}` (from 1), `{campaign}` and `{language}`.",
        '"{post}.{account}.{part}"',
    ),
    Key(
        "utm.since",
        "day",
        "The day of the first posts whose links get these. Links of posts dated earlier stay the same, "
        "so that what was sent or approved does not change.",
        "2026-12-01",
    ),
    Key(
        "utm.before",
        "flag",
        "Whether links of posts dated before `since` have the parameters of `utm: yes`. Without this key: no.",
        "yes",
    ),
    Key(
        "visits",
        "visits",
        "The service that counts the visits of your website. `cmflow metrics` reads them per post, account and part. "
        "Its API key is the environment variable `CMFLOW_VISITS_TOKEN`.",
        "{service: plausible, address: https://plausible.io, site: example.org, goals: [Signup]}",
    ),
    Key("visits.service", "service", f"One of {listing(SERVICES)}.", "plausible", required=True),
    Key("visits.address", "line", "The address of its server.", "https://plausible.io", required=True),
    Key(
        "visits.site", "line", "The service's name for your site: a domain, number or id.", "example.org", required=True
    ),
    Key(
        "visits.goals",
        "texts",
        "Goals whose conversions are read as well, as the service names them (Plausible) or numbers them (Matomo).",
        "[Signup]",
    ),
    Key("rules", "rules", "What `cmflow check` insists on.", "{alt_text: yes}"),
    Key("rules.alt_text", "flag", "Whether every picture needs its `alt`. Without this key: yes.", "yes"),
    Key("rules.hours", "hours", "The hours in which to publish; a post outside them gets a warning.", '"08:00-20:00"'),
    Key(
        "rules.min_gap",
        "duration",
        "The least time between two posts to one account; closer ones get a warning. Without this key: 30m.",
        "30m",
    ),
    Key(
        "approvals",
        "approvals",
        "Who must have approved a post on GitHub before it is sent. Without this key: no one.",
        "{needed: 1}",
    ),
    Key(
        "approvals.needed",
        "number",
        "How many people must have approved exactly what would be sent. A post that is not approved when it is due "
        "waits, and is missed after `late`.",
        "1",
        required=True,
    ),
    Key(
        "approvals.own",
        "flag",
        "Whether an author's own approval of the post counts. Without this key: no.",
        "no",
    ),
    Key(
        "accounts",
        "plan accounts",
        "The accounts to post to. Each has a name of its own, which posts use, so that one network can have several. "
        "A name consists of letters from a to z, digits, `-` and `_`. "
        "Never put secrets here: the token of `mastodon-en` is "
        "the environment variable `CMFLOW_MASTODON_EN_TOKEN`.",
        "{mastodon-en: {network: mastodon, options: {instance: https://social.example}}}",
        required=True,
    ),
    Key("accounts.*.network", "network", "The network it is on.", "mastodon", required=True),
    Key("accounts.*.title", "line", "What people call it.", "cmflow on Mastodon"),
    Key("accounts.*.options", "options", "The settings of that network.", "{instance: https://social.example}"),
    Key("accounts.*.audience", "text", "Its readers.", "Engineers who run communities"),
    Key("accounts.*.tone", "text", "Its tone of voice.", "Plain, exact, a smile"),
    Key("accounts.*.language", "language", "Its language, if it is not the plan's.", "fr"),
    Key("accounts.*.per_week", "number", "How many posts a week it should get.", "5"),
    Key(
        "accounts.*.slots",
        "slots",
        "Its usual times: a day (`mon` to `sun`, `daily`, `weekdays`, `weekends`) and a local time. The calendar shows "
        "the free ones.",
        "[mon 09:30, thu 17:00]",
    ),
    Key("accounts.*.hours", "hours", "The hours in which its posts are published.", '"08:00-20:00"'),
    Key("accounts.*.tags", "tags", "Hashtags that every post there gets.", "[cmflow]"),
    Key("accounts.*.thread", "threading", "How its texts are split, unless the post says otherwise.", "numbered"),
    Key("accounts.*.min_gap", "duration", "The least time between its posts.", "1h"),
    Key("accounts.*.late", "duration", "How late its posts may still be published.", "2h"),
    Key(
        "accounts.*.was",
        "line",
        "The name it had before: what was sent under that name is not sent again. `new` for a replacement "
        "account with none of the old one's posts.",
        "mastodon",
    ),
    Key(
        "accounts.*.limits",
        "limits",
        "Numbers that your server or your subscription sets differently from the network: any of "
        + listing(NUMBERS)
        + ". `cmflow accounts verify` reads those of a Mastodon server.",
        "{text: 5000, files: 6}",
    ),
    Key(
        "accounts.*.token_ends",
        "day",
        "The last day on which its token is valid, if the network gives one. cmflow reminds you two weeks before.",
        "2027-01-31",
    ),
    Key("groups", "groups", "Names for several accounts at once, for the `accounts` of posts.", "{team: [x-en, x-fr]}"),
    Key("pillars", "pillars", "The subjects the brand keeps coming back to.", "{trust: {share: 40}}"),
    Key(
        "pillars.*.share",
        "number",
        "Its share of all posts, in percent; the shares of all pillars add up to 100.",
        "40",
        required=True,
    ),
    Key("pillars.*.about", "text", "The posts that belong to it.", "How we keep promises"),
    Key("campaigns", "campaigns", "Efforts with a beginning, an end and an aim.", "{launch: {starts: 2026-11-30}}"),
    Key("campaigns.*.starts", "day", "Its first day.", "2026-11-30"),
    Key("campaigns.*.ends", "day", "Its last day.", "2026-12-18"),
    Key("campaigns.*.aim", "text", "What it should achieve.", "200 teams try it"),
    Key(
        "campaigns.*.approvals",
        "number",
        "How many people must have approved each of its posts, if more than `approvals` requires.",
        "2",
    ),
    Key(
        "pauses",
        "pauses",
        "Days on which the plan asks for no posts and none are published: no week is called short because of them, and "
        "no slot is free. A post that is due then is on hold until it has a new date, or says `ignore_pauses: yes`.",
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
    Key(
        "goals.*.metric",
        "metric",
        f"The number to track: one of {listing(GOALS)}. Interactions are reactions, comments and shares together; "
        "conversions are those of the goals in `visits`.",
        "followers",
        required=True,
    ),
    Key(
        "goals.*.per",
        "span",
        "`month` if the posts published in each calendar month should reach the target, until `by`. cmflow adds up "
        "their figures by itself.",
        "month",
    ),
    Key("goals.*.target", "number", "The number to reach.", "500", required=True),
    Key("goals.*.by", "day", "The day to reach it by.", "2027-03-31", required=True),
    Key("goals.*.start", "number", "The number it starts from. Without it, the first reading.", "120"),
    Key(
        "goals.*.readings",
        "readings",
        "The numbers you read on the network, by day, oldest first. cmflow compares the latest with the straight "
        "line to the target.",
        "{2026-12-07: 180, 2026-12-21: 214}",
    ),
    Key(
        "people",
        "people",
        "People whom posts can name as `@{ana}`: that becomes her handle where she has one, else her name. Besides "
        "`name`, list her handles by network or account, and her `github` login for conversations that she looks "
        "after.",
        '{ana: {name: Ana Ruiz, mastodon: "@ana@example.social"}}',
    ),
    Key("people.*.name", "line", "The name where there is no handle.", "Ana Ruiz", required=True),
    *inbox_keys.KEYS,
)

WEEK_START_SYNONYMS = {"mon": "monday", "sat": "saturday", "sun": "sunday"}

ADVICE: Mapping[str, str] = {
    **dict.fromkeys(("tz", "time_zone", "zone"), "Did you mean `timezone`?"),
    **dict.fromkeys(("networks", "platforms", "channels"), "Places to post are the `accounts`."),
    **dict.fromkeys(("name", "company", "title"), "Did you mean `brand`?"),
    **dict.fromkeys(("first_day", "first_day_of_week", "weekstart"), "Did you mean `week_start`?"),
}
