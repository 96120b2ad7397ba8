"""How many people are in the chat: all that the Bot API tells whenever it is asked. It has no views, and reactions come
to a bot once, as they change."""

from cmflow.netkit.network import Figures
from cmflow.networks.telegram.call import Bot

MEMBERS = "getChatMemberCount"


def account_metrics(bot: Bot) -> Figures:
    count = bot.ask(MEMBERS, {"chat_id": bot.chat})
    return {MEMBERS: count if isinstance(count, int) and not isinstance(count, bool) else None}
