"""What /help says, beside what holds in a place and the commands' own words."""

from bot.texts.languages.catalogue import _

TITLE = _("What you can do here")
GOES_ON = _("What you can do here, continued")
IN_SERVER = (
    _("- **Ask:** mention me, or reply to me. In a thread that I'm in, just write."),
    _("- **Add files:** pictures, PDFs, Office files, text and code go with your question."),
    _("- **Edit** your newest question within 10 minutes, and I answer it again."),
    _("- **Buttons** under an answer stop it, redo it, or go on with it."),
    _("- **👀** on your question means that others are ahead of you. I answer when it is your turn."),
    _("- **Right-click a message** (on a phone: hold it), then Apps, to ask about it."),
)
BY_MENTIONS = (
    _("- **Ask:** mention me, or reply to me, in threads too."),
    *IN_SERVER[1:],
)
DIRECTLY = (
    _("- **Ask:** just write. I answer every message here."),
    *IN_SERVER[1:],
)
DOCS = _("- **More** is in [the documentation]({link}).")
CANT_WRITE = _("I can't write in this channel, so mentions get no answer. `/ask` works here all the same.")
HERE = _("What holds here")
PERSONA = _("I have a persona here; /persona show shows it.")
NO_PERSONA = _("I have no persona here.")
FOR_ALL = _("Everyone can use me here.")
LIMITED = _("Not everyone can use me: the server or the bot's owner limits who can.")
COMMANDS = _("Commands that you can use here")
COMMAND = "`{name}` {about}"
MENUS = _("In a message's menu, under Apps: {names}")
MORE = _("More")
UNREAD = _(
    "I can't read this: I only get messages that mention me, or that reply to me with the mention "
    "switched on."
)
HINT = _("`/help` shows what you can do here.")
