"""The keys of the plan's `inbox:`."""

from cmflow.content.keys import Key, listing
from cmflow.model import Label

LABELS = tuple("spam" if label is Label.SPAM else str(label) for label in Label)

KEYS = (
    Key(
        "inbox",
        "inbox",
        "What people write to the accounts becomes tickets, one per conversation: `cmflow inbox`.",
        "{repository: acme/inbox, first_answer: 4h}",
    ),
    Key(
        "inbox.repository",
        "repository",
        "The GitHub repository in which conversations are issues. Without this key: this one. It should be private, "
        "because tickets have people's names and words.",
        "acme/inbox",
    ),
    Key(
        "inbox.public",
        "flag",
        "Whether tickets may be in a repository that anyone can read. Without this key: no.",
        "no",
    ),
    Key(
        "inbox.keep",
        "duration",
        "How long a conversation's texts are kept after its last message, at least `1d`; then they are removed from "
        "the ticket. Without this key: 90d.",
        "90d",
    ),
    Key(
        "inbox.accounts",
        "accounts",
        "The accounts that are read. Without this key: all that can be read.",
        "[mastodon-en]",
    ),
    Key(
        "inbox.hours",
        "business hours",
        "Your business hours: days (`mon`, `mon-thu`, `weekdays`, `weekends`, `daily`), each with one or more spans of "
        "local time. Times to answer are counted in them. Without this key: day and night.",
        '{mon-thu: "09:00-17:30", fri: ["09:00-12:00", "13:00-16:00"]}',
    ),
    Key("inbox.holidays", "days", "Days without business hours.", "[2026-12-25, 2027-01-01]"),
    Key(
        "inbox.first_answer",
        "duration",
        "The aim for the first answer to a conversation, in business hours.",
        "4h",
    ),
    Key("inbox.answered", "percent", "The aim for the share of conversations that are answered.", "90%"),
    Key(
        "inbox.approval",
        "flag",
        "Whether another person must agree to an answer before it is sent. Without this key: no.",
        "yes",
    ),
    Key(
        "inbox.burst",
        "number",
        "How many conversations with people who never wrote before may become tickets per account and hour; those "
        "above are put into one ticket together. Without this key: 20.",
        "20",
    ),
    Key(
        "inbox.assign",
        "assignments",
        f"Who looks after conversations of a label ({listing(LABELS)}): GitHub logins, or people of the plan with a "
        "`github` login.",
        "{complaint: [ana, bo]}",
    ),
    Key(
        "inbox.rules",
        "triage rules",
        "Your own rules for labels. They are looked at in this order, before cmflow's lists of words; a message gets "
        "its label from the first that fits.",
        '{refunds: {words: [refund, "broken *"], label: complaint}}',
    ),
    Key(
        "inbox.rules.*.words",
        "texts",
        "Words and phrases, one of which the message must have. Case and accents do not matter; `*` stands for the "
        "rest of a word, or for a whole one.",
        '[refund*, "broken *"]',
    ),
    Key(
        "inbox.rules.*.pattern",
        "regular expression",
        "A regular expression that must match in the message. Case does not matter.",
        r"'order #\d+'",
    ),
    Key("inbox.rules.*.accounts", "accounts", "Only messages to these accounts.", "[mastodon-en]"),
    Key("inbox.rules.*.languages", "languages", "Only messages in these languages.", "[en, fr]"),
    Key("inbox.rules.*.label", "label", f"The label: one of {listing(LABELS)}.", "complaint"),
    Key("inbox.rules.*.urgent", "flag", "Whether it is urgent.", "yes"),
    Key("inbox.rules.*.assign", "logins", "Who looks after it, as in `inbox.assign`.", "[ana]"),
)
