"""Problems of the plan's `inbox:`."""

from cmflow.problems.code import Code, E, W

INBOX = (
    Code("unread-account", W, "cmflow cannot read what people write to this account.",
         "Its network has no way to, or cmflow does not use it yet: messages there never become tickets.",
         "Look at that account yourself, and remove it from `inbox:`. docs/listening.md lists what can be read where.",
         "inbox:\n  accounts: [mastodon-en]"),
    Code("unread-lost", W, "Runs are too far apart for a network that keeps messages for a short time only.",
         "What was not read within that time is deleted there, and no one will ever see it.",
         "Let `cmflow inbox` run more often: once an hour is a good start.",
         "cmflow schedule"),
    Code("aim-without-hours", W, "There is an aim for the first answer, but there are no business hours.",
         "Nights and weekends count too then, and a message of Friday evening misses the aim by Saturday.",
         "Add the hours in which people answer.",
         'inbox:\n  first_answer: 4h\n  hours: {weekdays: "09:00-17:30"}'),
    Code("unknown-assignee", W, "A person who should look after conversations is not one of the plan's people.",
         "GitHub leaves out a login that does not exist: the ticket would be assigned to no one.",
         "Correct the name, or add the GitHub login of the person to `people:`.",
         "people:\n  ana: {name: Ana Ruiz, github: ana-ruiz}"),
    Code("slow-pattern", E, "A regular expression takes very long on some messages.",
         "Anyone can write a message on which it would never end, and the inbox would stop there.",
         "Do not repeat a group that holds another repetition of the same characters. `words:` is often enough.",
         "pattern: 'order #\\d+'"),
)  # fmt: skip
