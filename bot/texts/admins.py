"""What those read on Discord who manage a channel or a server: resets, settings, the log of both.

Exact terms, no exclamation marks: what holds now, and where.
"""

# Who changed what.
LOG_HERE = "Who changed what here"
LOG_EMPTY = "Nothing was reset or changed here yet."
LOG_SET = "{time} {actor} · set {setting} {place}: {value}"
LOG_CLEARED = "{time} {actor} · clear {setting} {place}"
LOG_RESET = "{time} {actor} · reset {place}: {turns}, {tokens}"
LOG_UNDO = "{time} {actor} · undo {place}: {turns}, {tokens}"
LOG_LEGACY = "{time} {actor} · {words} ({place})"
LOG_NOBODY = "somebody whose data was deleted"
LOG_CHANNEL = "here"
LOG_SERVER = "for the server"
SETTINGS = {
    "persona": "persona",
    "model": "model",
    "auto": "auto",
    "retention_days": "retention",
    "recent": "context",
}
VALUE_ON = "on"
VALUE_OFF = "off"
VALUE_KEPT = "until it is cleared"
VALUE_EMPTY = "nothing"

# Resets.
NOTHING_TO_RESET = "There is nothing to clear."
RESET_CONFIRM = (
    "This clears **{messages}** with **{tokens}** {place}{keeping}. It can be undone for 10 minutes."
)
RESET_IN_CHANNEL = "here"
RESET_IN_SERVER = "in every channel of this server"
RESET_KEEPING = ", and keeps the newest {turns}"
RESET = "Reset"
CANCEL = "Cancel"
CANCELLED = "Nothing was changed."
RESET_DONE = "Cleared: {messages} with {tokens}."
RESET_ANNOUNCED = "{name} cleared what I remember {place}. Whoever may do that can undo it until {time}."
RESET_UNANNOUNCED = "Discord did not take my note to the others here, so the way back is under this message."
UNDO = "Undo"
UNDONE = "Brought back: {messages} with {tokens}. What was said since stays, too."
UNDO_TOO_LATE = "This can't be undone any more: the 10 minutes are over, or somebody undid it already."

# Settings.
SOURCE_HERE = "set for this place"
SOURCE_PARENT = "set for the channel that this thread belongs to"
SOURCE_SERVER = "set for the server"
SOURCE_DEFAULT = "set by whoever runs me"
FOR_CHANNEL = "here"
FOR_SERVER = "in the server's channels that have nothing of their own"
PERSONA_HOLDS = "Persona, {source}"
PERSONA_NONE = "There is no persona here ({source}): the model gets no instructions from me."
PERSONA_FORM = "The persona"
PERSONA_FIELD = "What the model is told before each request"
PERSONA_SET = "From now on this is my persona {place}:"
PERSONA_EMPTIED = "From now on I have no persona {place}: the model gets no instructions from me."
PERSONA_CLEARED = "The persona that was set {place} is gone."
MODEL_HOLDS = "`{model}` answers here ({source})."
MODEL_SET = "From now on `{value}` answers {place}."
MODEL_CLEARED = "The model that was picked {place} is gone."
MODEL_NOT_OFFERED = "That model isn't offered here. Nothing was changed. To pick from: {models}."
AUTO_ON = "From now on I answer every message {place}."
AUTO_OFF = "From now on I answer {place} only when I am addressed."
RECENT_SET = (
    "From now on, when I am addressed {place}, I read the newest {messages} that are not in my memory as "
    "background. I don't store them."
)
RECENT_OFF = "From now on I read nothing {place} but what is in my memory."
RECENT_CLEARED = "The number of messages that was set {place} is gone."
RETENTION_HOLDS = "I forget what is older than {days} here ({source})."
RETENTION_NONE = "I remember what is said here until somebody has it cleared ({source})."
RETENTION_SET = "From now on I forget what is older than {days} {place}."
RETENTION_KEPT = "From now on I remember what is said {place} until somebody has it cleared."
RETENTION_CLEARED = "The number of days that was set {place} is gone."

# What keeps the bot from answering, to those who can change it.
CANT_ANSWER_IN_THREAD = (
    "-# I can't answer in <#{thread}>: I lack the permission {permission} there. "
    "Whoever manages this channel can give it to me."
)
LACKS_READ_HISTORY = (
    "-# I lack the permission Read Message History here: my answers are no replies, and I don't see what was "
    "edited or deleted while I was away. Whoever manages this channel can give it to me."
)
