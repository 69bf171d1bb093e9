"""What the bot says when it comes: to a server that added it, to a channel where it answers everything."""

from bot.texts.languages.catalogue import _

SERVER = _(
    "Hello, I'm **{name}**. Mention me ({mention}) with a question, or reply to one of my messages, and I "
    "answer here.\n"
    "- `/help` shows what you can do.\n"
    "- I keep what is said to me, my answers, and what is said in threads that I'm in or where I answer "
    "everything. `/privacy export` gives you what I store about you, `/privacy delete` deletes it."
)
AUTO = (
    _(
        "From now on I read every message in this channel, store it, and answer it. `/privacy ignore on` has "
        "me leave out what you don't say to me, `/privacy delete` deletes what I store about you."
    ),
    _(
        "From now on I read every message in this server's channels, store it, and answer it. "
        "`/privacy ignore on` has me leave out what you don't say to me, `/privacy delete` deletes what I "
        "store about you."
    ),
)
