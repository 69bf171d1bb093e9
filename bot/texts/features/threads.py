"""What is read of threads: the button that leads into one, what commands say of them, and their titles."""

from bot.texts.languages.catalogue import _

CONTINUE_IN_THREAD = _("Continue in a thread")
OPENED = _("Your thread is ready: <#{thread}>")
THERE_ALREADY = _("This already has a thread: <#{thread}>")
BEGINS = _("-# No need to mention me in this thread. /new starts a new conversation.")
BEGINS_WITH_MENTIONS = _(
    "-# Mention me when you ask something in this thread. /new starts a new conversation."
)
ONLY_MENTIONS = _("Only when mentioned")
EVERYTHING = _("Answer everything")
QUIET = _("-# In this thread I now answer only when someone mentions me or replies to me.")
UNTITLED = _("Conversation with {name}")

# Why there is none.
NO_THREADS_HERE = _("There are no threads in this place. In a text channel I can open one.")
IN_ONE_ALREADY = _("This is a thread already. /new starts a new conversation here.")
SWITCHED_OFF = _(
    "Threads are switched off here. Someone who manages this channel can change that with /threads set."
)
LACKS = _("I can't open a thread here: I need the permission {permission} in this channel.")
TOO_MANY = _(
    "This server has as many open threads as Discord allows. Someone who manages threads can close some; "
    "then try again."
)
MESSAGE_GONE = _("This message has been deleted, so I can't open a thread from it.")
THREAD_GONE = _(
    "The thread of this answer was deleted, and Discord opens no second one from it. /thread opens a new one."
)
NOT_TAKEN = _("Discord isn't letting me open a thread right now. Try again in a moment.")
REFUSED = _("Discord didn't let me open a thread here. Whoever manages this server can find out why.")

# A fresh start.
STARTED = _(
    "A new conversation starts here. What was said before stays in the history, but I no longer go by it. "
    "You can undo this for 10 minutes."
)
STARTED_BY = _(
    "{name} started a new conversation here. What was said before stays in the history, but I no longer go "
    "by it."
)
NOTHING_BEFORE = _("This already is a new conversation.")
OPENER_OR_PERMISSION = _(
    "Only the person who opened this thread, or someone with {permission}, can start a new conversation in "
    "it. /thread in the channel opens one of your own."
)

# Quieting one.
OPENER_OR_PERMISSION_QUIETS = _(
    "Only the person who opened this thread, or someone with {permission}, can change this."
)
