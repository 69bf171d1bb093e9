"""What /help says, beside what holds in a place and the commands' own words."""

TITLE = "What you can do here"
GOES_ON = "What you can do here, continued"
IN_SERVER = (
    "- **Ask:** mention me, or reply to me. In a thread that I'm in, just write.",
    "- **Add files:** pictures, PDFs, Office files, text and code go with your question.",
    "- **Edit** your newest question within 10 minutes, and I answer it again.",
    "- **Buttons** under an answer stop it, redo it, or go on with it.",
    "- **Right-click a message** (on a phone: press it long), Apps, to ask about it.",
)
DIRECTLY = (
    "- **Ask:** just write. I answer every message here.",
    *IN_SERVER[1:],
)
HERE = "What holds here"
PERSONA = "I have a persona here; /persona show shows it."
NO_PERSONA = "I have no persona here."
FOR_ALL = "Everyone can use me here."
LIMITED = "Not everyone can use me: the server or the bot's owner keeps lists."
COMMANDS = "Commands that you can use here"
COMMAND = "`{name}` {about}"
MENUS = "In a message's menu, under Apps: {names}"
MORE = "More"
HINT = "`/help` shows what you can do here."
