"""What those read on Discord who manage a channel or a server: resets, settings, the log of both.

Exact terms, no exclamation marks: what holds now, and where.
"""

from bot.texts.languages.catalogue import _, n_

# Who changed what.
LOG_HERE = _("Changes here")
LOG_EMPTY = _("Nothing has been reset or changed here.")
LOG_SET = (
    _("{time} {actor} set {setting} to {value} here"),
    _("{time} {actor} set {setting} to {value} for the server"),
)
LOG_CLEARED = (
    _("{time} {actor} went back to the default {setting} here"),
    _("{time} {actor} went back to the default {setting} for the server"),
)
LOG_RESET = (
    _("{time} {actor} cleared {messages}, {tokens} here"),
    _("{time} {actor} cleared {messages}, {tokens} for the server"),
)
LOG_FRESH = (
    _("{time} {actor} started a new conversation, leaving out {messages}, {tokens}"),
) * 2  # never a server's
LOG_UNDO = (
    _("{time} {actor} brought back {messages}, {tokens} here"),
    _("{time} {actor} brought back {messages}, {tokens} for the server"),
)
LOG_ALLOWED = (_("{time} {actor} allowed {listed} here"), _("{time} {actor} allowed {listed} for the server"))
LOG_DENIED = (_("{time} {actor} denied {listed} here"), _("{time} {actor} denied {listed} for the server"))
LOG_UNLISTED = (
    _("{time} {actor} took {listed} off the access lists here"),
    _("{time} {actor} took {listed} off the access lists for the server"),
)
LOG_LISTS_CLEARED = (
    _("{time} {actor} cleared the access lists here"),
    _("{time} {actor} cleared the access lists for the server"),
)
LOG_LEGACY = "{time} {actor} · {words}"
LOG_NOBODY = _("someone whose data was deleted")
SETTINGS = {  # those of a place stand with their other words
    "language": _("language"),
    "limit_server": _("limit of the server"),
    "limit_person": _("limit of each person"),
    "limit_role": _("limit of each person with {role}"),
    "notices": _("notices channel"),
}
LISTED = {"user": "<@{id}>", "role": "<@&{id}>", "channel": "<#{id}>"}
EVERYBODY = "@everyone"
VALUE_ON = _("on")
VALUE_OFF = _("off")
VALUE_EMPTY = _("nothing")

# Resets.
NOTHING_TO_RESET = _("There is nothing to clear.")
RESET_CONFIRM = (
    _("Clear **{messages}** with **{tokens}** here? This can be undone for 10 minutes."),
    _(
        "Clear **{messages}** with **{tokens}** in every channel of this server? This can be undone for 10 "
        "minutes."
    ),
)
RESET_CONFIRM_KEEPING = (
    _(
        "Clear **{messages}** with **{tokens}** here, keeping the latest {exchanges}? This can be undone for "
        "10 minutes."
    ),
    _(
        "Clear **{messages}** with **{tokens}** in every channel of this server, keeping the latest "
        "{exchanges} of each? This can be undone for 10 minutes."
    ),
)
RESET = _("Reset")
CANCEL = _("Cancel")
CANCELLED = _("Nothing was changed.")
RESET_DONE = _("Cleared: {messages} with {tokens}.")
RESET_ANNOUNCED = (
    _("{name} cleared what I remember here.\n-# Moderators can undo this for 10 minutes with /history log."),
    _(
        "{name} cleared what I remember in every channel of this server.\n-# Moderators can undo this for "
        "10 minutes with /history log."
    ),
)
RESET_UNANNOUNCED = _("I couldn't post a note about it here.")
UNDO = _("Undo")
UNDO_ANNOUNCED = (
    _("{name} brought back what was cleared here."),
    _("{name} brought back what was cleared in every channel of this server."),
)
UNDONE = _("Brought back: {messages} with {tokens}. Messages sent since then stay.")
UNDO_TOO_LATE = _("This can't be undone any more: the 10 minutes are over, or it was already undone.")

# Settings.
SOURCE_HERE = _("set here")
SOURCE_PARENT = _("set for this thread's channel")
SOURCE_SERVER = _("set for the server")
SOURCE_JOINED = _("I'm in this thread")
SOURCE_DEFAULT = _("default")

# Who may.
ACCESS_TITLE = _("Who can use me here, and where")
ACCESS_ALL = _("Everyone, in every channel.")
ACCESS_PEOPLE = _("Only these people and roles: {listed}")
ACCESS_NOT_PEOPLE = _("Not these people and roles: {listed}")
ACCESS_CHANNELS = _("Only in these channels: {listed}")
ACCESS_NOT_CHANNELS = _("Not in these channels: {listed}")
ACCESS_MORE = n_("{count} more", "{count} more")
ACCESS_HOUSE = _("-# The bot's owner also keeps lists, and they count too.")
ACCESS_PERSON_ALLOWED = _("{listed} can now use me. Only people and roles on the list can; see /access show.")
ACCESS_CHANNEL_ALLOWED = _(
    "I can now be used in {listed}. Only channels on the list count; see /access show."
)
ACCESS_DENIED = _("{listed} is now denied, whatever else is allowed.")
ACCESS_UNLISTED = _("{listed} is on no list any more.")
ACCESS_NOT_LISTED = _("{listed} was on no list.")
ACCESS_CLEARED = _("The lists are empty now: everyone can use me, in every channel.")
ACCESS_WAS_EMPTY = _("The lists were empty: everyone can use me, in every channel.")
ACCESS_ONE = _("Pick one: a person or role, or a channel.")
ACCESS_FULL = _("This server's lists are full: {most} entries are the most. Nothing was changed.")
NOT_OFFERED_HERE = _("I'm not available in this server, so I'm leaving. I keep nothing that was said here.")

NEEDS_MESSAGE_CONTENT = _(
    "This needs the Message Content intent, which the bot's owner has switched off: I only get what is "
    "said to me. Mention me or reply to me instead."
)

# What keeps the bot from answering, to those who can change it.
CANT_ANSWER_IN_THREAD = _(
    "-# I can't answer in <#{thread}>: I need the permission {permission} there. Someone who manages "
    "this channel can give it to me."
)
LACKS_READ_HISTORY = _(
    "-# I need the permission Read Message History here. Without it I can't reply to messages, or see "
    "what was edited or deleted while I was offline. Someone who manages this channel can give it to "
    "me."
)

# What a server's moderators hear in its channel for notices.
NOTICES_GO = _("My notices to this server's moderators go to <#{channel}>.")
NOTICES_NOWHERE = _("No channel is set for my notices to this server's moderators; /notices set picks one.")
NOTICES_DELETED = _(
    "The channel for my notices to this server's moderators was deleted; /notices set picks another."
)
NOTICES_SET = _("From now on my notices to this server's moderators go to this channel.")
NOTICES_CLEARED = _("From now on I send no notices to this server's moderators.")
HELD_BACK = _(
    "I held back what <@{person}> said: {link} was flagged as {categories}. The model did not get it."
)
HIDDEN = _("I hid my answer to <@{person}>: what I wrote to {link} was flagged as {categories}.")

# The language of a server.
LANGUAGE_UNKNOWN = _("I don't speak that language. You can pick: {languages}.")
