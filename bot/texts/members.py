"""What members read on Discord: answers and their notes, buttons, menus, counts, memory and privacy.

Plain words, no exclamation marks, no lecture: what happened, what stays, what can be done next. Nothing here
formats or decides.
"""

CURSOR = " ▌"  # more of an answer is coming

# Answers that failed. Shown in the channel.
MODEL_FAILED = "The model couldn't answer. Try again in a moment."
KEY_REFUSED = "I can't reach the model: its key was refused. The bot's owner needs to check the API key."
QUOTA_USED_UP = "The model's account has no quota left. The bot's owner needs to check its plan and billing."
MODEL_NOT_FOUND = (
    "The model `{model}` isn't available. Someone who manages this channel can pick another with "
    "/model set; the bot's owner can change the default."
)
RATE_LIMITED = "The model is getting too many requests right now. Ask again in a minute."
RATE_LIMITED_UNTIL = "The model is getting too many requests. Ask again <t:{at}:R>."
MODEL_DOWN = "I can't reach the model right now. Try again in a few minutes."
MODEL_DOWN_UNTIL = "I can't reach the model right now. Its server expects to be back <t:{at}:R>."
ANSWERED_BY = "Answered by {name}, since the usual model gave no answer"
MODEL_BACK = "I can reach the model again."
MODEL_TIMEOUT = "The model took too long to answer. Try again in a moment."
CONTEXT_TOO_LONG = (
    "This is more than the model can read at once. Send something shorter, or ask someone who manages "
    "this channel to use /reset."
)
REQUEST_REFUSED = (
    "The model's server didn't accept this request. The bot's owner can find the reason in the log."
)
CONTENT_FILTERED = "The model's provider held the answer back. Try putting it another way."
EMPTY_ANSWER = "The model sent an empty answer. Try again."
NOTHING_TO_SO_MUCH = (
    "The model sent an empty answer; this may be more than it can read at once. Send something "
    "shorter, or ask someone who manages this channel to use /reset."
)
REPLY_USED_UP = (
    "The model spent its whole reply on thinking and wrote nothing. Try again. The bot's owner can "
    "raise MAX_REPLY_TOKENS or lower REASONING_EFFORT."
)
CONNECTION_CUT = "The connection to the model was lost."

# Notes under an answer, and in its place.
STOPPED_BY = "Stopped by {name}."
STOPPED_BEFORE_TEXT = "Stopped by {name} before the first word."
STOPPED = "Stopped."
STOPPED_UNSEEN = "Stopped before the first word."
QUESTION_GONE = "Stopped because the question was deleted."
HISTORY_RESET = "Stopped because the history here was reset."
INTERRUPTED = "I was interrupted here. Press Continue for the rest."
INTERRUPTED_BEFORE_TEXT = "I was interrupted before the first word. Press Regenerate to ask again."
RAN_OUT_OF_LENGTH = "Length limit reached. Press Continue for more."
REST_UNSHOWN = "The rest didn't fit, and I can't attach a file here without the permission Attach Files."
CODE_GOES_ON = "The rest of this code is in {name}, attached below."
FILTERED = "The model's provider ended the answer here."
REST_REFUSED = "Discord didn't accept the rest of this answer. Press Regenerate to ask again."
ANSWER_REFUSED = "Discord didn't accept this answer. Press Regenerate to ask again."
TOO_LONG_A_WAIT = (
    "Discord didn't let me write here for a while, so I gave this answer up. Press Regenerate to ask again."
)
CUT_MID_ANSWER = "{sentence} Press Continue for the rest."
THINKING = "Thinking… {seconds} s"
WAITING = "Waiting for the model… {seconds} s"
LOADING = "The model is loading… {seconds} s"
RETRY_IN = "The model is busy. I'll try again in {seconds} s."
ANSWERING_EDIT = "Reading your edited message."
LINE_FULL = (
    "There are already {most} questions waiting here. I'll remember yours; ask again when I have caught up."
)
QUESTION_TOO_LONG = (
    "Your message has {tokens} tokens, and I can send the model {budget} at most. I left it out of the "
    "conversation; a shorter one will work."
)
SOMETHING_BROKE = "Something went wrong on my side. Try again in a moment. Reference: {reference}."

# Buttons on an answer, and what they say to whoever pressed in vain.
STOP = "Stop"
REGENERATE = "Regenerate"
CONTINUE = "Continue"
NOT_WRITING = "This answer has already ended."
STILL_WRITING = "This answer is still being written. Press again when it's done."
QUESTION_FORGOTTEN = "The question was deleted, so it can't be answered again. Just ask a new one."
NOT_NEWEST = "Only the newest answer can be regenerated or continued."
NOTHING_TO_CONTINUE = "This answer is complete. Just ask for more."
ANSWER_FORGOTTEN = (
    "I no longer remember this answer: it was deleted, or the history here was reset. Just ask again."
)

# Commands that failed.
COMMAND_BROKE = (
    "Something went wrong on my side. If you were changing something, /history log shows whether it "
    "was done. Reference: {reference}."
)
COMMAND_CHANGED = (
    "This command has changed since Discord showed it to you. Try again in a minute; if that doesn't "
    "help, reload Discord with Ctrl+R."
)
NOT_IN_TIME = "Discord didn't let me answer in time, so nothing was changed. Try again."
NOT_POSTED = "Discord isn't taking messages from me here right now, so nothing was asked. Try again later."
NEEDS_PERMISSION = "You need {permission} in this channel."
ASKER_OR_PERMISSION = "Only the person who asked, or someone with {permission}, can use this."
OWNERS_ONLY = "Only the bot's owner can use this."
NOT_IN_SERVER = "I'm not available in this server."
NOT_IN_DIRECT_MESSAGES = "I don't answer in direct messages. In a server, mention me to talk to me."
NOT_IN_CHANNEL = "I can't be used in this channel. Whoever manages this server or the bot chooses where."
NOT_FOR_YOU = "You can't use me here. Whoever manages this server or the bot chooses who can."
NO_SERVER_HERE = "This isn't in a server."

# A message's menus, and what they do.
ASK_FORM = "Ask about this message"
ASK_FIELD = "Your question"
ASK_PLACEHOLDER = "What do you make of this?"
ASK_POSTED = "**{name}** asks about {link}: {question}"
ASKED = "Asked: {link}"
ASK_WITHHELD = "The author asked me not to read their messages. You can tell me about it in your own words."
ASK_GONE = "This message has been deleted, so I asked nothing about it."
ASK_UNREADABLE = (
    "I can't read the history here, so I can't tell whether this message still says what you saw."
)
ASK_UNREAD = "Discord won't show me this message right now, so nothing was asked. Try again later."
NOTHING_TO_ASK_ABOUT = (
    "I find neither words nor a file in this message. You can tell me about it in your own words."
)
CANT_WRITE_HERE = "I can't write in this channel, so I couldn't answer here."
NO_DETAILS = "This isn't one of my answers, or I no longer remember it."
DETAIL_MODEL = "Model"
DETAIL_ID = "Id"
DETAIL_END = "Finish reason"
DETAIL_STATE = "State"
DETAIL_TRIED = "Tried again in vain"
DETAIL_TOKENS = "Tokens billed"
DETAIL_FIRST = "Time to first word"
SECONDS = "{seconds} s"
DETAIL_MISSING = "none"
DETAIL_NO_JSON = "The model sent no completion to its end."
STATE_WRITING = "being written"
STATE_COMPLETE = "complete"
STATE_LENGTH = "cut at the reply's token limit"
STATE_STOPPED = "stopped"
STATE_CANCELLED = "stopped before the first word"
STATE_BROKEN = "broken off"
STATE_INTERRUPTED = "interrupted"
STATE_FILTERED = "ended by the provider's filter"
STATE_FAILED = "failed"

# Amounts: of one, and of any other number.
TOKENS = ("{count} token", "{count} tokens")
CHARACTERS = ("{count} character", "{count} characters")
MESSAGES = ("{count} message", "{count} messages")
TURNS = ("{count} turn", "{count} turns")
QUESTIONS = ("{count} question", "{count} questions")
DAYS = ("{count} day", "{count} days")
PLACES = ("{count} place", "{count} places")

# Token counts. Names of fields stand without a full stop.
TEXT_COUNT = "**{tokens}** and **{characters}**, counted for `{model}` ({encoding})."
TEXT_ESTIMATE = (
    "**About {tokens}** and **{characters}**. This is an estimate: the tokenizer of `{model}` isn't known "
    "here, so it was counted with {encoding}."
)
NO_TEXT_TO_COUNT = "This message has no text to count."
TOKENS_HERE = "Tokens in this conversation"
BAR_SENT = "sent    {bar} {share} of what is remembered"
BAR_BUDGET = "budget  {bar} {share} of what one request may carry"
BAR_RECENT = "▒       {tokens} said here that I read when you address me"
IN_MEMORY = "In memory"
NEXT_REQUEST = "Next request"
TRIMMED = "Trimmed"
LAST_ANSWER = "Last answer"
TOKENIZER = "Tokenizer"
AMOUNT = "{messages}, {tokens}"
REQUEST_AMOUNT = "{messages}, {tokens} of {budget} with persona and framing, before your next message"
BILL = "{prompt} in ({cached} cached), {completion} out"
OWN_COUNT = "; counted here: {own} in ({difference})"
NO_BILL = "nothing billed yet"
COUNTS_EXACT = "`{model}`: known, so these counts are exact"
COUNTS_STALE = (
    "`{model}`: known; some messages were counted for another model and are counted anew at the next question"
)
COUNTS_LEARNED = (
    "`{model}`: not known, so these are estimates; "
    "its bills teach that it counts {ratio} times what we do, and trimming goes by that"
)
MODEL_GONE = "The model {name} that was picked here is no longer to be had, so the default one answers"
COUNTS_ASSUMED = "`{model}`: not known, so these are estimates; no bills have taught anything else so far"
ESTIMATED = "about {amount}"

# What is remembered.
NOTHING_REMEMBERED = "I don't remember anything from this conversation."
HISTORY_HERE = "What I remember here"
REMEMBERED = "**{messages}** with **{tokens}**; the next request carries **{sent}** of them"
SENT_FROM = ", [from this one on]({link})"
DROPS_NEXT = "Next to drop out at {budget}: {speaker}: {excerpt}"
SUMMARY_HERE = "Summary of what came before"
LEFT_OUT = "no longer sent"
HISTORY_LINE = "**{speaker}** · {time} · {tokens}"
OLDER = "Older"
NEWEST = "Newest"
EXPORT_READY = "Everything I remember of this conversation, as Chat Completions messages and as Markdown."
EXPORT_UNCHECKED = "Older messages that were edited or deleted while I was offline may still be in it."
STILL_COUNTING = "Still counting: {count} messages so far."
STILL_LOOKING = "Still looking through what I have stored."
STILL_DELETING = "Still deleting. What is marked for deletion is already out of sight."
EXPORT_GOES_ON = "The export continues."

# Privacy.
PRIVACY_EXPORTED = "Everything I store about you."
PRIVACY_CONFIRM = (
    "Delete **{messages}** of yours in **{places}**, and our whole DM? This can't be undone.\n"
    "-# My answers to you in servers stay, without your name."
)
PRIVACY_NOTHING = (
    "I don't store any messages, changes or settings of yours. If you asked me to ignore you, that "
    "stays until /privacy ignore off."
)
PRIVACY_DELETE = "Delete"
PRIVACY_DELETED = (
    "Deleted: {messages} of yours, and everything else I stored about you. Your messages on Discord "
    "stay; you can delete them there."
)
PRIVACY_NOT_YOURS = "This button belongs to someone else."
IGNORE_ON = "From now on I ignore you unless you address me."
IGNORE_OFF = "I no longer ignore you."

# A memory that takes or gives nothing just now. Shown to whoever asked or used a command.
MEMORY_LOCKED = (
    "I can't reach my memory right now: another program has its file locked. Try again in a minute."
)
MEMORY_FULL = "I can't store anything right now: the disk is full. The bot's owner needs to make room."
MEMORY_READ_ONLY = (
    "I can't store anything right now: my memory's file is read-only. The bot's owner needs to make it "
    "writable."
)
MEMORY_MOVED = (
    "I can't store anything right now: my memory's file was moved or deleted while I was running. The "
    "bot's owner needs to put it back, or restart me."
)
MEMORY_FAILING = (
    "I can't reach my memory right now: its disk is returning errors. Try again in a minute; the bot's "
    "owner can find more in the log."
)
MEMORY_DAMAGED = "I can't read my memory: its file is damaged. The bot's owner needs to restore a backup."
