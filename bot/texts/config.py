"""What /config says: all that holds in a place, in lines that a phone has room for; and who set it."""

from bot.texts.languages.catalogue import N_, _, n_

ABOUT_CONFIG = N_("See and change all that is set here")
SETUP = _("Set up")

TITLE_HERE = _("What holds here")
TITLE_SERVER = _("What holds in this server")
ROW = "**{name}** · {source}\n{value}"
CHANGE = _("Change something…")
NOTHING_TO_CHANGE = _("-# You can see this, but not change it.")
FOR_HERE = _("This channel")
FOR_THREAD = _("This thread")
FOR_SERVER = _("Whole server")
BACK = _("Back")
OTHER = _("Other…")
WRITE = _("Write…")
TO_DEFAULT = _("Back to the default")
PREVIOUS = _("Previous")
NEXT = _("Next")
PICK = _("Pick…")
ROW_TITLE = "{name} · {scope}"
HOLDS = "{value}\n-# {source}"

# Where a value comes from.
FROM_CHANNEL = _("this channel")
FROM_THREAD = _("this thread")
FROM_PARENT = _("the channel")
FROM_SERVER = _("this server")
FROM_COMMUNITY = _("Discord's server settings")
FROM_OWNER = _("the bot's owner")
FROM_YOU = _("you")

# The rows beside the settings of a place by their names, and what each is about.
ROWS = {
    "language": _("Language"),
    "access": _("Who can use me"),
    "limits": _("Limits"),
    "notices": _("Notices to moderators"),
}
ABOUT = {
    "language": _("What I speak in this server. What only you can see is in your own language."),
    "access": _("Who can use me in this server, and in which channels. Denied wins over allowed."),
    "limits": _("How much may be spent in this server. With several roles, the largest limit counts."),
    "notices": _("Where moderators get my notices, such as what moderation held back."),
}
ACCESS_EVERYONE = _("Everyone, everywhere")
ACCESS_LISTS = _("Limited by lists")
NO_LIMITS = _("None")
LIMIT_SERVER = _("Server: {limit}")
LIMIT_PERSON = _("Person: {limit}")
LIMIT_TOTAL = _("Everywhere: {limit}")
LIMIT_ROLES = n_("{count} role has its own", "{count} roles have their own")
NOTICES_HERE = "<#{channel}>"
NOTICES_NOWHERE = _("Nowhere")
NOTICES_DELETED = _("Nowhere, since the channel was deleted")

# Forms.
FIELD_LIMIT = _("Limit (empty = none)")
NOT_A_NUMBER = _("Write a whole number from 0 to {most}.")
LIMIT_OF_SERVER = _("Everyone together…")
LIMIT_OF_PERSON = _("Each person…")
LIMIT_OF_ROLE = _("Each person with a role…")

# Who may.
MODE_ALLOW = _("Allow")
MODE_DENY = _("Deny")
MODE_UNLIST = _("Remove")
WHOM = {
    "allow": _("Allow a person or a role…"),
    "deny": _("Deny a person or a role…"),
    "unlist": _("Remove a person or a role…"),
}
WHERE = {
    "allow": _("Allow a channel or a category…"),
    "deny": _("Deny a channel or a category…"),
    "unlist": _("Remove a channel or a category…"),
}
TAKE_OFF_GONE = _("Remove what is gone…")
GONE = {"role": _("deleted role {id}"), "channel": _("deleted or hidden channel {id}")}
EMPTY_LISTS = _("Empty the lists")

# Notices.
SEND_HERE = _("This channel")

SPEAK = _("Speak {language} in this server")
STALE = _("This has changed since you opened it. It now shows what holds; look at it, then try again.")
LACKS = _(
    "-# I'm missing permissions here: {permissions}. Someone who manages this server can give them to my "
    "role, or [invite me again]({link})."
)
