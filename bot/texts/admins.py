"""What those read on Discord who manage a channel or a server: resets, settings, the log of both.

Exact terms, no exclamation marks: what holds now, and where.
"""

from bot.texts.languages.catalogue import _

# Who changed what.
LOG_HERE = _("Changes here")
LOG_EMPTY = _("Nothing has been reset or changed here.")
LOG_SET = _("{time} {actor} set {setting} to {value} {place}")
LOG_CLEARED = _("{time} {actor} went back to the default {setting} {place}")
LOG_RESET = _("{time} {actor} cleared {turns}, {tokens} {place}")
LOG_UNDO = _("{time} {actor} brought back {turns}, {tokens} {place}")
LOG_ALLOWED = _("{time} {actor} allowed {listed} {place}")
LOG_DENIED = _("{time} {actor} denied {listed} {place}")
LOG_UNLISTED = _("{time} {actor} took {listed} off the access lists {place}")
LOG_LISTS_CLEARED = _("{time} {actor} cleared the access lists {place}")
LOG_LEGACY = "{time} {actor} · {words} ({place})"
LOG_NOBODY = _("someone whose data was deleted")
LOG_CHANNEL = _("here")
LOG_SERVER = _("for the server")
SETTINGS = {
    "language": _("language"),
    "limit_server": _("limit of the server"),
    "limit_person": _("limit of each person"),
    "limit_role": _("limit of each person with {role}"),
    "notices": _("notices channel"),
    "persona": _("persona"),
    "model": _("model"),
    "auto": _("automatic answers"),
    "retention_days": _("retention"),
    "recent": _("recent messages"),
    "threads": _("threads"),
}
LISTED = {"user": "<@{id}>", "role": "<@&{id}>", "channel": "<#{id}>"}
EVERYBODY = "@everyone"
VALUE_ON = _("on")
VALUE_OFF = _("off")
VALUE_KEPT = _("no limit")
VALUE_EMPTY = _("nothing")
VALUE_NONE = _("none")

# Resets.
NOTHING_TO_RESET = _("There is nothing to clear.")
RESET_CONFIRM = _(
    "Clear **{messages}** with **{tokens}** {place}{keeping}? This can be undone for 10 minutes."
)
RESET_IN_CHANNEL = _("here")
RESET_IN_SERVER = _("in every channel of this server")
RESET_KEEPING = _(", keeping the latest {turns}")
RESET = _("Reset")
CANCEL = _("Cancel")
CANCELLED = _("Nothing was changed.")
RESET_DONE = _("Cleared: {messages} with {tokens}.")
RESET_ANNOUNCED = _(
    "{name} cleared what I remember {place}.\n-# Moderators can undo this for 10 minutes with /history log."
)
RESET_UNANNOUNCED = _("I couldn't post a note about it here.")
UNDO = _("Undo")
UNDO_ANNOUNCED = _("{name} brought back what was cleared {place}.")
UNDONE = _("Brought back: {messages} with {tokens}. Messages sent since then stay.")
UNDO_TOO_LATE = _("This can't be undone any more: the 10 minutes are over, or it was already undone.")

# Settings.
SOURCE_HERE = _("set here")
SOURCE_PARENT = _("set for this thread's channel")
SOURCE_SERVER = _("set for the server")
SOURCE_DEFAULT = _("default")
FOR_CHANNEL = _("here")
FOR_SERVER = _("in all channels of this server without a setting of their own")
NOTHING_SET = {
    "persona": _("No persona was set {place}."),
    "model": _("No model was set {place}."),
    "auto": _("Nothing about answering every message was set {place}."),
    "retention_days": _("No number of days was set {place}."),
    "recent": _("No number of messages was set {place}."),
    "threads": _("Nothing about threads was set {place}."),
}
PERSONA_HOLDS = _("Persona ({source})")
PERSONA_NONE = _("There is no persona here ({source}), so the model gets no instructions from me.")
PERSONA_FORM = _("Persona")
PERSONA_FIELD = _("Instructions for the model")
PERSONA_SET = _("This is now my persona {place}:")
PERSONA_EMPTIED = _("I have no persona {place} now, so the model gets no instructions from me.")
MODEL_HOLDS = _("`{model}` answers here ({source}).")
MODEL_SET = _("`{value}` now answers {place}.")
MODEL_NOT_OFFERED = _("That model isn't available here. You can pick: {models}.")
ONE_MODEL = _("It is the only one: the bot's owner can allow others.")
ONE_MODEL_OWNER = _("It is the only one: name others in ALLOWED_MODELS to offer them here.")
ONE_MODEL_CHOICE = _("{model} (the only one)")
AUTO_HOLDS_ON = _("I answer every message here ({source}).")
AUTO_HOLDS_OFF = _("I answer here only when someone addresses me ({source}).")
AUTO_ON = _("I now answer every message {place}.")
AUTO_OFF = _("I now answer {place} only when someone addresses me.")
RECENT_HOLDS = _(
    "When someone addresses me here, I also read up to {messages} that I don't remember, as background "
    "({source})."
)
RECENT_NONE = _("I read nothing here but what I remember ({source}).")
RECENT_SET = _(
    "When someone addresses me {place}, I now also read up to {messages} that I don't remember, as "
    "background. I don't store them."
)
RECENT_OFF = _("I now read nothing {place} but what I remember.")
THREADS_HOLD = {
    "off": _("Answers stay in the channel, with no button for a thread ({source})."),
    "offer": _("Answers have a button that continues the conversation in a thread ({source})."),
    "always": _("A mention opens a thread for its answer ({source})."),
}
THREADS_SET = {
    "off": _("From now on answers {place} stay in the channel, with no button for a thread."),
    "offer": _("From now on answers {place} have a button that continues the conversation in a thread."),
    "always": _("From now on a mention {place} opens a thread for its answer."),
}
RETENTION_HOLDS = _("I forget messages after {days} here ({source}).")
RETENTION_NONE = _("I remember messages here until someone clears them ({source}).")
RETENTION_SET = _("I now forget messages after {days} {place}.")
RETENTION_KEPT = _("I now remember messages {place} until someone clears them.")

# Who may.
ACCESS_TITLE = _("Who can use me here, and where")
ACCESS_ALL = _("Everyone, in every channel.")
ACCESS_PEOPLE = _("Only these people and roles: {listed}")
ACCESS_NOT_PEOPLE = _("Not these people and roles: {listed}")
ACCESS_CHANNELS = _("Only in these channels: {listed}")
ACCESS_NOT_CHANNELS = _("Not in these channels: {listed}")
ACCESS_MORE = _("{listed} and {count} more")
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
ACCESS_FULL = _("This server's lists have {most} entries already, which is the most. Nothing was changed.")
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
NOTICES_GO = _("What concerns this server's moderators goes to <#{channel}>.")
NOTICES_NOWHERE = _("No channel is set for what concerns this server's moderators; /notices set picks one.")
NOTICES_SET = _("From now on what concerns this server's moderators goes to this channel.")
NOTICES_CLEARED = _("From now on what concerns this server's moderators goes nowhere.")
HELD_BACK = _(
    "I held back what <@{person}> said: {link} was flagged as {categories}. The model did not get it."
)
HIDDEN = _("I hid my answer to <@{person}>: what I wrote to {link} was flagged as {categories}.")

# The language of a server.
LANGUAGE_UNKNOWN = _("I don't speak that language. You can pick: {languages}.")
