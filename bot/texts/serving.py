"""What a bot that runs says of itself, for whoever hosts it: how it is, and how it was started."""

# How it is: `python -m bot health`, /livez and /readyz.
HEARS_ALL = "connected to Discord, servers: {servers}"
HEARS_SHARDS = "connected to Discord, servers: {servers}; of {count} shards: {shards}"
NO_SHARDS = "none, as others hold them all"
HEARS_NOTHING = "not connected to Discord"
HEARS_IN_PART = "{deaf} of {shards} shards hear nothing from Discord"
NOT_LOGGED_IN = "Discord has not told of all servers yet"
MEMORY_REFUSES = "the database takes no writes ({error})"
MODEL_AWAY = "the model gave no answer when it was last asked ({error})"
STOPPED = "the bot was stopped at {at}"
NO_SIGN = "no sign of life for {seconds} seconds: the bot does not run, or stands still"
NEVER_RAN = "no bot has run with the database {path}"
NO_PORT = "the bot's memory is on a server; set HTTP_PORT so that its health can be asked for"
ANOTHER_ANSWERS = "another program is there"
NO_HTTP_ANSWER = "the bot doesn't answer ({reason})"
DATABASE_UNREADABLE = "the database {path} can't be read ({reason})"
HTTP_TAKEN = (
    "HTTP_PORT: nothing can listen at {host}:{port} ({reason}); close what does, or name another one."
)

# The start, in the log.
STARTS = "Parley {version} on Python {python}: model {model} at {url}, database {database}"
OPENAI = "OpenAI"
ANSWERS = "answers: {models}; at most {prompt} tokens of prompt, {reply} of answer in {messages} messages"
HEARS = {
    True: "hears: all that is said in the channels it sees, and direct messages",
    False: "hears: mentions, replies to it, commands and direct messages (MESSAGE_CONTENT=off)",
}
SERVES_ALL = "serves: every server that adds it"
SERVES = "serves: {servers} of ALLOWED_SERVERS"
LISTS = "lists: {allowed} allowed, {denied} denied (people, roles, channels); direct messages {direct}"
SPENDS = "spends at most: {limits}"
SPENDS_FREELY = "spends: without a limit (LIMIT_PERSON, LIMIT_SERVER, LIMIT_TOTAL)"
KEEPS, KEEPS_FOR = "keeps: messages until they are deleted", "keeps: messages for {days} days"
MODEL_UNKNOWN = (  # a line of the log, as the next one
    "model %s: %s does not know it (%s); unless it answers all the same, set OPENAI_MODEL or FALLBACK_MODELS "
    "to one that is there"
)
MODEL_UNSEEN = "model %s: %s can't be asked for it (%s); the bot runs, and asks it when it is spoken to"
DIFFERS = "differs from the defaults: {settings}"
IS_SET = "{name} set"
IN_SERVERS = "shard {shard} is connected as {name}, in {servers}"
ONE_SERVER, SERVERS = "1 server", "{count} servers"
IN_NO_SERVER = "the bot is in no server yet; this link adds it to one: {link}"
LOG_UNWRITABLE = "LOG_FILE: {file} can't be written ({reason}); make its folder writable, or name another."
