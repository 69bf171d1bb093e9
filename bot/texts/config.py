"""What /config says: all that holds in a place, in lines that a phone has room for; and who set it."""

ABOUT_CONFIG = "See and change all that is set here"
SETUP = "Set up"

TITLE_HERE = "What holds here"
TITLE_SERVER = "What holds in this server"
ROW = "**{name}** · {source}\n{value}"
CHANGE = "Change something…"
NOTHING_TO_CHANGE = "-# You can see this, and change none of it."
FOR_HERE = "This channel"
FOR_THREAD = "This thread"
FOR_SERVER = "Whole server"
BACK = "Back"
OTHER = "Other…"
WRITE = "Write…"
TO_DEFAULT = "Back to the default"
PREVIOUS = "Previous"
NEXT = "Next"
PICK = "Pick…"
HOLDS = "{value}\n-# {source}"

# Where a value comes from.
FROM_CHANNEL = "this channel"
FROM_THREAD = "this thread"
FROM_PARENT = "the channel"
FROM_SERVER = "this server"
FROM_OWNER = "the bot's owner"
FROM_YOU = "you"

# The rows by their names, and what each is about.
ROWS = {
    "model": "Model",
    "persona": "Persona",
    "auto": "Answers",
    "retention_days": "Memory",
    "recent": "Recent messages",
    "threads": "Threads",
    "access": "Who can use me",
    "limits": "Limits",
    "notices": "Notices to moderators",
}
ABOUT = {
    "model": "The model that answers.",
    "persona": "Instructions that the model gets before everything else.",
    "auto": "Whether I answer every message, or only those that address me.",
    "retention_days": "How long I remember messages.",
    "recent": "How many messages that I don't remember I read as background when someone addresses me.",
    "threads": "Whether answers lead into threads.",
    "access": "Who can use me in this server, and in which channels. What is denied counts first.",
    "limits": "What may be spent in this server. With several roles the largest limit counts.",
    "notices": "Where moderators hear what concerns them, such as what moderation held back.",
}
NO_PERSONA = "No instructions"
ANSWERS_ALL = "Every message"
ANSWERS_ADDRESSED = "Only when addressed"
REMEMBERS_ALL = "Until someone clears it"
READS = "Up to {messages}"
READS_NONE = "None"
THREADS = {
    "off": "No threads",
    "offer": "A button under answers",
    "always": "A mention opens one",
}
ACCESS_EVERYONE = "Everyone, everywhere"
ACCESS_LISTS = "Only those whom the lists let in"
NO_LIMITS = "None"
LIMIT_SERVER = "Server: {limit}"
LIMIT_PERSON = "Person: {limit}"
LIMIT_ROLES = ("{count} role has its own", "{count} roles have their own")
NOTICES_HERE = "<#{channel}>"
NOTICES_NOWHERE = "Nowhere"

# Forms.
FIELD_DAYS = "Days (0 = never forget)"
FIELD_MESSAGES = "Messages, up to 100 (0 = none)"
FIELD_LIMIT = "Limit (empty = none)"
NOT_A_NUMBER = "Write a whole number from 0 to {most}."
LIMIT_OF_SERVER = "Everybody together…"
LIMIT_OF_PERSON = "Each person…"
LIMIT_OF_ROLE = "Each person with a role…"

# Who may.
MODE_ALLOW = "Allow"
MODE_DENY = "Deny"
MODE_UNLIST = "Take off"
WHOM = {
    "allow": "Allow a person or a role…",
    "deny": "Deny a person or a role…",
    "unlist": "Take a person or a role off…",
}
WHERE = {
    "allow": "Allow a channel or a category…",
    "deny": "Deny a channel or a category…",
    "unlist": "Take a channel or a category off…",
}
EMPTY_LISTS = "Empty the lists"

# Notices.
SEND_HERE = "This channel"

STALE = "This has changed since you opened it. It now shows what holds; look at it, then try again."
LACKS = (
    "-# I lack here: {permissions}. Someone who manages this server can give that to my role, or invite "
    "me again."
)
