"""What the bot says when it comes: to a server that added it, to a channel where it answers everything.

And to whoever is new to it: how to ask, and what they may try.
"""

from bot.texts.languages.catalogue import _

SERVER = _(
    "Hello, I'm **{name}**. Mention me ({mention}) with a question, or reply to one of my messages, and I "
    "answer here.\n"
    "- `/help` shows what you can do.\n"
    "- I keep what is said to me, my answers, and everything said in threads that I'm in and in channels "
    "where I answer every message. `/privacy export` gives you what I store about you, `/privacy delete` "
    "deletes it."
)
SERVER_BY_MENTIONS = _(
    "Hello, I'm **{name}**. Mention me ({mention}) with a question, or reply to one of my messages, and I "
    "answer here.\n"
    "- `/help` shows what you can do.\n"
    "- I get no other messages than those that mention me or reply to me, in threads too.\n"
    "- I keep what is said to me, and my answers. `/privacy export` gives you what I store about you, "
    "`/privacy delete` deletes it."
)
AUTO = (
    _(
        "From now on I read every message in this channel, store it, and answer it. With `/privacy ignore "
        "on` I leave out what you don't say to me; `/privacy delete` deletes what I store about you."
    ),
    _(
        "From now on I read every message in this server's channels, store it, and answer it. With "
        "`/privacy ignore on` I leave out what you don't say to me; `/privacy delete` deletes what I store "
        "about you."
    ),
)

NEWCOMER = _(
    "Nice to meet you. Mention me with a question, or try one of these. `/help` shows what you can do here."
)
NEWCOMER_DIRECTLY = _(
    "Nice to meet you. Just ask me something, or try one of these. `/help` shows what you can do here."
)
TO_TRY = (
    _("What can you help me with?"),
    _("Explain black holes to a ten-year-old"),
    _("Write a short birthday wish for a friend"),
)
ASKS = _("**{name}** asks: {question}")
