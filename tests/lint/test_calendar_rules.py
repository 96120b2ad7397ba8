"""Rules between posts, and between posts and what was already sent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cmflow import lint, problems
from cmflow.model import Account, Delivery, Entry, Key, Plan, Planned, Problem, Receipt, Rules, State, Status

NINE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACCOUNTS = (Account("x-en", "x"), Account("team", "mastodon", min_gap=timedelta(hours=2)))
PLAN = Plan("cmflow", "Europe/Paris", "en", ACCOUNTS, rules=Rules(min_gap=timedelta(minutes=30)))


def entry(name: str, due: datetime = NINE, accounts: tuple[str, ...] = ("x-en",), **changes: object) -> Entry:
    """A ready post; every one says something different."""
    planned = tuple(
        Planned(name, account, due, HOUR, f"digest {name}", f"text {name}", 1, name) for account in accounts
    )
    made = Entry(f"content/posts/{name}.md", name, name, due, Status.READY, planned=planned)
    return replace(made, **changes)  # type: ignore[arg-type]


def saying(entry: Entry, text: str) -> Entry:
    return replace(entry, planned=tuple(replace(planned, text_digest=text) for planned in entry.planned))


def sent(
    post: str, account: str = "x-en", state: State = State.SENT, digest: str = "", due: datetime = NINE
) -> Delivery:
    return Delivery(post, account, state, due, digest=digest or f"digest {post}")


def calendar(*entries: Entry, sent: tuple[Delivery, ...] = (), plan: Plan = PLAN) -> tuple[Problem, ...]:
    return problems.sort(lint.calendar(entries, plan, {Key(each.post, each.account): each for each in sent}))


def test_an_empty_calendar() -> None:
    assert calendar() == ()


def test_duplicate_ids_name_each_other() -> None:
    first, second = entry("One"), replace(entry("b", NINE + HOUR), id="oNE")
    hint = "Give one of them another `id:`."
    assert calendar(first, second, entry("two", NINE + 2 * HOUR)) == (
        Problem(first.path, 1, "duplicate-id", "The id “One” is also that of content/posts/b.md.", hint),
        Problem(second.path, 1, "duplicate-id", "The id “oNE” is also that of content/posts/One.md.", hint),
    )


def test_ids_that_differ_only_in_how_an_accent_is_written_are_the_same() -> None:
    found = calendar(entry("caf\u00e9"), entry("cafe\u0301", NINE + HOUR))
    assert [problem.code for problem in found] == ["duplicate-id", "duplicate-id"]


def test_the_id_of_a_post_that_could_not_be_read_is_not_compared() -> None:
    assert calendar(entry("a"), Entry("content/posts/2027/a.md", "a")) == ()


@pytest.mark.parametrize(
    ("hours", "code", "apart"),
    [
        (0, "same-text", ""),
        (23, "same-text", ""),
        (24, "same-text", ", 1 day apart"),
        (71, "same-text", ", 2 days apart"),
        (72, "repeated-text", ", 3 days apart"),
        (90 * 24 - 1, "repeated-text", ", 89 days apart"),
        (90 * 24, "", ""),
    ],
)
def test_the_same_text_on_the_same_account(hours: int, code: str, apart: str) -> None:
    first, second = saying(entry("a"), "same"), saying(entry("b", NINE + hours * HOUR, ("x-en", "team")), "same")
    hint = "Change one of them, or remove the account from one."
    message = f"It has exactly the same text as content/posts/a.md{apart}."
    expected = (Problem(second.path, 1, code, message, hint, "x-en"),) if code else ()
    others = [each for each in calendar(second, first) if each.code != "min-gap"]
    assert others == list(expected)
    assert calendar(second, first, sent=(sent("b", digest="digest b", due=second.planned[0].due),)) == ()
    assert calendar(saying(first, ""), saying(second, "")) == () or hours == 0


def test_of_several_that_say_the_same_each_is_compared_with_the_nearest() -> None:
    days = {"a": 0, "b": 100, "c": 101, "d": 150, "e": 260}
    found = calendar(*(saying(entry(name, NINE + 24 * day * HOUR), "same") for name, day in days.items()))
    assert [(each.path[-4], each.code, each.message.rpartition("/")[2][:-1]) for each in found] == [
        ("c", "same-text", "b.md, 1 day apart"),
        ("d", "repeated-text", "c.md, 49 days apart"),
    ]


def test_what_does_not_go_out_as_it_stands_is_compared_with_nothing() -> None:
    """One mistake, one finding: a copy with a bad tag is not also too close to what it was copied from."""
    good, copy = saying(entry("b"), "same"), saying(entry("a"), "same")
    broken = replace(copy, planned=tuple(replace(each, blocked=True) for each in copy.planned))
    assert calendar(good, broken) == ()
    assert {each.code for each in calendar(good, copy)} == {"same-text", "min-gap"}


def test_pictures_without_words_do_not_say_the_same() -> None:
    silent = [replace(saying(each, "same"), planned=()) for each in (entry("a"), entry("b", NINE + HOUR))]
    planned = Planned("a", "x-en", NINE, HOUR, "digest", "same")
    assert (
        calendar(*(replace(each, planned=(replace(planned, due=NINE + n * HOUR),)) for n, each in enumerate(silent)))
        == ()
    )


def test_a_draft_and_not_the_ready_post_has_the_problem() -> None:
    draft = replace(saying(entry("a"), "same"), status=Status.DRAFT)
    found = calendar(draft, saying(entry("b", NINE + HOUR), "same"))
    assert [(each.path, each.code) for each in found] == [(draft.path, "same-text")]


def test_posts_too_close_to_each_other() -> None:
    first = entry("a", accounts=("x-en", "team"))
    second = entry("b", NINE + timedelta(minutes=29), ("x-en",))
    third = entry("c", NINE + timedelta(minutes=90), ("x-en", "team"))
    assert calendar(third, second, first) == (
        Problem(
            second.path,
            1,
            "min-gap",
            "It is due 29 min after content/posts/a.md; the plan asks for 30 min.",
            "Move one of them.",
            "x-en",
        ),
        Problem(
            third.path,
            1,
            "min-gap",
            "It is due 1 h 30 min after content/posts/a.md; the plan asks for 2 h.",
            "Move one of them.",
            "team",
        ),
    )


def test_two_posts_at_once_and_an_account_that_the_plan_lost() -> None:
    found = calendar(entry("a", accounts=("gone",)), entry("b", accounts=("gone",)))
    assert [(each.path, each.message) for each in found] == [
        ("content/posts/b.md", "It is due 0 min after content/posts/a.md; the plan asks for 30 min.")
    ]


def test_nothing_is_asked_of_what_is_out_or_history() -> None:
    first, second = entry("a"), entry("b", NINE + timedelta(minutes=1))
    assert calendar(first, second, sent=(sent("b"),)) == ()
    assert calendar(first, second, plan=replace(PLAN, since=date(2026, 12, 2))) == ()
    assert len(calendar(first, second, plan=replace(PLAN, since=date(2026, 12, 1)))) == 1


def test_a_post_that_needs_one_that_is_not_there() -> None:
    post = entry("b", refers=(("quote", "a", 7), ("reply_to", "https://social.example/@a/1", 8)))
    assert calendar(post) == (
        Problem(post.path, 7, "unknown-post", "quote: the post “a” does not exist.", "Correct the id."),
    )


def test_a_post_that_needs_one_on_the_same_account_before_it() -> None:
    post = entry("b", NINE + HOUR, ("x-en", "team"), refers=(("reply_to", "a", 7),))
    hint = "Publish it on this account earlier, give its address on the network, or remove the account."
    assert calendar(post, entry("a", accounts=("x-en", "team")), plan=replace(PLAN, accounts=())) == ()
    assert calendar(post, entry("a")) == (
        Problem(post.path, 7, "unknown-post", "reply_to: “a” does not go there.", hint, "team"),
    )
    late = entry("a", NINE + 3 * HOUR, ("x-en", "team"))
    assert calendar(post, late, sent=(sent("a"),)) == (
        Problem(post.path, 7, "unknown-post", "reply_to: “a” goes there only on 2026-12-01 13:00.", hint, "team"),
    )


def test_a_post_that_needs_a_draft() -> None:
    post, draft = entry("b", NINE + HOUR, refers=(("quote", "a", 7),)), entry("a", status=Status.DRAFT)
    assert [each.message for each in calendar(post, draft)] == ["quote: “a” is a draft."]
    assert calendar(replace(post, status=Status.DRAFT), draft) == ()


def test_a_post_that_needs_one_from_before_cmflow() -> None:
    post = entry("b", NINE + 24 * HOUR, refers=(("repost", "a", 7),))
    message = "repost: “a” is older than the plan's `since`, so its address on the network is not known."
    assert [each.message for each in calendar(post, entry("a"), plan=replace(PLAN, since=date(2026, 12, 2)))] == [
        message
    ]


def test_a_published_post_that_was_edited() -> None:
    post = entry("a", accounts=("x-en", "team"))
    hint = "A published post is not changed. Edit it on the network, or write a new post."
    message = "It would now look different from what was published on x-en, team."
    changed = (sent("a", digest="old"), sent("a", "team", digest="old"))
    assert calendar(post, sent=changed) == (Problem(post.path, 1, "delivered-edited", message, hint),)
    assert calendar(post, sent=(sent("a"), sent("a", "team", State.MISSED, "old"))) == ()


MOVED = "It was sent to {} on 2026-12-01: it will not be published there again on 2026-12-20."
COPY = (
    "Set the date back to 2026-12-01, and copy the file for another post. "
    "To publish this one again: cmflow publish --again a x-en"
)


def test_a_published_post_with_another_date() -> None:
    post = entry("a", NINE + timedelta(days=19))
    assert calendar(post, sent=(sent("a"),)) == (Problem(post.path, 1, "delivered-moved", MOVED.format("x-en"), COPY),)
    assert calendar(entry("a", NINE + HOUR), sent=(sent("a"),)) == ()  # the same day: nobody is misled


def test_the_file_of_a_published_post_used_for_another() -> None:
    post = entry("a", NINE + timedelta(days=19))
    expected = Problem(post.path, 1, "sent-already", MOVED.format("x-en"), COPY)
    assert calendar(post, sent=(sent("a", digest="old"),)) == (expected,)


def test_a_published_post_that_another_account_is_still_to_get() -> None:
    post = entry("a", NINE + timedelta(days=19), ("x-en", "team"))
    expected = Problem(post.path, 1, "delivered-moved", MOVED.format("x-en"), COPY)
    assert calendar(post, sent=(sent("a", digest="old"),)) == (expected,)


def test_what_is_sent_takes_no_room_on_the_date_it_was_given_since() -> None:
    moved, other = entry("a", NINE + timedelta(days=19)), entry("b", NINE + timedelta(days=19))
    assert [each.code for each in calendar(moved, other, sent=(sent("a"),))] == ["delivered-moved"]


@pytest.mark.parametrize("state", [State.SENT, State.SENDING, State.UNSURE])
def test_a_published_post_that_has_another_id(state: State) -> None:
    post = entry("new", NINE + HOUR)
    expected = Problem(
        post.path,
        1,
        "delivered-renamed",
        "It looks like “old”, which is already published; as “new” it would be published again.",
        "Write `id: old` into its front matter.",
    )
    assert calendar(post, sent=(sent("old", state=state, digest="digest new"),)) == (expected,)
    assert calendar(post, sent=(sent("old", state=state, due=NINE + HOUR),)) == (expected,)


def test_a_deleted_post_is_no_renamed_one() -> None:
    post = entry("new", NINE + HOUR)
    assert calendar(post, sent=(sent("old"),)) == ()
    assert calendar(post, sent=(sent("old", state=State.MISSED, digest="digest new"),)) == ()
    assert calendar(post, sent=(sent("old", digest="digest new"), sent("new"))) == ()


OLD = replace(sent("new", "mast"), digest="")
HERE = PLAN.accounts[0].destination


def renamed(*deliveries: Delivery, place: str = "", was: str = "") -> list[tuple[str, str]]:
    """What is said of a fresh post where the ledger holds these, all of which went to that place."""
    accounts = (replace(PLAN.accounts[0], was=was), *PLAN.accounts[1:])
    known = {Key(each.post, each.account): each for each in deliveries}
    former = dict.fromkeys(known, place)
    problems = lint.calendar([entry("new", NINE + HOUR)], replace(PLAN, accounts=accounts), known, former)
    return [(each.code, each.account) for each in problems]


@pytest.mark.parametrize("state", [State.SENT, State.SENDING, State.UNSURE])
def test_an_account_that_has_another_name(state: State) -> None:
    name = PLAN.accounts[0].name
    expected = [("account-renamed", name)]
    same_post = replace(OLD, state=state)
    same_text = replace(OLD, post="old", digest="digest new", state=state)
    same_minute = replace(OLD, post="old", due=NINE + HOUR, state=state)
    for old in (same_post, same_text, same_minute):
        assert renamed(old)[-1:] == renamed(old, place=HERE)[-1:] == expected
        assert "account-renamed" not in dict(renamed(old, place="mastodon instance=https://elsewhere.example"))
        assert "account-renamed" not in dict(renamed(old, was="mast"))
        assert "account-renamed" not in dict(renamed(old, was="new"))
        assert "account-renamed" in dict(renamed(old, was="somebody"))
    assert renamed(replace(OLD, state=State.MISSED)) == []
    assert renamed(replace(OLD, post="old")) == []


def test_what_is_said_of_a_renamed_account() -> None:
    post, known = entry("new", NINE + HOUR), {Key("new", "mast"): OLD}
    (problem,) = lint.calendar([post], PLAN, known, {})
    name = PLAN.accounts[0].name
    assert problem == Problem(
        post.path,
        1,
        "account-renamed",
        f"It is already published there: “{name}” looks like “mast” by another name.",
        "Write `was: mast` below the account in the plan; `was: new` if it is another account.",
        name,
    )


def test_names_that_two_accounts_have_exchanged() -> None:
    """What went to the place of the one went out under the name that the other one has now."""
    first, second = PLAN.accounts[0], PLAN.accounts[1]
    known = {Key("new", second.name): sent("new", second.name)}
    post = entry("new", NINE + HOUR)
    for place, codes in ((first.destination, ["account-renamed"]), (second.destination, []), ("", [])):
        problems = lint.calendar([post], PLAN, known, {Key("new", second.name): place})
        assert [each.code for each in problems if each.code == "account-renamed"] == codes


def test_a_thread_that_got_half_way_counts_as_out() -> None:
    half = replace(sent("old", state=State.FAILED, digest="digest new"), receipts=(Receipt(0, "1", "", NINE),))
    assert [each.code for each in calendar(entry("new"), sent=(half,))] == ["delivered-renamed"]


def test_an_account_without_a_gap_may_post_twice_a_minute() -> None:
    """`min_gap: 0m` is a wish like any other, not the absence of one."""
    free = replace(PLAN, accounts=tuple(replace(each, min_gap=timedelta(0)) for each in PLAN.accounts))
    assert free.gap(free.accounts[0].name) == timedelta(0)
    assert PLAN.gap("somebody else") == PLAN.rules.min_gap


def test_what_a_pause_keeps_back_is_said_once_for_each_pause() -> None:
    one = entry("one", accounts=("x-en", "team"))
    held = replace(one, planned=tuple(replace(each, held="its date is in the pause p") for each in one.planned))
    hint = "Give it another date, or set `ignore_pauses: yes` to publish it anyway."
    message = "It is on hold on {}: its date is in the pause p."
    assert calendar(held) == (Problem(held.path, 1, "in-pause", message.format("x-en, team"), hint),)
    assert calendar(held, sent=(sent("one"),)) == (Problem(held.path, 1, "in-pause", message.format("team"), hint),)
    for state in (State.SKIPPED, State.MISSED, State.SENDING):
        assert calendar(held, sent=(sent("one", state=state), sent("one", "team", state))) == ()
    moved = sent("one", state=State.MISSED, due=NINE - HOUR)
    assert [each.message for each in calendar(held, sent=(moved,))] == [message.format("x-en, team")]
    assert calendar(held, plan=replace(PLAN, since=date(2026, 12, 2))) == ()
