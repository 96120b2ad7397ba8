"""LinkedIn, as a person, or as the `organization` that the plan names.

LinkedIn keeps no key. It refuses the same text again as a duplicate, and names the post that it has; for an
organisation, `find` looks in the list of its posts. The posts of a person cannot be listed: there, a person settles.

LinkedIn publishes no description for machines; what is used here is in the docs that each file names.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cmflow.model import Account, Visibility
from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import Either, OAuth2
from cmflow.netkit.network import Handle, Network, Option, later
from cmflow.networks.linkedin.facts import COMMENT_LENGTH, DURATIONS, ORGANISATION_URN, VERSION
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    from cmflow.networks.linkedin.call import LinkedIn, post_urn
    from cmflow.networks.linkedin.inbox import find_reply, inbox, reply
    from cmflow.networks.linkedin.metrics import account_metrics, metrics
    from cmflow.networks.linkedin.post import connect, delete, publish, verify
    from cmflow.networks.linkedin.timeline import find
else:
    find_reply, inbox, reply = later("cmflow.networks.linkedin.inbox", "find_reply", "inbox", "reply")
    account_metrics, metrics = later("cmflow.networks.linkedin.metrics", "account_metrics", "metrics")
    connect, delete, publish, verify = later("cmflow.networks.linkedin.post", "connect", "delete", "publish", "verify")
    (find,) = later("cmflow.networks.linkedin.timeline", "find")
    (post_urn,) = later("cmflow.networks.linkedin.call", "post_urn")

READ = date(2026, 11, 22)
POSTS = "LinkedIn Posts API docs"
IMAGES = "LinkedIn Images and MultiImage API docs"
VIDEOS = "LinkedIn Videos API docs"
DOCUMENTS = "LinkedIn Documents API docs"
POLLS = "LinkedIn Poll API docs"
COMMENTS = "LinkedIn Comments API docs"


def narrow(account: Account, limits: Limits) -> Limits:
    """An organisation has no connections: its posts are for everyone."""
    return replace(limits, visibility=(Visibility.PUBLIC,)) if account.option("organization") else limits


def _oauth(title: str, option: str, scopes: tuple[str, ...], steps: tuple[str, ...]) -> OAuth2:
    return OAuth2(
        authorise_url="https://www.linkedin.com/oauth/v2/authorization",
        token_url="https://www.linkedin.com/oauth/v2/accessToken",
        scopes=scopes,
        pkce=False,
        keeps="token",
        lifetime=timedelta(days=60),
        page="https://www.linkedin.com/developers/apps",
        steps=steps,
        title=title,
        option=option,
    )


AUTH = "Under “Auth”, add the redirect address below, and copy Client ID and Client Secret."
PERSON = _oauth(
    "a person",
    "",
    ("openid", "profile", "w_member_social"),
    (
        "Create an app. It must belong to a company page, whose administrator confirms this (“Settings”, “Verify”).",
        "Under “Products”, add “Share on LinkedIn” and “Sign In with LinkedIn using OpenID Connect”: both at once.",
        AUTH,
    ),
)
ORGANISATION = _oauth(
    "an organisation",
    "organization",
    (
        *("w_organization_social", "r_organization_social", "rw_organization_admin"),
        *("w_organization_social_feed", "r_organization_social_feed"),
    ),
    (
        "Create an app for the page of your organisation, and let its administrator confirm it (“Settings”, “Verify”).",
        "Under “Products”, request “Community Management API”, as its only product: LinkedIn reviews it.",
        AUTH,
        "Sign in as an administrator or content admin of the page, and name it in the plan: "
        "options: {organization: NUMBER}",
    ),
)

network: "Network[LinkedIn]" = Network(
    name="linkedin",
    title="LinkedIn",
    docs="https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api",
    domains=("linkedin.com", "lnkd.in"),
    composer="https://www.linkedin.com/feed/?shareActive=true",
    limits=Limits(
        text=(
            Measure(
                Limit(3_000, "characters", POSTS, READ, "with the escapes sent: not verified"), counting.code_points
            ),
        ),
        form=formats.little,
        address=lambda address: post_urn(address, {}),
        comment_text=Limit(COMMENT_LENGTH, "characters", COMMENTS, READ),
        comment=formats.plain,  # the API takes comments as plain characters
        find=plain.finder(hashtag=plain.LITTLE_HASHTAG, mention=plain.LITTLE_MENTION),
        thread=False,
        visibility=(Visibility.PUBLIC, Visibility.FOLLOWERS),
        refers=("quote", "repost"),
        media_types=("image/jpeg", "image/png", "image/gif", "video/mp4", "application/pdf"),
        documents=Limit(1, "documents", DOCUMENTS, READ, "its `alt` is the title that LinkedIn shows"),
        document_bytes=Limit(100_000_000, "bytes", DOCUMENTS, READ, "300 pages at most"),
        cards=True,
        images=Limit(20, "images", IMAGES, READ, "one alone, or 2 to 20"),
        image_pixels=Limit(36_152_320, "pixels", IMAGES, READ),
        videos=Limit(1, "videos", VIDEOS, READ),
        video_bytes=Limit(500_000_000, "bytes", VIDEOS, READ, "1:2.4 to 2.4:1"),
        video_seconds=Limit(1_800, "seconds", VIDEOS, READ),
        video_shortest=Limit(3, "seconds", VIDEOS, READ),
        video_ratio=Limit(240, "% of the shorter side", VIDEOS, READ, "between 1:2.4 and 2.4:1"),
        alt=Limit(1_000, "characters", "cmflow's own: LinkedIn publishes no number", READ),
        poll_multiple=False,
        poll_options=Limit(4, "options", POLLS, READ, "2 at least"),
        poll_option=Limit(30, "characters", POLLS, READ),
        poll_question=Limit(140, "characters", "third parties: not in LinkedIn's docs", READ),
        poll_shortest=Limit(1_440, "minutes", POLLS, READ, "1, 3, 7 or 14 days"),
        poll_longest=Limit(20_160, "minutes", POLLS, READ, "1, 3, 7 or 14 days"),
        poll_durations=tuple(DURATIONS),
        exclusions=(
            Exclusion("video", "image", POSTS, READ),
            Exclusion("video", "gif", POSTS, READ),
            *(Exclusion("document", kind, POSTS, READ) for kind in ("image", "gif", "video", "poll", "quote")),
            Exclusion("poll", "media", POLLS, READ),
            Exclusion("poll", "quote", POSTS, READ),
            Exclusion("quote", "media", POSTS, READ),
        ),
    ),
    options=(
        Option(
            "organization",
            "The number of the organisation that posts; without it, the person who signed in posts.",
            example="42",
            pattern=rf"(?:{ORGANISATION_URN})?\d+",
            kind="the number of an organisation on LinkedIn",
            place="Take it from the address of its admin page: linkedin.com/company/NUMBER/admin/",
        ),
        Option(
            "version",
            f"The API version to ask for, year and month; each works for about a year. Default: {VERSION}.",
            example=VERSION,
            pattern=r"20\d\d(?:0[1-9]|1[0-2])",
            kind="a version of LinkedIn's API, which is a year and a month",
            place=f'Write it in the plan as options: {{version: "{VERSION}"}}, or leave it out.',
        ),
    ),
    auth=Either((PERSON, ORGANISATION)),
    handle=Handle(r"urn:li:(?:organization|person|member):[A-Za-z0-9_-]+", "urn:li:organization:93660619"),
    narrow=narrow,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    verify=verify,
    metrics=metrics,
    account_metrics=account_metrics,
    batch=20,
    inbox=inbox,
    reply=reply,
    find_reply=find_reply,
    reply_limits=Limits(
        text=(Measure(Limit(COMMENT_LENGTH, "characters", COMMENTS, READ), counting.code_points),),
        form=formats.plain,
        find=plain.finder(hashtag=plain.HASHTAG),
        thread=False,
        refers=(),
    ),
)
