"""Commands as Discord lists them: their descriptions and options, and who may use them."""

# Commands as Discord lists them; at most 100 characters each.
ABOUT_HELP = "Show what you can do here"
ABOUT_TOKENS = "Count tokens"
ABOUT_TOKENS_TEXT = "Count the tokens of a text"
ABOUT_TOKENS_CHANNEL = "Memory and token use in this channel"
ABOUT_HISTORY = "What I remember here"
ABOUT_HISTORY_SHOW = "Show what I remember of this conversation"
ABOUT_HISTORY_EXPORT = "Export what I remember of this conversation"
ABOUT_HISTORY_LOG = "Show who reset or changed what here"
ABOUT_RESET = "Clear what I remember. Can be undone for 10 minutes"
ABOUT_PERSONA = "How I behave here"
ABOUT_PERSONA_SHOW = "Show the persona here"
ABOUT_PERSONA_SET = "Write a persona for me"
ABOUT_PERSONA_CLEAR = "Go back to the default persona"
ABOUT_MODEL = "Which model answers here"
ABOUT_MODEL_SHOW = "Show which model answers here"
ABOUT_MODEL_SET = "Pick the model that answers"
ABOUT_MODEL_CLEAR = "Go back to the default model"
ABOUT_AUTO = "Whether I answer every message here"
ABOUT_AUTO_SHOW = "Show whether I answer every message here"
ABOUT_AUTO_CLEAR = "Go back to the default"
ABOUT_AUTO_ON = "Answer every message"
ABOUT_AUTO_OFF = "Answer only when addressed"
ABOUT_CONTEXT = "Which recent messages I read as background"
ABOUT_CONTEXT_SHOW = "Show how many recent messages I read here"
ABOUT_CONTEXT_RECENT = "Read this many recent messages when someone addresses me (0 = none)"
ABOUT_CONTEXT_CLEAR = "Go back to the default number of messages"
ABOUT_THREADS = "Whether answers lead into threads"
ABOUT_THREADS_SHOW = "Show whether answers lead into threads here"
ABOUT_THREADS_SET = "Say whether answers lead into threads"
ABOUT_THREADS_CLEAR = "Go back to the default"
ABOUT_NOTICES = "Where moderators hear what concerns them"
ABOUT_NOTICES_SHOW = "Show which channel my notices to moderators go to"
ABOUT_NOTICES_SET = "Send my notices to moderators to this channel"
ABOUT_NOTICES_CLEAR = "Send my notices to moderators nowhere"
ABOUT_RETENTION = "How long I remember messages here"
ABOUT_RETENTION_SHOW = "Show how long I remember messages here"
ABOUT_RETENTION_SET = "Forget messages after this many days (0 = never)"
ABOUT_RETENTION_CLEAR = "Go back to the default number of days"
ABOUT_ACCESS = "Who can use me in this server, and where"
ABOUT_ACCESS_ALLOW = "Let only listed people and roles use me, or only in listed channels"
ABOUT_ACCESS_DENY = "Keep a person, a role or a channel from using me"
ABOUT_ACCESS_CLEAR = "Take one entry off the lists, or all of them"
ABOUT_ACCESS_SHOW = "Show who can use me in this server, and where"
ABOUT_PRIVACY = "What I store about you"
ABOUT_PRIVACY_EXPORT = "Get everything I store about you as a file"
ABOUT_PRIVACY_DELETE = "Delete everything I store about you"
ABOUT_PRIVACY_IGNORE = "Whether I read your messages when you don't address me"
ABOUT_PRIVACY_IGNORE_ON = "Ignore you unless you address me"
ABOUT_PRIVACY_IGNORE_OFF = "Stop ignoring you"
OPTION_TEXT = "The text to count"
OPTION_COUNT_MODEL = "The model to count for (default: the one that answers here)"
OPTION_WHO = "A person or a role"
OPTION_WHERE = "A channel and its threads, or a category and its channels"
OPTION_MODEL = "The model's name"
OPTION_RESET_SCOPE = "This channel, or every channel of the server"
OPTION_KEEP = "Keep this many of the latest exchanges"
OPTION_SCOPE = "This channel, or all channels of the server without a setting of their own"
OPTION_DAYS = "How many days (0 = never forget)"
OPTION_MESSAGES = "How many messages, up to 100 (0 = none)"
OPTION_THREADS = "off: never; offer: a button under answers; always: a mention opens a thread"
MENU_ASK = "Ask about this"
MENU_COUNT = "Count tokens"
MENU_DETAILS = "Reply details"

# Who may use them. The names of permissions are those of Discord's client.
PERMISSIONS = {
    "read_messages": "View Channels",
    "view_channel": "View Channel",
    "add_reactions": "Add Reactions",
    "embed_links": "Embed Links",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
    "manage_messages": "Manage Messages",
    "manage_threads": "Manage Threads",
    "manage_channels": "Manage Channels",
    "manage_guild": "Manage Server",
}
