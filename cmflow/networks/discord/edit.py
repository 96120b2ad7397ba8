"""Giving the files of a published message other alt texts."""

from cmflow.model import Receipt, Remote
from cmflow.model.errors import Rejected
from cmflow.netkit.answers import document, objects
from cmflow.netkit.errors import other_files
from cmflow.networks.discord import content
from cmflow.networks.discord.call import Discord


def describe(discord: Discord, receipt: Receipt, alts: tuple[str, ...]) -> Remote:
    """Name every file of the message, with its alt text: one that is not named would be removed."""
    number = receipt.id or content.referenced(receipt.url, {}, discord.channel)[1]
    answer = discord.ask("GET", discord.messages(number), (404,), params=discord.query())
    if not answer.is_success:
        raise Rejected("The message is not there.", "It may have been deleted: see cmflow unpublish --by-hand.")
    message = document(answer)
    files = objects(message.get("attachments")) if isinstance(message, dict) else None
    if files is None or len(files) != len(alts):
        raise other_files(receipt.url, len(files or ()), len(alts))
    if tuple(str(file.get("description") or "") for file in files) != alts:
        named = [{"id": str(file["id"]), "description": alt} for file, alt in zip(files, alts, strict=True)]
        discord.write("PATCH", discord.messages(number), params=discord.query(), json={"attachments": named})
    return Remote(receipt.id, receipt.url)
