"""English."""

THOUSANDS = ","

NOUNS = {
    "posts": ("post", "posts"),
    "drafts": ("draft", "drafts"),
    "days": ("day", "days"),
    "hours": ("hour", "hours"),
    "deliveries": ("delivery", "deliveries"),
}

SENTENCES = {
    "week-free": "The plan names no number of posts a week.",
    "week-short": "The week of {week} has {have} of {wanted:posts}.",
    "week-short-drafts": "The week of {week} has {have} of {wanted:posts} ready, and {drafts:drafts}.",
    "week-missed": "In the week of {week}, {have} of {wanted:posts} went out.",
    "week-none": "The plan asks for nothing this week and the next.",
    "week-done": "This week has what the plan asks for, {have:posts} sent, and the next one will.",
    "week-full": "This week and the next have {have:posts}; the plan asks for {wanted}.",
    "pillar-few": "{of:posts} with a pillar in these weeks: too few to compare.",
    "pillar-none": "None of {of:posts} is about it; the plan asks for {share}%, which would be {wanted}.",
    "pillar-hit": "{posts} of {of:posts}, {percent}%, as the plan asks.",
    "pillar-near": "{posts} of {of:posts}, {percent}%; the plan asks for {share}%.",
    "pillar-little": (
        "Too little: {posts} of {of:posts}, {percent}%; the plan asks for {share}%, which would be {wanted}."
    ),
    "pillar-much": (
        "Too much: {posts} of {of:posts}, {percent}%; the plan asks for {share}%, which would be {wanted}."
    ),
    "campaign-nothing": "It is over, and had no post.",
    "campaign-missed": "It is over, and {lost} of {of:posts} did not go out.",
    "campaign-hit": "It is over, and all went out: {sent:posts}.",
    "campaign-far": "It starts in {ahead:days}; there is no post yet.",
    "campaign-empty": "It starts in {ahead:days} and has no post.",
    "campaign-unready": "It starts in {ahead:days}, and nothing of its {posts:posts} is ready.",
    "campaign-coming": "It starts in {ahead:days}: {ready:posts} ready, {drafts:drafts}.",
    "campaign-bare": "It is running and has no post.",
    "campaign-lost": (
        "{lost:posts} did not go out, or will not as it stands; {sent} sent, {scheduled} to come, {drafts:drafts}."
    ),
    "campaign-dry": "{left:days} are left, and nothing more is planned; {sent:posts} went out.",
    "campaign-until": "{left:days} to go: {sent} sent, {scheduled} to come, {drafts:drafts}.",
    "campaign-endless": "It has no end: {sent} sent, {scheduled} to come, {drafts:drafts}.",
    "campaign-running": "Day {day} of {days}: {sent} sent, {scheduled} to come, {drafts:drafts}.",
    "goal-hit": "{number} on {day}: the target, {target}, is reached.",
    "goal-blind": "Its day is over, and nobody wrote down a reading.",
    "goal-unread": "Nobody wrote down a reading yet.",
    "goal-missed": "{number} on {day}, the last reading; {target} were to be reached by {by}.",
    "goal-stale": "The last reading, {number}, is of {day}: older than two weeks.",
    "goal-behind": "{number} on {day}; {line} would be on the way to {target} by {by}.",
    "goal-ahead": "{number} on {day}; {line} is on the way to {target} by {by}.",
    "run-never": "No publishing run has left a sign of life yet.",
    "run-now": "Publishing runs: the last sign of life is less than an hour old.",
    "run-fresh": "Publishing runs: the last sign of life is {hours:hours} old.",
    "run-stale": "The last sign of life of a publishing run is {hours:hours} old; they leave one every three hours.",
    "run-stale-days": (
        "The last sign of life of a publishing run is {days:days} old; they leave one every three hours."
    ),
    "stopped": "Publishing has been stopped since {at}, until a person resumes it: {reason}",
    "next": "Next: {post} on {account}, {at}.",
    "next-none": "Nothing is scheduled.",
    "overdue": "Overdue for more than an hour: {number:deliveries}, first {post} on {account}, {at}.",
    "failed": "Failed: {number:deliveries}, first {post} on {account}, {at}.",
    "unsure": "Perhaps out, perhaps not: {number:deliveries}, first {post} on {account}, {at}.",
    "missed": "Missed in the last seven days: {number:deliveries}, first {post} on {account}, {at}.",
    "missed-before": "Missed earlier: {number:deliveries}, first {post} on {account}, {at}.",
    "unapproved": "Not approved, and due soon: {number:deliveries}, first {post} on {account}, {at}.",
    "by-hand": "To post by hand: {number:deliveries}, first {post} on {account}, {at}.",
    "held": "Due and kept back, by an error, a stop or a pause: {number:deliveries}, first {post} on {account}, {at}.",
    "blocked": (
        "Kept back by errors or a pause within seven days: {number:deliveries}, first {post} on {account}, {at}."
    ),
    "blocked-later": "Kept back by errors later on: {number:deliveries}, first {post} on {account}, {at}.",
    "token-ended": "The token of {account} ended on {day}: the network will refuse posts until there is a new one.",
    "token-ends": "The token of {account} ends on {day}, in {left:days}: make a new one before.",
}

PAGE = {
    "OnTrack": "On track",
    "AtRisk": "At risk",
    "Hit": "Hit",
    "Missed": "Missed",
    "title": "Plan",
    "look": "Worth a look",
    "all well": "Everything the plan asks for is on track.",
    "accounts": "Accounts",
    "pillars": "Pillars",
    "campaigns": "Campaigns",
    "goals": "Goals",
    "free": "Free slots",
    "in words": "The plan in words",
    "on this page": "On this page",
    "account": "account",
    "pillar": "pillar",
    "campaign": "campaign",
    "goal": "goal",
    "a week": "{} a week",
    "audience": "For",
    "tone": "Tone",
    "slots": "Usual times",
    "of the posts": "of the posts, last four weeks and ahead",
    "asked": "the plan asks for",
    "no number": "no number asked",
    "nothing": "nothing to compare",
    "percent": "{}%",
    "weeks": "Eight weeks back, eight ahead",
    "by week": "Weeks",
    "by week how": "Sent and scheduled, of what the plan asks for; * is this week.",
    "in numbers": "Week by week",
    "week of": "Week of",
    "now": "this week",
    "planned": "planned",
    "sent": "sent",
    "scheduled": "scheduled",
    "drafts": "drafts",
    "held": "kept back",
    "missed": "missed",
    "failed": "failed",
    "unsure": "unsure",
    "lost": "lost",
    "silence": "Silent for {} between {} and {}",
    "crowd": "{} on {}",
    "uneven": "Silences and crowded days",
    "gaps": "Long silences",
    "crowds": "Crowded days",
    "free how": "Usual times of the next four weeks that no post has taken.",
    "free none": "No usual time is free in the next four weeks.",
    "new": "New post",
    "more free": "and {} more",
    "readings": "Readings",
    "target": "target",
    "by": "by",
    "line": "on the line",
    "day": "day",
    "number": "number",
    "health": "How publishing is doing",
    "fine": "fine",
    "notice": "to know",
    "alarm": "to do",
    "pauses": "Pauses",
    "from to": "{} to {}",
    "open end": "no dates",
}


def single(number: int) -> bool:
    return number == 1


def typeset(sentence: str) -> str:
    return sentence
