"""What members read on Discord: answers and their notes, buttons, menus, counts, memory and privacy.

Plain words, no exclamation marks, no lecture: what happened, what stays, what can be done next. Nothing here
formats or decides.
"""

from bot.texts.languages.catalogue import _, n_

CURSOR = " ▌"  # more of an answer is coming

# Answers that failed. Shown in the channel.
MODEL_FAILED = _("The model couldn't answer. Try again in a moment.")
KEY_REFUSED = _("I can't reach the model: its key was refused. The bot's owner needs to check the API key.")
QUOTA_USED_UP = _(
    "The model's account has no quota left. The bot's owner needs to check its plan and billing."
)
MODEL_NOT_FOUND = _(
    "The model `{model}` isn't available. Someone who manages this channel can pick another with "
    "/model set; the bot's owner can change the default."
)
RATE_LIMITED = _("The model is getting too many requests right now. Ask again in a minute.")
RATE_LIMITED_UNTIL = _("The model is getting too many requests. Ask again <t:{at}:R>.")
MODEL_DOWN = _("I can't reach the model right now. Try again in a few minutes.")
MODEL_DOWN_UNTIL = _("I can't reach the model right now. Its server expects to be back <t:{at}:R>.")
ANSWERED_BY = _("Answered by {name}, since the usual model gave no answer")
MODEL_BACK = _("I can reach the model again.")
MODEL_IS_BACK = _("I can reach the model again")
MODEL_TIMEOUT = _("The model took too long to answer. Try again in a moment.")
CONTEXT_TOO_LONG = _(
    "This is more than the model can read at once. Send something shorter, or ask someone who manages "
    "this channel to use /reset."
)
REQUEST_REFUSED = _(
    "The model's server didn't accept this request. The bot's owner can find the reason in the log."
)
CONTENT_FILTERED = _("The model's provider held the answer back. Try putting it another way.")
EMPTY_ANSWER = _("The model sent an empty answer. Try again.")
NOTHING_TO_SO_MUCH = _(
    "The model sent an empty answer; this may be more than it can read at once. Send something "
    "shorter, or ask someone who manages this channel to use /reset."
)
REPLY_USED_UP = _(
    "The model spent its whole reply on thinking and wrote nothing. Try again. The bot's owner can "
    "raise MAX_REPLY_TOKENS or lower REASONING_EFFORT."
)
CONNECTION_CUT = _("The connection to the model was lost.")

# Notes under an answer, and in its place.
STOPPED_BY = _("Stopped by {name}.")
STOPPED_BEFORE_TEXT = _("Stopped by {name} before the first word.")
STOPPED = _("Stopped.")
STOPPED_UNSEEN = _("Stopped before the first word.")
QUESTION_GONE = _("Stopped because the question was deleted.")
HISTORY_RESET = _("Stopped because the history here was reset.")
INTERRUPTED = _("I was interrupted here. Press Continue for the rest.")
INTERRUPTED_BEFORE_TEXT = _("I was interrupted before the first word. Press Regenerate to ask again.")
RAN_OUT_OF_LENGTH = _("Length limit reached. Press Continue for more.")
REST_UNSHOWN = _("The rest didn't fit, and I can't attach a file here without the permission Attach Files.")
CODE_GOES_ON = _("The rest of this code is in {name}, attached below.")
FILTERED = _("The model's provider ended the answer here.")
REST_REFUSED = _("Discord didn't accept the rest of this answer. Press Regenerate to ask again.")
ANSWER_REFUSED = _("Discord didn't accept this answer. Press Regenerate to ask again.")
TOO_LONG_A_WAIT = _(
    "Discord didn't let me write here for a while, so I gave this answer up. Press Regenerate to ask again."
)
PRESS_CONTINUE = _("Press Continue for the rest.")

# The same where an answer has no buttons once it has ended.
INTERRUPTED_ALONE = _("I was interrupted here. Use /ask again for the rest.")
INTERRUPTED_BEFORE_TEXT_ALONE = _("I was interrupted before the first word. Use /ask again.")
RAN_OUT_OF_LENGTH_ALONE = _("Length limit reached. Use /ask again for more.")
REST_REFUSED_ALONE = _("Discord didn't accept the rest of this answer. Use /ask again for the rest.")
ANSWER_REFUSED_ALONE = _("Discord didn't accept this answer. Use /ask again.")
TOO_LONG_A_WAIT_ALONE = _(
    "Discord didn't let me write here for a while, so I gave this answer up. Use /ask again."
)
ASK_FOR_THE_REST = _("Use /ask again for the rest.")

# While an answer is on its way.
THINKING = _("Thinking… {seconds} s")
READING = n_("Reading {count} file… {seconds} s", "Reading {count} files… {seconds} s")
WAITING = _("Waiting for the model… {seconds} s")
LOADING = _("The model is loading… {seconds} s")
RETRY_IN = _("The model is busy. I'll try again in {seconds} s.")
ANSWERING_EDIT = _("Reading your edited message.")
LINE_FULL = _(
    "There are already {most} questions waiting here. I'll remember yours; ask again when I have caught up."
)
QUESTION_TOO_LONG = _(
    "Your message has {tokens} tokens, and I can send the model {budget} at most. I left it out of the "
    "conversation; a shorter one will work."
)
SOMETHING_BROKE = _("Something went wrong on my side. Try again in a moment. Reference: {reference}.")

# Buttons on an answer, and what they say to whoever pressed in vain.
STOP = _("Stop")
REGENERATE = _("Regenerate")
CONTINUE = _("Continue")
VERSION_BEFORE, VERSION_AFTER = _("‹"), _("›")
VERSION = _("{number}/{of}")
NOT_WRITING = _("This answer has already ended.")
STILL_WRITING = _("This answer is still being written. Press again when it's done.")
QUESTION_FORGOTTEN = _("The question was deleted, so it can't be answered again. Just ask a new one.")
NOT_NEWEST = _("Only the newest answer can be regenerated or continued.")
NO_OTHER_VERSION = _("There is no other version of this answer any more.")
NOTHING_TO_CONTINUE = _("This answer is complete. Just ask for more.")
ANSWER_FORGOTTEN = _(
    "I no longer remember this answer: it was deleted, or the history here was reset. Just ask again."
)

# Commands that failed.
COMMAND_BROKE = _(
    "Something went wrong on my side. If you were changing something, /history log shows whether it "
    "was done. Reference: {reference}."
)
COMMAND_CHANGED = _(
    "This command has changed since Discord showed it to you. Try again in a minute; if that doesn't "
    "help, reload Discord with Ctrl+R."
)
NOT_IN_TIME = _("Discord didn't let me answer in time, so nothing was changed. Try again.")
NOT_POSTED = _("Discord isn't taking messages from me here right now, so nothing was asked. Try again later.")
NEEDS_PERMISSION = _("You need {permission} in this channel.")
NEEDS_SERVER_PERMISSION = _("You need {permission} in this server.")
ASKER_OR_PERMISSION = _("Only the person who asked, or someone with {permission}, can use this.")
OWNERS_ONLY = _("Only the bot's owner can use this.")
NOT_IN_SERVER = _("I'm not available in this server.")
NOT_IN_DIRECT_MESSAGES = _("I don't answer in direct messages. In a server, mention me to talk to me.")
NOT_IN_CHANNEL = _("I can't be used in this channel. Whoever manages this server or the bot chooses where.")
NOT_FOR_YOU = _("You can't use me here. Whoever manages this server or the bot chooses who can.")
NO_SERVER_HERE = _("This works only in a server.")

# Questions by command.
ASKED_WITH_FILE = _("-# With the file {name}")
UNSHOWN = "…"  # for a question that nobody has judged yet
NOTHING_ASKED = _("Write what you want to know.")
NO_SUCH_MODEL = _("I can't use this model. Pick one from the list.")
NOT_ELSEWHERE = _("I only answer in servers that I'm a member of, and in direct messages to me.")
ASKER_ONLY = _("Only the person who asked can use this.")
OUT_OF_TIME = _("Discord gives me 15 minutes here, and they are over. Use /ask again for the rest.")
OUT_OF_REACH = _("Discord lets me change this answer for 15 minutes only. Use /ask to ask again.")
ASK_TOO_SLOW = _("I couldn't look at your question in time. Try again in a moment.")

# A message's menus, and what they do.
ASK_FORM = _("Ask about this message")
ASK_FIELD = _("Your question")
ASK_PLACEHOLDER = _("What do you make of this?")
ASK_POSTED = _("**{name}** asks about {link}: {question}")
ASKED = _("Asked: {link}")
ASK_WITHHELD = _(
    "The author asked me not to read their messages. You can tell me about it in your own words."
)
ASK_GONE = _("This message has been deleted, so I asked nothing about it.")
ASK_UNREADABLE = _(
    "I can't read the history here, so I can't tell whether this message still says what you saw."
)
ASK_UNREAD = _("Discord won't show me this message right now, so nothing was asked. Try again later.")
NOTHING_TO_ASK_ABOUT = _(
    "I find neither words nor a file in this message. You can tell me about it in your own words."
)
CANT_WRITE_HERE = _("I can't write in this channel, so I couldn't answer here.")
NO_DETAILS = _("This isn't one of my answers, or I no longer remember it.")
DETAIL_MODEL = _("Model")
DETAIL_ID = _("Id")
DETAIL_END = _("Finish reason")
DETAIL_STATE = _("State")
DETAIL_TRIED = _("Tried without success")
DETAIL_TOKENS = _("Tokens billed")
DETAIL_FIRST = _("Time to first word")
SECONDS = _("{seconds} s")
DETAIL_MISSING = _("none")
DETAIL_NO_JSON = _("The model sent no complete answer.")
STATE_WRITING = _("being written")
STATE_COMPLETE = _("complete")
STATE_LENGTH = _("cut at the reply's token limit")
STATE_STOPPED = _("stopped")
STATE_CANCELLED = _("stopped before the first word")
STATE_BROKEN = _("broken off")
STATE_INTERRUPTED = _("interrupted")
STATE_FILTERED = _("ended by the provider's filter")
STATE_FAILED = _("failed")

# Amounts: of one, and of any other number.
TOKENS = n_("{count} token", "{count} tokens")
MORE_TOKENS = n_("{count} more token", "{count} more tokens")
CHARACTERS = n_("{count} character", "{count} characters")
MESSAGES = n_("{count} message", "{count} messages")
EXCHANGES = n_("{count} exchange", "{count} exchanges")  # a question with its answer
DAYS = n_("{count} day", "{count} days")
PLACES = n_("{count} place", "{count} places")

# Token counts. Names of fields stand without a full stop.
TEXT_COUNT = _("**{tokens}** and **{characters}**, counted for `{model}` ({encoding}).")
TEXT_ESTIMATE = _(
    "**About {tokens}** and **{characters}**. This is an estimate: the tokenizer of `{model}` isn't known "
    "here, so it was counted with {encoding}."
)
NO_TEXT_TO_COUNT = _("This message has no text to count.")
TOKENS_HERE = _("Tokens in this conversation")
BAR_SENT = _("sent    {bar} {share}")
BAR_BUDGET = _("budget  {bar} {share}")
BARS_MEAN = _("-# sent: how much of my memory goes along; budget: how full a request is")
BAR_RECENT = _("-# ▒: {tokens} said here that I read when you address me")
IN_MEMORY = _("In memory")
NEXT_REQUEST = _("Next request")
TRIMMED = _("Trimmed")
LAST_ANSWER = _("Last answer")
TOKENIZER = _("Tokenizer")
AMOUNT = "{messages}, {tokens}"
REQUEST_AMOUNT = _("{messages}, {tokens} of {budget} with persona and framing, before your next message")
BILL = _("{prompt} in ({cached} cached), {completion} out")
BILL_COUNTED = _("{prompt} in ({cached} cached), {completion} out; counted here: {own} in ({difference})")
NO_BILL = _("nothing billed yet")
COUNTS_EXACT = _("`{model}`: known, so these counts are exact")
COUNTS_STALE = _("`{model}`: known; messages counted for another model are recounted at the next question")
COUNTS_LEARNED = _(
    "`{model}`: not known, so these are estimates; its bills count {ratio} times as much, and trimming goes "
    "by that"
)
MODEL_GONE = _("The model {name} is no longer available, so the default one answers")
COUNTS_ASSUMED = _("`{model}`: not known, so these are estimates")
ESTIMATED = _("about {amount}")

# What is remembered.
NOTHING_REMEMBERED = _("I don't remember anything from this conversation.")
HISTORY_HERE = _("What I remember here")
REMEMBERED = _("**{messages}** with **{tokens}**; the next request carries **{sent}** of them.")
REMEMBERED_FROM = _(
    "**{messages}** with **{tokens}**; the next request carries **{sent}** of them, [from this one "
    "on]({link})."
)
DROPS_NEXT = _("Next to drop out at {budget}: {speaker}: {excerpt}")
SUMMARY_HERE = _("Summary of what came before")
LEFT_OUT = _("no longer sent")
HISTORY_LINE = "**{speaker}** · {time} · {tokens}"
OLDER = _("Older")
NEWEST = _("Newest")
EXPORT_READY = _("Everything I remember of this conversation, as Chat Completions messages and as Markdown.")
EXPORT_UNCHECKED = _(
    "Everything I remember of this conversation, as Chat Completions messages and as Markdown. Older "
    "messages that were edited or deleted while I was offline may still be in it."
)
STILL_COUNTING = _("Still counting: {count} messages so far.")
STILL_LOOKING = _("Still looking through what I have stored.")
STILL_DELETING = _("Still deleting. What is marked for deletion is already out of sight.")
EXPORT_GOES_ON = _("The export continues.")

# Privacy.
PRIVACY_EXPORTED = _("Everything I store about you.")
PRIVACY_CONFIRM = _(
    "Delete **{messages}** of yours in **{places}**, and our whole DM? This can't be undone.\n"
    "-# My answers to you in servers stay, without your name."
)
PRIVACY_CONFIRM_REST = _(
    "I store no messages of yours. Delete everything else that I store about you, such as settings that you "
    "changed, and our whole DM? This can't be undone."
)
PRIVACY_NOTHING = _(
    "I don't store any messages, changes or settings of yours. If you asked me to ignore you, that "
    "stays until /privacy ignore off."
)
PRIVACY_DELETE = _("Delete")
PRIVACY_DELETED = _(
    "Deleted: {messages} of yours, and everything else I stored about you. Your messages on Discord "
    "stay; you can delete them there."
)
PRIVACY_NOT_YOURS = _("This button belongs to someone else.")
IGNORE_ON = _("From now on I ignore you unless you address me.")
IGNORE_OFF = _("I no longer ignore you.")

# A memory that takes or gives nothing just now. Shown to whoever asked or used a command.
MEMORY_LOCKED = _(
    "I can't reach my memory right now: another program has its file locked. Try again in a minute."
)
MEMORY_FULL = _("I can't store anything right now: the disk is full. The bot's owner needs to make room.")
MEMORY_READ_ONLY = _(
    "I can't store anything right now: my memory's file is read-only. The bot's owner needs to make it "
    "writable."
)
MEMORY_MOVED = _(
    "I can't store anything right now: my memory's file was moved or deleted while I was running. The "
    "bot's owner needs to put it back, or restart me."
)
MEMORY_FAILING = _(
    "I can't reach my memory right now: its disk is returning errors. Try again in a minute; the bot's "
    "owner can find more in the log."
)
MEMORY_AWAY = _("I can't reach my memory right now: its server is away or too busy. Try again in a minute.")
MEMORY_DAMAGED = _("I can't read my memory: its file is damaged. The bot's owner needs to restore a backup.")
