"""What those read on Discord who manage a channel or a server: resets, settings, the log of both.

Exact terms, no exclamation marks: what holds now, and where.
"""

# Who changed what.
LOG_HERE = "Changes here"
LOG_EMPTY = "Nothing has been reset or changed here."
LOG_SET = "{time} {actor} set {setting} to {value} {place}"
LOG_CLEARED = "{time} {actor} went back to the default {setting} {place}"
LOG_RESET = "{time} {actor} cleared {turns}, {tokens} {place}"
LOG_UNDO = "{time} {actor} brought back {turns}, {tokens} {place}"
LOG_ALLOWED = "{time} {actor} allowed {listed} {place}"
LOG_DENIED = "{time} {actor} denied {listed} {place}"
LOG_UNLISTED = "{time} {actor} took {listed} off the access lists {place}"
LOG_LISTS_CLEARED = "{time} {actor} cleared the access lists {place}"
LOG_LEGACY = "{time} {actor} · {words} ({place})"
LOG_NOBODY = "someone whose data was deleted"
LOG_CHANNEL = "here"
LOG_SERVER = "for the server"
SETTINGS = {
    "limit_server": "limit of the server",
    "limit_person": "limit of each person",
    "limit_role": "limit of each person with {role}",
    "notices": "notices channel",
    "persona": "persona",
    "model": "model",
    "auto": "automatic answers",
    "retention_days": "retention",
    "recent": "recent messages",
    "threads": "threads",
}
LISTED = {"user": "<@{id}>", "role": "<@&{id}>", "channel": "<#{id}>"}
EVERYBODY = "@everyone"
VALUE_ON = "on"
VALUE_OFF = "off"
VALUE_KEPT = "no limit"
VALUE_EMPTY = "nothing"
VALUE_NONE = "none"

# Resets.
NOTHING_TO_RESET = "There is nothing to clear."
RESET_CONFIRM = "Clear **{messages}** with **{tokens}** {place}{keeping}? This can be undone for 10 minutes."
RESET_IN_CHANNEL = "here"
RESET_IN_SERVER = "in every channel of this server"
RESET_KEEPING = ", keeping the latest {turns}"
RESET = "Reset"
CANCEL = "Cancel"
CANCELLED = "Nothing was changed."
RESET_DONE = "Cleared: {messages} with {tokens}."
RESET_ANNOUNCED = (
    "{name} cleared what I remember {place}.\n-# Moderators can undo this for 10 minutes with /history log."
)
RESET_UNANNOUNCED = "I couldn't post a note about it here."
UNDO = "Undo"
UNDO_ANNOUNCED = "{name} brought back what was cleared {place}."
UNDONE = "Brought back: {messages} with {tokens}. Messages sent since then stay."
UNDO_TOO_LATE = "This can't be undone any more: the 10 minutes are over, or it was already undone."

# Settings.
SOURCE_HERE = "set here"
SOURCE_PARENT = "set for this thread's channel"
SOURCE_SERVER = "set for the server"
SOURCE_DEFAULT = "default"
FOR_CHANNEL = "here"
FOR_SERVER = "in all channels of this server without a setting of their own"
NOTHING_SET = {
    "persona": "No persona was set {place}.",
    "model": "No model was set {place}.",
    "auto": "Nothing about answering every message was set {place}.",
    "retention_days": "No number of days was set {place}.",
    "recent": "No number of messages was set {place}.",
    "threads": "Nothing about threads was set {place}.",
}
PERSONA_HOLDS = "Persona ({source})"
PERSONA_NONE = "There is no persona here ({source}), so the model gets no instructions from me."
PERSONA_FORM = "Persona"
PERSONA_FIELD = "Instructions for the model"
PERSONA_SET = "This is now my persona {place}:"
PERSONA_EMPTIED = "I have no persona {place} now, so the model gets no instructions from me."
MODEL_HOLDS = "`{model}` answers here ({source})."
MODEL_SET = "`{value}` now answers {place}."
MODEL_NOT_OFFERED = "That model isn't available here. You can pick: {models}."
ONE_MODEL = "It is the only one: the bot's owner can allow others."
ONE_MODEL_OWNER = "It is the only one: name others in ALLOWED_MODELS to offer them here."
ONE_MODEL_CHOICE = "{model} (the only one)"
AUTO_HOLDS_ON = "I answer every message here ({source})."
AUTO_HOLDS_OFF = "I answer here only when someone addresses me ({source})."
AUTO_ON = "I now answer every message {place}."
AUTO_OFF = "I now answer {place} only when someone addresses me."
RECENT_HOLDS = (
    "When someone addresses me here, I also read up to {messages} that I don't remember, as background "
    "({source})."
)
RECENT_NONE = "I read nothing here but what I remember ({source})."
RECENT_SET = (
    "When someone addresses me {place}, I now also read up to {messages} that I don't remember, as "
    "background. I don't store them."
)
RECENT_OFF = "I now read nothing {place} but what I remember."
THREADS_HOLD = {
    "off": "Answers stay in the channel, with no button for a thread ({source}).",
    "offer": "Answers have a button that continues the conversation in a thread ({source}).",
    "always": "A mention opens a thread for its answer ({source}).",
}
THREADS_SET = {
    "off": "From now on answers {place} stay in the channel, with no button for a thread.",
    "offer": "From now on answers {place} have a button that continues the conversation in a thread.",
    "always": "From now on a mention {place} opens a thread for its answer.",
}
RETENTION_HOLDS = "I forget messages after {days} here ({source})."
RETENTION_NONE = "I remember messages here until someone clears them ({source})."
RETENTION_SET = "I now forget messages after {days} {place}."
RETENTION_KEPT = "I now remember messages {place} until someone clears them."

# Who may.
ACCESS_TITLE = "Who can use me here, and where"
ACCESS_ALL = "Everyone, in every channel."
ACCESS_PEOPLE = "Only these people and roles: {listed}"
ACCESS_NOT_PEOPLE = "Not these people and roles: {listed}"
ACCESS_CHANNELS = "Only in these channels: {listed}"
ACCESS_NOT_CHANNELS = "Not in these channels: {listed}"
ACCESS_MORE = "{listed} and {count} more"
ACCESS_HOUSE = "-# The bot's owner also keeps lists, and they count too."
ACCESS_PERSON_ALLOWED = "{listed} can now use me. Only people and roles on the list can; see /access show."
ACCESS_CHANNEL_ALLOWED = "I can now be used in {listed}. Only channels on the list count; see /access show."
ACCESS_DENIED = "{listed} is now denied, whatever else is allowed."
ACCESS_UNLISTED = "{listed} is on no list any more."
ACCESS_NOT_LISTED = "{listed} was on no list."
ACCESS_CLEARED = "The lists are empty now: everyone can use me, in every channel."
ACCESS_WAS_EMPTY = "The lists were empty: everyone can use me, in every channel."
ACCESS_ONE = "Pick one: a person or role, or a channel."
ACCESS_FULL = "This server's lists have {most} entries already, which is the most. Nothing was changed."
NOT_OFFERED_HERE = "I'm not available in this server, so I'm leaving. I keep nothing that was said here."

NEEDS_MESSAGE_CONTENT = (
    "This needs the Message Content intent, which the bot's owner has switched off: I only get what is "
    "said to me. Mention me or reply to me instead."
)

# What keeps the bot from answering, to those who can change it.
CANT_ANSWER_IN_THREAD = (
    "-# I can't answer in <#{thread}>: I need the permission {permission} there. Someone who manages "
    "this channel can give it to me."
)
LACKS_READ_HISTORY = (
    "-# I need the permission Read Message History here. Without it I can't reply to messages, or see "
    "what was edited or deleted while I was offline. Someone who manages this channel can give it to "
    "me."
)

# What a server's moderators hear in its channel for notices.
NOTICES_GO = "What concerns this server's moderators goes to <#{channel}>."
NOTICES_NOWHERE = "No channel is set for what concerns this server's moderators; /notices set picks one."
NOTICES_SET = "From now on what concerns this server's moderators goes to this channel."
NOTICES_CLEARED = "From now on what concerns this server's moderators goes nowhere."
HELD_BACK = "I held back what <@{person}> said: {link} was flagged as {categories}. The model did not get it."
HIDDEN = "I hid my answer to <@{person}>: what I wrote to {link} was flagged as {categories}."
