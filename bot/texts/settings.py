"""What each setting is for, with its default as one would write it: the reference in docs/settings.md.

The bot that runs loads none of this. `python -m bot.settings` prints the page; tests hold each
default to the code.
"""

INTRODUCTION = """\
# Settings

From the environment and from the file `.env` in the folder where the bot is started, read once at the start;
the environment wins. Only the first two must be set. All that is wrong is told together, each by its name,
and a name that is nearly one of these is told with the likely one. A value may stand in quotes, behind
`export`, with spaces around `=` and a comment behind it, as `docker run --env-file` passes it on too.

A secret may stand in a file of its own, as Docker and Kubernetes have it: `DISCORD_TOKEN_FILE`,
`OPENAI_API_KEY_FILE`, `FALLBACK_1_API_KEY_FILE`, `MODERATION_API_KEY_FILE`, `DATABASE_URL_FILE`, each the
path of the file.

`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` hold for Discord, the models and attachments alike,
from the environment or `.env`: an HTTP proxy, with `user:password@` where it asks for one. `NO_PROXY` takes
names, domains, addresses and networks such as `10.0.0.0/8`. What is on this machine is never reached through
a proxy. SOCKS proxies are not supported.

This page is made by `python -m bot.settings` from the settings' code.
"""

# By heading. A setting is a line NAME=default, as it would stand in `.env`, or its name alone where it must
# be set; below it, up to an empty line, its meaning.
GROUPS = {
    "Discord and the model": """
DISCORD_TOKEN
  the bot's token, from <https://discord.com/developers/applications>: your application, Bot, Reset Token.
  On the same page switch on Message Content Intent

OPENAI_API_KEY
  your key, OpenAI's from <https://platform.openai.com/api-keys>; not needed with an `OPENAI_BASE_URL` on
  this machine or in a private network

OPENAI_BASE_URL=
  any OpenAI-compatible server, such as Ollama (`http://localhost:11434/v1`), LM Studio
  (`http://localhost:1234/v1`), vLLM, llama.cpp, OpenRouter (`https://openrouter.ai/api/v1`); [what each
  needs](works-with.md). Default: OpenAI's

OPENAI_MODEL=gpt-6-luna
  the model that answers

ALLOWED_MODELS=
  further models that `/model set` offers, separated by commas

FALLBACK_MODELS=
  models that are asked in turn where the one of a place can't be reached, has no quota left or takes too
  long, before anything was shown: separated by commas, each a model of the same server, or another server's
  address, `|` and its model, such as `gpt-5-mini, http://localhost:11434/v1|llama3.2`. The one that failed
  is left alone for a minute. Keys are in the list's order: `FALLBACK_1_API_KEY`, `FALLBACK_2_API_KEY`;
  `OPENAI_API_KEY` goes to no other server, and one at home needs none

DISCORD_API_URL=
  another address for Discord's REST API, such as a rate-limit proxy's
""",
    "Questions and answers": """
SYSTEM_PROMPT=You are a helpful assistant.
  the persona; may be empty (`SYSTEM_PROMPT=`), then no system message is sent

REASONING_EFFORT=none
  how long a model that thinks may do so: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`; sent
  only to models that are known to take it, the nearest one that a model knows

MODEL_OPTIONS=
  further fields of each request as JSON, such as `{"temperature": 0.7, "service_tier": "flex"}`; what the
  model's server refuses of them is left out. None that Parley sets itself

MAX_PROMPT_TOKENS=8000
  the most tokens that one request may carry: persona, history, new message

MAX_REPLY_TOKENS=2000
  the most tokens that one answer may have

MAX_REPLY_MESSAGES=5
  an answer takes at most so many messages; the rest is attached as `answer.md`

FIRST_TOKEN_TIMEOUT=
  how many seconds the model may take to its first word. Default: 60; 300 where its server is on this
  machine or in a private network, since it may load the model first, or where it thinks with an effort
  above `low`. Between two words it may be silent for 60 seconds, or, on such a server, for as long as
  before the first

TRANSCRIPTION_MODEL=
  the model that writes down voice messages and sound files, such as `whisper-1` or
  `gpt-4o-mini-transcribe`, at the same server's `/audio/transcriptions`. Default: none; then they are named
  and not heard
""",
    "Who may": """
OWNERS=
  the user ids of those who run the bot, separated by commas: they may use everything of it, in every
  server. Default: whoever owns its application on Discord's developer page, or the owner, admins and
  developers of the team that does

ALLOWED_SERVERS=
  the ids of the only servers that the bot stays in, separated by commas; it leaves all others at once, and
  forgets them. Default: all. Whom "Public Bot" on Discord's developer page lets invite it is another matter

ALLOWED_USERS=
  the ids of the only people who may use the bot anywhere, beside its owners and those with one of
  `ALLOWED_ROLES`. [Who may do what](access.md)

ALLOWED_ROLES=
  the ids of the only roles whose members may use the bot, beside its owners and `ALLOWED_USERS`; in direct
  messages nobody has a role

ALLOWED_CHANNELS=
  the ids of the only channels in which the bot may be used; a channel means its threads, a category its
  channels. Direct messages are no channels

DENIED_USERS=
  the ids of people who may not use the bot, whatever else is allowed

DENIED_ROLES=
  the ids of roles whose members may not use the bot, whatever else is allowed; in direct messages nobody
  has a role

DENIED_CHANNELS=
  the ids of channels, or of categories, in which the bot may not be used, whatever else is allowed

DIRECT_MESSAGES=on
  `off`: the bot answers its owners alone in direct messages

USER_INSTALLS=off
  who may use `/ask` as an app that they installed for themselves, in servers without the bot and in direct
  messages with others: `owners`, or `everyone`, on your account and within `LIMIT_PERSON` and `LIMIT_TOTAL`;
  what is asked there is forgotten after a day

REFUSED_MENTIONS=reaction
  what those get who address the bot and may not use it: a `reaction` on their message, or `nothing`

MESSAGE_CONTENT=on
  `off`: the bot runs without the privileged Message Content intent and gets only what is said to it:
  mentions, replies that ping, direct messages, commands and menus; no automatic answers, no threads without
  a mention, no recent messages as background

ALLOWED_BOTS=
  the user ids of other bots that are answered as people are, separated by commas; after three answers to
  bots a person has to speak in that channel before the next
""",
    "Bounds": """
MAX_CONCURRENT_REQUESTS=64
  how many requests a server of models gets at once: answers, summaries, transcriptions. One that names its
  slots, as llama.cpp's does, gets no more than those. The others wait in fair order: servers take turns, then
  people. Processes on one PostgreSQL share this. `0`: no bound. The playground and the benchmarks switch off
  all of these bounds

LIMIT_PERSON=
  what one person may spend, everywhere, such as `$0.50/day` or `200000 tokens/month`: money or tokens, per
  day or month of the calendar. Checked before a request by the most that it can cost, booked by its bill.
  Money needs a price for each model: the provider's list has OpenAI's and many others', `PRICES` yours.
  Default: no limit. Servers can set lower ones of their own with `/limits`

LIMIT_SERVER=
  what may be spent in one server, likewise

LIMIT_TOTAL=
  what may be spent in all, likewise

PRICES=
  what models cost that are not on a provider's list, or cost you something else, as JSON by their names:
  `{"my-model": {"input": 0.40, "cached": 0.10, "output": 1.60}}`, dollars for a million tokens; without
  `cached` it costs as `input` does. A model on this machine or in a private network costs nothing otherwise

TIMEZONE=UTC
  where days and months begin for limits and `/usage`, such as `Europe/Berlin`

MAX_CONCURRENT_PER_PERSON=3
  how many requests may be under way for one person; what they ask beside them waits. Of several
  processes each counts by itself, as it does for `COOLDOWN`. `0`: no bound

COOLDOWN=10/minute
  how often a person's requests may begin, for each `second`, `minute`, `hour` or `day`; questions that get
  one answer together count once. What comes sooner is kept in memory and not answered; a restart forgets
  who asked how often. `off`: as often as they like
""",
    "Moderation": """
MODERATION=off
  what people said, and showed in pictures, is judged before it goes to the model, once in the same words,
  and an answer while it is written, at each page and at its end. `openai`: by OpenAI's moderations, which
  cost nothing and read all that is said then; or by a compatible endpoint, its address, `|` and its model,
  such as `http://localhost:8080/v1|guard`. What is flagged is not sent, and an answer is taken back, up to a
  page of which may have been read by then. `/notices set` says where a server's moderators hear of it

MODERATION_API_KEY=
  the key for that endpoint; `OPENAI_API_KEY` goes along only where it is the same server

MODERATION_FAIL=open
  what happens while the endpoint fails: `open`, all passes unjudged; `closed`, nothing is answered

MODERATION_CATEGORIES=
  the categories that count, separated by commas, such as `hate, sexual/minors, violence=0.8`: from the score
  on, or where the endpoint flags them. Default: all that the endpoint flags
""",
    "Memory": """
RECENT_MESSAGES=0
  how many of a channel's newest messages (at most 100) that are not in memory the bot reads as background
  when it is addressed; they are not stored. A channel can have its own figure

THREADS=offer
  whether conversations go on in threads. `offer`: an answer in a channel has the button Continue in a thread;
  `always`: a mention there opens a thread for its answer, with a title of its own; `off`: neither. The bot
  needs Create Public Threads and Send Messages in Threads for it. A channel can have a setting of its own

SITUATION=servers
  where the model is told, behind the persona, where it is: server, channel with its topic, thread, its own
  name, the date by `TIMEZONE`, what Discord can show, and `/help`. `servers`, also in direct messages
  (`all`), or nowhere (`off`); never where the persona is empty. It takes some 150 tokens of a request

PRESENCE=@{name} or /help
  what stands under the bot's name in the list of members, with its own name for `{name}`; empty
  (`PRESENCE=`): nothing

HELP_URL=
  the address of a page that `/help` links to, such as one of yours about the bot, or where these docs can be
  read. Default: none

SUMMARIZE=off
  `on`: what no longer fits into a request is summed up by the model, one call per cut

RETENTION_DAYS=
  forget messages after so many days; a channel can have its own figure. Default: keep them

MAX_STORED_MEDIA=2 GiB
  the most that the pictures in memory may take; the oldest go first, and the messages that had them stay

DATABASE_URL=sqlite:///data/parley.db
  where the memory is kept; four slashes for an absolute path: `sqlite:////var/lib/parley/parley.db`. On a
  PostgreSQL server: `postgresql://parley:password@host/parley`, with `requirements/postgres.txt` installed;
  of several, `@one,two:5433/parley?target_session_attrs=read-write` takes the first that can be written
""",
    "Running": """
LANGUAGE=en
  `en` or `ko`: what is said where no other language is known. Commands, buttons and forms answer each person
  in their own Discord language; in a channel it is what `/config` sets for the server, else what a Community
  server prefers, else this one

SHARDS=auto
  how many connections to Discord share the servers: as many as Discord recommends, which is one up to some
  two thousand servers, or a number, at least one for each 2,500 servers. With SQLite this process holds all
  of them; processes that share a PostgreSQL agree on one number, which `python -m bot reshard` changes

SHUTDOWN_GRACE=20
  how many seconds answers in progress may go on when the bot is told to stop

LOG_LEVEL=INFO
  `DEBUG`, `INFO`, `WARNING` or `ERROR`; what people write is never logged at `INFO` or above

LOG_FORMAT=text
  `json`: an object a line, with a question's id in `question`, for what collects logs

LOG_FILE=
  a file that the log goes to as well, such as `data/parley.log`: at most 10 MiB, and the five before it

HTTP_PORT=
  where `/livez`, `/readyz` and `/metrics` (for Prometheus) are served: a port of this machine alone, such as
  `8080`, or an address, such as `0.0.0.0:8080`, where whoever reaches it can read them. Default: nowhere;
  `python -m bot health` needs none of it
""",
}
