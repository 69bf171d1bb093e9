"""Commands as Discord lists them: their descriptions and options, and who may use them."""

# Commands as Discord lists them; at most 100 characters each.
ABOUT_TOKENS = "Count tokens"
ABOUT_TOKENS_TEXT = "Count the tokens of a text and see where it is cut"
ABOUT_TOKENS_CHANNEL = "See what is in memory here, what of it the next request carries, and the last bill"
ABOUT_HISTORY = "See what I remember here"
ABOUT_HISTORY_SHOW = "See what I remember of this conversation, newest first"
ABOUT_HISTORY_EXPORT = "Get all that I remember of this conversation as files"
ABOUT_HISTORY_LOG = "See who reset or changed what here"
ABOUT_RESET = "Clear what I remember; it can be undone for 10 minutes"
ABOUT_PERSONA = "How I should be here"
ABOUT_PERSONA_SHOW = "See the persona that holds here"
ABOUT_PERSONA_SET = "Write the persona that I should have"
ABOUT_PERSONA_CLEAR = "Take the persona back that was set"
ABOUT_MODEL = "Which model answers here"
ABOUT_MODEL_SHOW = "See which model answers here"
ABOUT_MODEL_SET = "Pick the model that answers"
ABOUT_MODEL_CLEAR = "Take the model back that was picked"
ABOUT_AUTO = "Whether I answer every message"
ABOUT_AUTO_ON = "Have me answer every message"
ABOUT_AUTO_OFF = "Have me answer only when I am addressed"
ABOUT_CONTEXT = "How much of what was said here I read as background"
ABOUT_CONTEXT_RECENT = "Have me read the newest so many messages when I am addressed, or with 0 none"
ABOUT_CONTEXT_CLEAR = "Take the number of messages back that was set"
ABOUT_RETENTION = "For how long I remember"
ABOUT_RETENTION_SHOW = "See for how long I remember what is said here"
ABOUT_RETENTION_SET = "Have me forget what is older than so many days, or with 0 nothing by its age"
ABOUT_RETENTION_CLEAR = "Take the number of days back that was set"
ABOUT_PRIVACY = "What I store of you"
ABOUT_PRIVACY_EXPORT = "Get all that I store of you, in every place, as a file"
ABOUT_PRIVACY_DELETE = "Have all that I store of you deleted, in every place"
ABOUT_PRIVACY_IGNORE = "Whether I listen to you when you don't address me"
ABOUT_PRIVACY_IGNORE_ON = "Store nothing of what I say unless I address you, and never chime in on me"
ABOUT_PRIVACY_IGNORE_OFF = "Listen to me again"
OPTION_TEXT = "The text to count"
OPTION_COUNT_MODEL = "The model to count for; without it, the one that answers here"
OPTION_MODEL = "The model's name"
OPTION_RESET_SCOPE = "This channel, or every channel of the server"
OPTION_KEEP = "Keep the newest so many questions with their answers"
OPTION_SCOPE = "For this channel, or for all of the server where a channel has nothing of its own"
OPTION_DAYS = "Days after which a message is forgotten; 0 keeps it until somebody clears it"
OPTION_MESSAGES = "How many of the newest messages that are not in my memory, at most 100; 0 for none"
MENU_ASK = "Ask about this"
MENU_COUNT = "Count tokens"
MENU_DETAILS = "Reply details"

# Who may use them. The names of permissions are those of Discord's client.
PERMISSIONS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
    "manage_messages": "Manage Messages",
    "manage_threads": "Manage Threads",
    "manage_channels": "Manage Channels",
    "manage_guild": "Manage Server",
}
