"""What `python -m bot check` says: what is well, and what whoever hosts the bot can do where not."""

SETTINGS_READ = "all that is set can be read"

# Discord.
KNOWN_AS = "Discord knows it as {name} ({id})"
NO_STARTS_LEFT = (
    "it has logged in {total} times today, which is all that Discord allows; it can again in {hours} hours"
)
SHARDS = "it takes {shards} of them, and Discord recommends {wanted}"
SHARDS_TOO_FEW = (
    "SHARDS={shards} is less than the {wanted} that Discord recommends, and it refuses more than 2,500 "
    "servers on one; set SHARDS=auto"
)
FEW_STARTS_LEFT = "{left} more sessions may be started today, and each start of the bot takes {shards}"
MAY_READ = "it may read what people write"
READS_WHAT_IS_SAID_TO_IT = (
    "it gets only what is said to it (MESSAGE_CONTENT=off): no automatic answers, no threads without a "
    "mention, no recent messages as background"
)
NOT_NEEDED = "{names} is on and not needed; switch it off on the page of your application, under Bot"
PUBLIC = (
    "anybody may add this bot to a server (Public Bot), at your cost; switch that off on the page of your "
    "application, under Bot, or set ALLOWED_SERVERS"
)
TO_BE_LEFT = "ALLOWED_SERVERS doesn't name it, so the bot leaves it when it starts, and forgets it"
NOT_JOINED = "ALLOWED_SERVERS names it, and the bot isn't in it"
IN_NO_SERVER = "it is in no server yet; add it with {link}"
IN_SERVERS = "it is in {count}, with all that it needs in {whole}"
LACKS = "it lacks {names}; give that to its role, or add it again with {link}"
CHANNEL_UNSEEN = (
    "the bot sees no channel {id}; check the id, and give its role View Channel there "
    "(Edit Channel, Permissions)"
)
CHANNEL_LACKS = "it lacks {names} there; give that to its role (Edit Channel, Permissions)"
CHANNEL_WELL = "it may do all that it needs there"
CHANNEL_DIRECT = "this is a direct conversation, which takes no permission"
CLOCK_RIGHT = "it agrees with Discord's"
CLOCK_UNKNOWN = "it can't be compared, since Discord could not be asked for the time"
CLOCK_WRONG = (
    "it is {seconds} s {way} of Discord's, so that waits, and what is looked for after a restart, are wrong; "
    "have the machine set it (timedatectl set-ntp true)"
)

# The model.
ANSWERS = "{url} takes the key and has {model}; its first word came after {seconds:.2f} s"
NEVER_BILLS = (
    "{url} does not say how many tokens {model} took, so our own counts can't be compared with it; "
    "they are estimates unless its tokenizer is known"
)
CACHES_NOTHING = (
    "{url} ignores REASONING_EFFORT and caches no prompts, so that every request is billed whole; a smaller "
    "MAX_PROMPT_TOKENS costs less"
)
MODEL_LEAVES = "{model} leaves {url} on {day}; set another one before"
MODEL_KNOWN = "{window}; {counted}; {price}"
WINDOW, NO_WINDOW = "a context window of {tokens} tokens", "its context window is not known"
EXACT, ESTIMATED = "tokens are counted with {encoding}", "tokens are estimated with {encoding}"
PRICE = "a million tokens cost ${prompt:.2f} in prompts, ${answer:.2f} in answers"
NO_PRICE = "its price is not known"
LESSON = "{model} at {url}: {about}, since {when}: {why}"
NO_LESSONS = "every model takes requests as OpenAI has them, as far as it was asked"
MODEL_NOT_ALLOWED = (
    "{place} has the model {model}, which neither OPENAI_MODEL nor ALLOWED_MODELS names; "
    "the default answers there"
)
MODEL_GONE = "{place} has the model {model}, which its server has no more; the default answers there"

# The database.
DATABASE_TO_COME = "there is no {path} yet; the bot's first start makes it"
DATABASE_KNOWN = "{path}: schema {version}, {size}, {turns} messages, the oldest of {oldest}"
DATABASE_EMPTY = "{path}: schema {version}, {size}, nothing said yet"
ON_A_SERVER = "on a server"
NOT_WRITABLE = (
    "{path} can't be written by this user; make it and its folder writable for whoever runs the bot"
)
ROOM = "{free} are free on its disk"
LITTLE_ROOM = "only {free} are free on its disk; make room, since a full disk keeps the bot from remembering"
OPEN_TO_OTHERS = "{path} can be read by others on this machine; `chmod 600 {path}` keeps it to yourself"
