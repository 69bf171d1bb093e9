"""What members read on Discord: answers and their notes, buttons, menus, counts, memory and privacy.

Plain words, no exclamation marks, no lecture: what happened, what stays, what can be done next. Nothing here
formats or decides.
"""

CURSOR = " ▌"  # more of an answer is coming

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
RATE_LIMITED_UNTIL = (
    "The model has got too many requests, and takes more of them <t:{at}:R>. Your message is kept; "
    "please ask again then."
)
MODEL_DOWN = "I can't reach the model right now. Your message is kept; please try again in a few minutes."
MODEL_DOWN_UNTIL = (
    "I can't reach the model right now; its server says that it is back <t:{at}:R>. Your message is kept; "
    "please ask again then."
)
ANSWERED_BY = "Answered by {name}, since the usual model gave no answer"
MODEL_BACK = "I can reach the model again."
MODEL_TIMEOUT = "The model took too long to answer. Your message is kept; please try again."
CONTEXT_TOO_LONG = (
    "This is more than the model can read at once. Your message is kept; a shorter one will work, "
    "or someone who manages this channel can use /reset."
)
REQUEST_REFUSED = (
    "The model's server did not accept this request. Your message is kept. "
    "Whoever runs me finds the reason in the log."
)
CONTENT_FILTERED = (
    "The model's provider held the answer back. Your message is kept; putting it another way may help."
)
EMPTY_ANSWER = "The model sent back nothing. Your message is kept; please try again."
NOTHING_TO_SO_MUCH = (
    "The model sent back nothing; this may be more than it can read at once. Your message is kept; "
    "a shorter one may work, or someone who manages this channel can use /reset."
)
REPLY_USED_UP = (
    "The model spent its whole reply on thinking and wrote nothing. Your message is kept; "
    "asking again may help. Whoever runs me can raise MAX_REPLY_TOKENS or lower REASONING_EFFORT."
)
CONNECTION_CUT = "The connection to the model broke off."

# Notes under an answer, and in its place.
STOPPED_BY = "Stopped by {name}. What was written stays."
STOPPED_BEFORE_TEXT = "Stopped by {name} before the first word."
STOPPED = "Stopped. What was written stays."
STOPPED_UNSEEN = "Stopped before the first word."
QUESTION_GONE = "Stopped, since the question was deleted."
HISTORY_RESET = "Stopped, since the history here was reset."
INTERRUPTED = "I was interrupted here. What was written stays; Continue goes on from it."
INTERRUPTED_BEFORE_TEXT = "I was interrupted before the first word. Regenerate asks again."
RAN_OUT_OF_LENGTH = "This is as long as one answer may get. Continue goes on from here."
REST_UNSHOWN = "The rest did not fit, and I may not attach files here: I lack the permission Attach Files."
CODE_GOES_ON = "This code goes on in {name}, attached below."
FILTERED = "The model's provider ended the answer here."
REST_REFUSED = "Discord did not accept the rest of this answer. Regenerate asks again."
ANSWER_REFUSED = "Discord did not accept this answer. Regenerate asks again."
TOO_LONG_A_WAIT = (
    "Discord let me write nothing here for a while, so I gave up this answer. Your message is kept; "
    "Regenerate asks again."
)
CUT_MID_ANSWER = "{sentence} What was written stays; Continue goes on from it."
THINKING = "Thinking… {seconds} s"
WAITING = "Waiting for the model… {seconds} s"
LOADING = "The model is being loaded… {seconds} s"
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

# Buttons on an answer, and what they say to whoever pressed in vain.
STOP = "Stop"
REGENERATE = "Regenerate"
CONTINUE = "Continue"
NOT_WRITING = "This answer has ended already."
STILL_WRITING = "This answer is still being written; please press again when it has ended."
QUESTION_FORGOTTEN = "The question of this answer was deleted, so it can't be redone. Just ask again."
NOT_NEWEST = (
    "The conversation has gone on since. Only the newest answer can be redone or continued; just ask again."
)
NOTHING_TO_CONTINUE = "This answer is complete. Just ask for more."
ANSWER_FORGOTTEN = (
    "I no longer remember this answer: its history was reset or it was deleted. Just ask again."
)

# Commands that failed.
COMMAND_BROKE = (
    "Something broke on my side. If this was to change something, /history log shows whether it did. "
    "Reference: {reference}."
)
COMMAND_CHANGED = (
    "This command has changed since Discord showed it to you. Please try it again in a minute; "
    "if it is the same then, Ctrl+R reloads Discord."
)
NOT_IN_TIME = "Discord did not let me answer in time, so nothing was changed. Please try again."
NOT_POSTED = "Discord takes no message of mine here just now, so nothing was asked. Please try again later."
NEEDS_PERMISSION = "This needs the permission {permission} here. Nothing was changed."
ASKER_OR_PERMISSION = (
    "This is for whoever asked; others need the permission {permission} here. Nothing was changed."
)
OWNERS_ONLY = "This is for whoever runs me. Nothing was changed."
NO_SERVER_HERE = "There is no server around this conversation. Nothing was changed."

# A message's menus, and what they do.
ASK_FORM = "Ask about this message"
ASK_FIELD = "Your question"
ASK_PLACEHOLDER = "What do you make of this?"
ASK_POSTED = "**{name}** asks about {link}: {question}"
ASKED = "Asked: {link}"
ASK_WITHHELD = "Its author asked me not to read their messages. You can tell me about it in your own words."
ASK_GONE = "This message was deleted meanwhile, so I asked nothing about it."
ASK_UNREADABLE = "I may not read back here, so I can't tell whether this message still says what you saw."
ASK_UNREAD = "Discord doesn't show me this message just now, so nothing was asked. Please try again later."
NOTHING_TO_ASK_ABOUT = (
    "I find neither words nor a file in this message. You can tell me about it in your own words."
)
CANT_WRITE_HERE = "I can't write in this channel, so there would be no answer."
NO_DETAILS = "This isn't an answer of mine that I still remember."
DETAIL_MODEL = "Model"
DETAIL_ID = "Id"
DETAIL_END = "Finish reason"
DETAIL_STATE = "State"
DETAIL_TOKENS = "Tokens billed"
DETAIL_FIRST = "First chunk after"
SECONDS = "{seconds} s"
DETAIL_MISSING = "none"
DETAIL_NO_JSON = "The model sent no completion to its end."
STATE_WRITING = "being written"
STATE_COMPLETE = "complete"
STATE_LENGTH = "cut at the reply's token limit"
STATE_STOPPED = "stopped"
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
BILL = "billed {prompt} prompt tokens ({cached} cached) and {completion} completion tokens"
OWN_COUNT = "; our own count of the prompt: {own} ({difference})"
NO_BILL = "nothing billed yet"
COUNTS_EXACT = "`{model}`: known, these counts are exact"
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
NOTHING_REMEMBERED = "I remember nothing of this conversation."
HISTORY_HERE = "What I remember here"
REMEMBERED = "**{messages}** with **{tokens}**; the next request carries **{sent}** of them"
SENT_FROM = ", [from this one on]({link})"
DROPS_NEXT = (
    "When a request would pass {budget}, the oldest ones are no longer sent, "
    "beginning with {speaker}: {excerpt}"
)
SUMMARY_HERE = "Summary of what came before"
LEFT_OUT = "no longer sent"
HISTORY_LINE = "**{speaker}** · {time} · {tokens}"
OLDER = "Older"
NEWEST = "Newest"
EXPORT_READY = "All that I remember of this conversation, as Chat Completions messages and as Markdown."
EXPORT_UNCHECKED = "What was edited or deleted further back while I was away may be in it as it was."
STILL_COUNTING = "Still counting: {count} messages so far."
STILL_LOOKING = "Still looking through what I store."
STILL_DELETING = "I'm still at it. What is deleted is out of everybody's sight already."
EXPORT_GOES_ON = "The export goes on."

# Privacy.
PRIVACY_EXPORTED = "All that I store of you."
PRIVACY_CONFIRM = (
    "This deletes what I store of you in **{places}**, with **{messages}** of yours, for good: "
    "there is no undo. Our direct conversation goes whole; answers that I gave you elsewhere and changes "
    "that you made there stay, without your name."
)
PRIVACY_NOTHING = (
    "I store no message, change or setting of yours. "
    "If you asked me not to listen to you, that stays until /privacy ignore off."
)
PRIVACY_DELETE = "Delete"
PRIVACY_DELETED = (
    "Deleted: what I stored of you, with {messages} of yours. "
    "What stands on Discord itself stays; you can delete it there."
)
PRIVACY_NOT_YOURS = "This belongs to somebody else. Nothing was deleted."
IGNORE_ON = "I store nothing more of what you say unless you address me, and don't chime in on you."
IGNORE_OFF = "I listen to you again where I take part in the conversation."

# A memory that takes or gives nothing just now. Shown to whoever asked or used a command.
MEMORY_LOCKED = (
    "I can't reach my memory right now: another program holds its file. Please try again in a minute."
)
MEMORY_FULL = (
    "I can't store anything right now: the disk is full. "
    "Whoever runs me needs to make room; please try again then."
)
MEMORY_READ_ONLY = (
    "I can't store anything right now: the file of my memory is read-only. "
    "Whoever runs me needs to make it writable; please try again then."
)
MEMORY_MOVED = (
    "I can't store anything right now: the file of my memory was moved or deleted while I was running. "
    "Whoever runs me needs to put it back, or start me again."
)
MEMORY_FAILING = (
    "I can't reach my memory right now: its disk answers with errors. "
    "Please try again in a minute; whoever runs me finds more in the log."
)
MEMORY_DAMAGED = (
    "I can't read my memory: its file is damaged. Whoever runs me needs to put a copy of it back."
)
