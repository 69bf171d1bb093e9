"""What `python -m bot setup` says and asks: a first start, one step after the other."""

# In general.
OFFER = "There is no DISCORD_TOKEN yet. Set the bot up now, in a few questions?"
WELCOME = (
    "This sets Parley up. Enter takes what stands in [brackets]; Ctrl+C ends it, and all stays as it is."
)
YES_OR_NO = {True: "{question} [Y/n] ", False: "{question} [y/N] "}
SAY_YES_OR_NO = "Please answer y or n."
LEFT = "Nothing was changed."
ENDED_EARLY = "The input ended before everything was answered; nothing was changed."

# Discord.
DISCORD = """
1. Discord
   https://discord.com/developers/applications: New Application; on its page Bot, Reset Token."""
TOKEN_PROMPT = "Token (stays hidden): "  # noqa: S105
TOKEN_KEPT = "Token (stays hidden; Enter keeps the one that is set): "  # noqa: S105
TOKEN_AGAIN = "Token (stays hidden; Enter tries the same one again): "  # noqa: S105
INTENT = """\
   Under Privileged Gateway Intents, switch on Message Content Intent and save:
   {page}
   Without it the bot hears only mentions, replies to it, commands and direct messages."""
INTENT_DONE = "Enter when it is on, or off to go without it: "
WORD_OFF = "off"

# The model's server.
SERVER = """
2. Who answers?
   Looking for model servers on this machine …"""
OPENAI = "OpenAI, with a key of yours"
AS_SET = "{url}, as it is set"
FOUND = "{name} on this machine, {url}: {models}"
ONE_MODEL, MODELS = "1 model", "{count} models"
ANOTHER = "another OpenAI-compatible server, by its address"
NONE_FOUND = "   None of {names} runs on its usual port."
NO_MODEL_SERVER = "   What listens at {url} is no model server, or not ready yet ({reason})."
NO_LIST, TOO_LATE = "no list of models", "no answer in time"
NO_MODELS = "   {name} runs at {url} and has no model yet; load one there, then start this again."
NUMBER = "Number [{default}]: "
NO_NUMBER = "Please type a number from 1 to {most}."
WRONG = "   It {problem}."
ADDRESS = "Address, such as http://192.168.1.20:8000/v1: "
OPENAI_KEY = "Key from https://platform.openai.com/api-keys (stays hidden; Enter goes back): "
KEY = "Key for {url} (stays hidden; Enter goes back): "
KEY_KEPT = "Key for {url} (stays hidden; Enter keeps the one that is set): "
KEY_NEEDED = "   It takes a key."
KEY_REFUSED = "   {url} refuses this key."
UNREACHABLE = "   No answer: {reason}."

# The model.
MODEL = """
3. Which model? Dollars are for a million tokens, of the prompt and of the answer."""
PRICE = "${prompt} + ${answer}"
PRICE_UNKNOWN = "price not known"
FREE = "no price: your own server"
MORE = "   … and {count} more: type a part of a name to see those with it."
PICK = "Number or name [{default}]: "
NAME = "Its name, since {url} lists none: "
NO_SUCH_MODEL = "   {url} has no model of the name {name}."
TRYING = "   Asking {model} for a word …"
TAKE_ANOTHER = "Choose again?"

# The persona, and the end.
PERSONA = """
4. Who is the bot? One or two sentences that the model is told first."""
PERSONA_IS = "[{default}]\n> "
NOT_TEXT = "   This holds characters that are no text; type it again."
CHANGE = "\n{path} is there already. Change {names} in it, and leave all else?"
NOTHING_TO_CHANGE = "\n{path} says all of this already."
WRITTEN = "\nWritten to {path}, which you alone can read."
OUTDONE = "{name} in the environment wins over {path}; unset it there."
FIRST_LINE = "# Written by python -m bot setup. All that can be set: docs/settings.md\n"
UNWRITABLE = "{path} can't be written ({reason}). Make its folder writable, or start this in another one."
INVITE = "\nThis link adds the bot to a server of yours:\n  {link}"
START = "Start the bot now?"
LATER = "Start it with: python -m bot"
STARTING = """\
The bot starts; its log follows. Once it is in a server, mention it there. Ctrl+C stops it.
"""
