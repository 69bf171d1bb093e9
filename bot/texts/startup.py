"""What is printed where the bot is started, for whoever hosts it.

These sentences name settings, addresses and causes, which would mean nothing on Discord.
"""

# The start. Printed for the self-hoster, one sentence, then the process ends.
LOGIN_REFUSED = (
    "Discord refused DISCORD_TOKEN; copy the token again from https://discord.com/developers/applications "
    "(your application, Bot, Reset Token) into .env."
)
INTENT_MISSING = (
    "Discord does not let this bot read messages; switch on Message Content Intent at "
    "https://discord.com/developers/applications (your application, Bot) and start again."
)
TOO_FEW_SHARDS = (
    "Discord wants this bot on more shards than GET /gateway/bot tells of; if DISCORD_API_URL is set, what "
    "answers there may be stale, so start again without it."
)
SHARDS_TOO_FEW = (
    "Discord refuses this bot's servers on {shards} shards, as too few: it recommends {wanted}. "
    "Set SHARDS=auto, or to that number; processes that share a database agree on it with "
    "`python -m bot reshard`."
)
GATEWAY_REFUSED = (
    "Discord's gateway refused {what} (close code {code}); this version of the bot no longer fits Discord: "
    "update it and start again."
)
GATEWAY_LOST = (
    "Discord's API answers, but its gateway could not be had for {seconds} seconds; "
    "the bot ends so that it can be started again."
)
DISCORD_UNREACHABLE = (
    "Discord can't be reached ({reason}); check the network, and DISCORD_API_URL if you set it, "
    "and start again."
)
NOT_DISCORD = "what answers there is not Discord's API"
KEY_REFUSED_AT_START = (
    "The model's server refused OPENAI_API_KEY; put a key that it accepts into .env "
    "(OpenAI's are at https://platform.openai.com/api-keys)."
)
MODEL_NOT_THERE = "There is no model {model} at {url}; set OPENAI_MODEL to one that is there."
MODEL_UNREACHABLE = (
    "The model's server {url} gives no answers ({reason}); "
    "see whether it runs, and check OPENAI_BASE_URL and the network."
)
FALLBACK_KEY_REFUSED = "{url} refused {setting}; put a key that it accepts into .env."
FALLBACK_NOT_THERE = "There is no model {model} at {url}; name one in FALLBACK_MODELS that is there."
FALLBACK_UNREACHABLE = "{url} gives no answers ({reason}); see whether it runs, and check FALLBACK_MODELS."
DIALECTS_FORGOTTEN = "Forgot what models' servers had taught: {count} lessons."
NO_APPLICATION_ID = "DISCORD_TOKEN does not begin with an application's id; copy it again."
NOT_CONNECTED = "The bot did not connect within {seconds} seconds; the log above says why."
PORT_TAKEN = "Another program listens at {url} already. Close it, or name another port with --port."
PORT_REFUSED = "The system lets nobody listen at {url}. Name another port with --port."
PLAYGROUND_READY = (
    "The playground is open at {url}\n"
    "Answers come from {model}.\n"
    "Open the address in a browser and talk to the bot; Ctrl+C closes it.\n"
    'In the terminal: python -m bot playground --say "Hello! I\'m John." --say "Do you know my name?"'
)
CLUSTER_READY = (
    "The playground is open at {url}\n"
    "Three processes of the bot share its shards and one PostgreSQL; their logs follow.\n"
    "Answers come from {model}.\n"
    "Above the messages you can kill, pause and add processes; the conversation goes on. Ctrl+C closes it."
)
NO_POSTGRES = (
    "There is no PostgreSQL here to be started. `make cluster` brings one along; "
    "without make, install your system's PostgreSQL."
)
STAND_IN = "an offline stand-in for a model (set OPENAI_API_KEY or OPENAI_BASE_URL to use your own)"
CHANGED = "{files} changed; the playground starts anew, and the chat stays."
NO_SUCH_PERSON = "--as: nobody is called {name}; there are {known}."
NO_SUCH_CHANNEL = "--channel: there is no {name}; there are {known}, and dm."
CANT_RUN = "{command} can't be run: {reason}."
OPENS_FORM = "(opens the form {title})"
CANT_SAY = (
    "The playground does not take this message, as Discord would not: {reason}. 4000 characters are the most."
)
NO_ANSWER = "No answer came within {seconds} seconds; the log above says why."

NO_PRICE = (
    "{limit} is in money, and the price of {model} at {server} is not known; "
    "set it in PRICES, or set the limit in tokens."
)

# A start without its database. Printed where the bot is started.
STORE_UNWRITABLE = (
    "The database {path} can't be written ({reason}). "
    "Make its folder writable for the bot, or set DATABASE_URL to another place."
)
STORE_FULL = "The disk of the database {path} is full. Make room on it, and start again."
STORE_LOCKED = (
    "The database {path} is in use by another program. "
    "Stop that one, or set DATABASE_URL to another file, and start again."
)
STORE_HELD = "A bot is running on the database {path}. Stop it first, or set DATABASE_URL to another file."
NO_LOCKS = (
    "The folder of the database {path} can't hold a lock ({reason}), as some network drives can't. "
    "Set DATABASE_URL to a file on a disk of this machine."
)
STORE_BROKEN = (
    "{path} isn't a sound database ({reason}). "
    "Move it away or put a copy of it back, or set DATABASE_URL to another file."
)
STORE_FOREIGN = "The database {path} belongs to another program. Set DATABASE_URL to another one."
STORE_NEWER = (
    "The database {path} was written by a newer version of this bot. "
    "Update the bot, or set DATABASE_URL to another one."
)
STORE_OLDER = (
    "The database {path} was written by an older version of this bot. "
    "The bot's next start brings it up to date."
)
STORE_EMPTY = "There is no memory in the database {path} yet; the bot's first start makes it."
STORE_MOVING = (
    "A memory is being moved to the database {path}, and not all of it is there yet. "
    "Run `python -m bot move` again, which goes on where it was."
)
STORE_TOO_OLD = "PostgreSQL {version} runs at {path}. Parley needs PostgreSQL 14 or newer."
STORE_UNREACHABLE = (
    "The database {path} can't be reached ({reason}). See whether PostgreSQL runs there, and check {setting}."
)
STORE_REFUSED = (
    "The database {path} doesn't let the bot in ({reason}). "
    "Check the name, the password, the database and the options in {setting}."
)
STORE_TAKES_NO_WRITES = (
    "The database {path} can only be read ({reason}), as on a standby. "
    "Name the server that takes writes in {setting}."
)
STORE_URL_WRONG = (
    "PostgreSQL's client does not understand {setting} ({path}). Check what stands behind the question "
    "mark, and write signs in the password as in any address: % is %25."
)
STORE_NOT_OURS = (
    "The user of {setting} may not make tables in {path} ({reason}). "
    "Let it own the database: ALTER DATABASE ... OWNER TO ...;"
)
POSTGRES_MISSING = (
    "To reach PostgreSQL takes its client, which is not installed. "
    "Install the packages of requirements/postgres.txt as docs/running.md says."
)
ON_A_SERVER = (
    "The memory is in the PostgreSQL database {path}, which this command can't treat as a file. "
    "Use PostgreSQL's own {tool} for it; docs/growing.md says how."
)
RESHARD_ALONE = (
    "The memory {path} is for one process, which holds all shards: "
    "SHARDS says how many there are, from the next start on."
)
RESHARD_LIVING = (
    "Processes that hold shards are running, or were within the last {seconds} seconds: {count}. "
    "Stop them all and try again; nothing was changed."
)
RESHARD_UNKNOWN = (
    "Discord can't be asked how many shards it recommends ({reason}). "
    "Name a number, such as `python -m bot reshard 4`, or try again later."
)
RESHARDED = "There are {shards} shards from now on, shared out among all processes that start."
STORE_ABSENT = "There is no database {path}; check DATABASE_URL, and start this in the bot's folder."
COPY_ABSENT = "There is no file {path}; name a copy that `python -m bot backup` made."
FILE_THERE = "There is a file {path} already, and it stays as it is. Name another one."
COPY_IN_THE_WAY = (
    "{path} has the name of a copy that was never finished, which would be overwritten. "
    "Give it another name, and copy that."
)
FILE_UNWRITABLE = "{path} can't be written ({reason}). Name a file in a folder that is there and yours."
SERVER_UNKNOWN = "Nothing is remembered of the server {server}. Those of which something is: {known}."
NO_SERVERS = "none"
EXPORTED = (
    "{path}: {count} messages of {channels} channels of the server {server}. It holds what people said; "
    "keep it to yourself."
)
BACKED_UP = (
    "{path}, {size}: a copy of {database}, found sound. It holds what people said; keep it to yourself."
)
PUT_BACK = (
    "{database} is now what {path} holds. What it was before is kept as {aside}; delete it when all is well."
)
PUT_IN_PLACE = "{database} is now what {path} holds."
VACUUMED = "{database} takes {after}, before {before}."
STORE_UNREADABLE = "The database {path} can't be read ({reason}). Run this as the user who runs the bot."
STORE_NEEDS_SQLITE = (
    "This Python brings SQLite {version}, but 3.37 or newer is needed. "
    "Install a newer Python and start again."
)

# What was spent: `python -m bot usage`.
USAGE_COLUMNS = (
    "requests",
    "prompt",
    "cached",
    "completion",
    "reasoning",
    "dollars",
    "unpriced",
    "estimated",
)
NOBODYS = "(deleted)"
IN_ALL = "in all"
SINCE_FUTURE = "{day} has not begun yet; --since must be today or earlier."
SINCE_WRONG = "--since must be a day such as 2026-11-01."
