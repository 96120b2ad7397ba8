"""Posting and commenting on LinkedIn, taking back, and saying who posts."""

from typing import TYPE_CHECKING, Any

from cmflow.model import Poll, Receipt, Remote, Visibility
from cmflow.model.errors import Denied, Rejected, Unsure
from cmflow.netkit import rest
from cmflow.netkit.answers import document, objects, text
from cmflow.netkit.errors import LOOK, unreadable
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.networks.linkedin import comment, files
from cmflow.networks.linkedin.call import (
    ADDRESS,
    ADVICE,
    ORGANISATION,
    PROTOCOL,
    LinkedIn,
    post_urn,
    remote,
    segment,
)
from cmflow.networks.linkedin.facts import DURATIONS, VERSION
from cmflow.render import formats, question

if TYPE_CHECKING:
    import httpx

POSTERS = ("ADMINISTRATOR", "CONTENT_ADMINISTRATOR")  # the roles that may post for an organisation
# There are no unlisted posts: `check` says that such a post is shown like any other.
AUDIENCE = {Visibility.PUBLIC: "PUBLIC", Visibility.UNLISTED: "PUBLIC", Visibility.FOLLOWERS: "CONNECTIONS"}
ROLE = "Ask an administrator of its page for the role of content admin, then try again."
Fields = dict[str, Any]


def connect(http: "httpx.Client", access: Access) -> LinkedIn:
    """For the organisation that the plan names, else for the person whose token it is."""
    account = access.account
    version = access.option("version") or VERSION
    number = access.option("organization").removeprefix(ORGANISATION)
    headers = (("LinkedIn-Version", version), ("X-Restli-Protocol-Version", PROTOCOL))
    api = rest.client(http, access, "LinkedIn", ADDRESS, headers=headers, advice=ADVICE)
    if number:
        return LinkedIn(api, ORGANISATION + number, f"organisation {number}", version, account.name)
    person = LinkedIn(api, "", "", version, account.name).ask("GET", "/v2/userinfo")
    if not text(person, "sub"):
        raise unreadable("LinkedIn")
    return LinkedIn(api, f"urn:li:person:{text(person, 'sub')}", text(person, "name"), version, account.name)


def publish(linkedin: LinkedIn, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    """The post with its first comment; what follows is below it as a comment, too."""
    if thread:
        return comment.publish(linkedin, message, thread[0].id)
    if message.variant.reply_to:
        raise Rejected("cmflow does not answer posts on LinkedIn.", "Leave this account out, or answer by hand.")
    if message.variant.first_comment:
        comment.check(message.variant.first_comment.form.body)
    answer = linkedin.write("POST", "/rest/posts", json=_body(linkedin, message))
    urn = answer.headers.get("x-restli-id", "")
    if not urn.startswith("urn:li:"):
        raise Unsure("LinkedIn answered without the id of the post.", LOOK)
    comment.publish_first(linkedin, message, remote(urn))
    return remote(urn)


def delete(linkedin: LinkedIn, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there."""
    if comment.is_one(receipt):
        return comment.delete(linkedin, receipt)
    urn = receipt.id or post_urn(receipt.url, {})
    linkedin.write("DELETE", f"/rest/posts/{segment(urn)}", (404,), headers={"X-RestLi-Method": "DELETE"})
    return None


def verify(linkedin: LinkedIn) -> Standing:
    """The person; or the organisation with our role. Denied where that role may not post."""
    if not linkedin.is_organisation:
        return Standing(f"{linkedin.name} on LinkedIn (it does not tell what the token may do)".lstrip())
    number = linkedin.author.removeprefix(ORGANISATION)
    about = linkedin.ask("GET", f"/rest/organizations/{number}", (403, 404))
    name = text(about, "localizedName") or linkedin.name
    roles = _roles(linkedin)
    if not any(role in POSTERS for role in roles):
        held = f" It has: {', '.join(roles)}." if roles else ""
        raise Denied(f"This sign-in has no role that may post for {name} on LinkedIn.{held}", ROLE)
    return Standing(f"{name} on LinkedIn", roles)


def _roles(linkedin: LinkedIn) -> tuple[str, ...]:
    """The roles that the person who signed in has at the organisation."""
    query = {"q": "roleAssignee", "state": "APPROVED", "count": "100"}
    answer = linkedin.ask("GET", "/rest/organizationAcls", params=query, headers={"X-RestLi-Method": "FINDER"})
    body = document(answer)
    elements = objects(body.get("elements")) if isinstance(body, dict) else None
    if elements is None:
        raise unreadable("LinkedIn")
    ours = [each for each in elements if each.get("organization") == linkedin.author]
    return tuple(sorted({str(each.get("role")) for each in ours if each.get("state", "APPROVED") == "APPROVED"}))


def _body(linkedin: LinkedIn, message: Outgoing) -> Fields:
    """What makes the post. Its media is uploaded first, and invisible until the post exists."""
    parent = _parent(message)
    commentary, content = message.part.form.body, _poll(message)
    if message.variant.poll:
        commentary = formats.little(question.divided(message.part.text)[1]).body
    elif message.part.media:
        content = files.content(linkedin, message)
    elif message.variant.link and not parent:
        content = _article(linkedin, message)
    return {
        "author": linkedin.author,
        "commentary": commentary,
        "visibility": AUDIENCE[message.variant.visibility],
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        **({"content": content} if content else {}),
        **({"reshareContext": {"parent": parent}} if parent else {}),
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }


def _parent(message: Outgoing) -> str:
    """The post that this one shares again, with or without words."""
    variant = message.variant
    parent = post_urn(variant.quote or variant.repost, dict(message.ids))
    if parent and (message.part.media or variant.poll):
        why = "A repost on LinkedIn cannot have pictures, videos or polls of its own."
        raise Rejected(why, "Give one of them a post of its own.")
    return parent


def _article(linkedin: LinkedIn, message: Outgoing) -> Fields:
    """LinkedIn looks at no page itself: the card shows what we say."""
    link, card, picture = message.variant.link, message.variant.card, message.card_picture
    title, description = (card.title, card.description.strip()) if card else ("", "")
    host = link.partition("://")[2].partition("/")[0]
    article = {"source": link, "title": title or message.variant.title or host}
    article |= {"description": description} if description else {}
    if card and card.picture and picture:
        article["thumbnail"] = files.image(linkedin, card.picture, picture)
    return {"article": article}


def _poll(message: Outgoing) -> Fields:
    poll = message.variant.poll
    if poll is None:
        return {}
    if message.part.media:
        raise Rejected("A poll on LinkedIn has no pictures or videos.", "Give one of them a post of its own.")
    if poll.multiple:
        raise Rejected(
            "A poll on LinkedIn allows only one choice.", "Remove `multiple` from the poll, or leave this out."
        )
    return {
        "poll": {
            "question": question.divided(message.part.text)[0],
            "options": [{"text": option} for option in poll.options],
            "settings": {"duration": _duration(poll)},
        }
    }


def _duration(poll: Poll) -> str:
    """The shortest that LinkedIn has, and that is long enough: `check` says so."""
    minutes = round(poll.duration.total_seconds() / 60)
    return next((name for duration, name in DURATIONS.items() if duration >= minutes), DURATIONS[max(DURATIONS)])
