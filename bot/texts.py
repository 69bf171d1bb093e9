"""Everything that a person reads on Discord, in one place, with named placeholders.

Members get plain words; admins exact terms. No exclamation marks, no lecture: what happened, what stays, what
can be done next. Nothing here formats or decides.
"""

# Answers that failed. Shown in the channel.
MODEL_FAILED = "The model could not answer. Your message is kept; please try again in a moment."
KEY_REFUSED = (
    "I can't reach the model: its key was refused. Your message is kept. "
    "Whoever runs me needs to check OPENAI_API_KEY."
)
QUOTA_USED_UP = (
    "The model's account has no quota left. Your message is kept. "
    "Whoever runs me needs to check the plan and billing."
)
MODEL_NOT_FOUND = (
    "The model `{model}` isn't available here. Your message is kept. "
    "Whoever runs me needs to check OPENAI_MODEL; "
    "someone who manages this channel can pick another with /model set."
)
RATE_LIMITED = (
    "The model is getting too many requests just now. Your message is kept; please ask again in a minute."
)
MODEL_DOWN = "I can't reach the model right now. Your message is kept; please try again in a few minutes."
MODEL_TIMEOUT = "The model took too long to answer. Your message is kept; please try again."
CONTEXT_TOO_LONG = (
    "This is more than the model can read at once. Your message is kept; a shorter one will work, "
    "or someone who manages this channel can use /reset."
)
REQUEST_REFUSED = (
    "The model's server did not accept the request: {reason}. Your message is kept. "
    "Whoever runs me finds more in the log."
)
CONTENT_FILTERED = (
    "The model's provider held the answer back. Your message is kept; putting it another way may help."
)
EMPTY_ANSWER = "The model sent back nothing. Your message is kept; please try again."
REPLY_USED_UP = (
    "The model spent its whole reply on thinking and wrote nothing. Your message is kept. "
    "Whoever runs me can raise MAX_REPLY_TOKENS."
)
CONNECTION_CUT = "The connection to the model broke off."

# Notes under an answer, and in its place.
STOPPED_BY = "Stopped by {name}. What was written stays."
STOPPED_BEFORE_TEXT = "Stopped by {name} before the first word."
QUESTION_GONE = "Stopped, since the question was deleted."
HISTORY_RESET = "Stopped, since the history here was reset."
INTERRUPTED = "I was interrupted here. What was written stays; Continue goes on from it."
INTERRUPTED_BEFORE_TEXT = "I was interrupted before the first word. Regenerate asks again."
RAN_OUT_OF_LENGTH = "This is as long as one answer may get. Continue goes on from here."
FILTERED = "The model's provider ended the answer here."
CUT_MID_ANSWER = "{sentence} What was written stays; Continue goes on from it."
RETRY_IN = "The model is busy. I'll try again in {seconds} s."
ANSWERING_EDIT = "Reading your edited message."
LINE_FULL = (
    "There are {most} questions waiting here already. Yours is kept in memory; "
    "please ask again when I have caught up."
)
QUESTION_TOO_LONG = (
    "This is {tokens} tokens long, and one request may carry {budget}. "
    "It is kept out of the conversation; a shorter one will work."
)
SOMETHING_BROKE = "Something broke on my side. Your message is kept. Reference: {reference}."

# Files. Shown under an answer and told to the model.
FILE_NOT_TEXT = "{name} could not be read: it is neither text nor a picture"
FILE_NOT_FETCHED = "{name} could not be fetched"
IMAGE_TOO_LARGE = "{name} could not be read: it is larger than {megabytes} MiB"
IMAGE_NOT_SEEN = "this model does not see pictures"
TOO_MANY_FILES = "only the first {most} files were read"
FILE_CUT = "cut after {kept} characters"
QUOTE_WITHHELD = "the message replied to is by somebody who asked not to be read"
SAYS_NOTHING = "says nothing but your name"

# Buttons on an answer, and what they say to whoever pressed in vain.
STOP = "Stop"
REGENERATE = "Regenerate"
CONTINUE = "Continue"
NOT_YOURS = (
    "This answer belongs to somebody else. They can press this, and so can those who manage messages here."
)
NOT_WRITING = "This answer has ended already."
STILL_WRITING = "This answer is still being written. Stop ends it."
NOT_NEWEST = (
    "The conversation has gone on since. Only the newest answer can be redone or continued; just ask again."
)
NOTHING_TO_CONTINUE = "This answer is complete. Just ask for more."
ANSWER_FORGOTTEN = (
    "I no longer remember this answer: its history was reset or it was deleted. Just ask again."
)

# Commands that failed.
COMMAND_BROKE = "Something broke on my side; nothing was changed. Reference: {reference}."
NEEDS_PERMISSION = "This needs the permission {permission} here. Nothing was changed."

# A start without its database. Printed where the bot is started.
STORE_UNWRITABLE = (
    "The database {path} can't be written ({reason}). "
    "Make its folder writable for the bot, or set DATABASE_URL to another place."
)
STORE_LOCKED = (
    "The database {path} is in use by another program. "
    "Stop that one, or set DATABASE_URL to another file, and start again."
)
STORE_BROKEN = (
    "{path} isn't a sound database ({reason}). "
    "Move it away or put a copy of it back, or set DATABASE_URL to another file."
)
STORE_FOREIGN = "The database {path} belongs to another program. Set DATABASE_URL to another file."
STORE_NEWER = (
    "The database {path} was written by a newer version of this bot. "
    "Update the bot, or set DATABASE_URL to another file."
)
STORE_NEEDS_SQLITE = (
    "This Python brings SQLite {version}, but 3.37 or newer is needed. "
    "Install a newer Python and start again."
)

# The record of a channel, beside the setting's name or value.
RECORD_RESET = "{turns} turns, {tokens} tokens"
