"""Commands as Discord lists them: their descriptions and options, and who may use them."""

from bot.texts.languages.catalogue import N_, _

# Commands as Discord lists them; at most 100 characters each.
ABOUT_HELP = N_("Show what you can do here")
ABOUT_ASK = N_("Ask me something")
ABOUT_TOKENS = N_("Count tokens")
ABOUT_TOKENS_TEXT = N_("Count the tokens of a text")
ABOUT_TOKENS_CHANNEL = N_("Memory and token use in this channel")
ABOUT_HISTORY = N_("What I remember here")
ABOUT_HISTORY_SHOW = N_("Show what I remember of this conversation")
ABOUT_HISTORY_EXPORT = N_("Export what I remember of this conversation")
ABOUT_HISTORY_LOG = N_("Show who reset or changed what here")
ABOUT_RESET = N_("Clear what I remember. Can be undone for 10 minutes")
ABOUT_NEW = N_("Start a new conversation; in a channel, in a thread of its own")
ABOUT_THREAD = N_("Open a thread to talk with me")
ABOUT_NOTICES = N_("Where moderators get my notices")
ABOUT_NOTICES_SHOW = N_("Show which channel my notices to moderators go to")
ABOUT_NOTICES_SET = N_("Send my notices to moderators to this channel")
ABOUT_NOTICES_CLEAR = N_("Send no more notices to moderators")
ABOUT_ACCESS = N_("Who can use me in this server, and where")
ABOUT_ACCESS_ALLOW = N_("Let only listed people and roles use me, or only in listed channels")
ABOUT_ACCESS_DENY = N_("Keep a person, a role or a channel from using me")
ABOUT_ACCESS_CLEAR = N_("Remove one entry from the lists, or all of them")
ABOUT_ACCESS_SHOW = N_("Show who can use me in this server, and where")
ABOUT_PRIVACY = N_("What I store about you")
ABOUT_PRIVACY_EXPORT = N_("Get everything I store about you as a file")
ABOUT_PRIVACY_DELETE = N_("Delete everything I store about you")
ABOUT_PRIVACY_IGNORE = N_("Whether I read your messages when you don't address me")
ABOUT_PRIVACY_IGNORE_ON = N_("Ignore you unless you address me")
ABOUT_PRIVACY_IGNORE_OFF = N_("Stop ignoring you")
OPTION_QUESTION = N_("What you want to know")
OPTION_FILE = N_("A file that the question is about")
OPTION_PRIVATE = N_("Whether only you see the answer (default: no)")
OPTION_ASK_MODEL = N_("The model that answers (default: the one that answers here)")
OPTION_TEXT = N_("The text to count")
OPTION_COUNT_MODEL = N_("The model to count for (default: the one that answers here)")
OPTION_WHO = N_("A person or a role")
OPTION_WHERE = N_("A channel and its threads, or a category and its channels")
OPTION_RESET_SCOPE = N_("This channel, or every channel of the server")
OPTION_KEEP = N_("Keep this many of the latest exchanges")
OPTION_SCOPE = N_("This channel, or all channels of the server without a setting of their own")
OPTION_TITLE = N_("What the thread is called (default: your name)")
MENU_ASK = N_("Ask about this")
MENU_COUNT = N_("Count tokens")
MENU_DETAILS = N_("Reply details")

# Who may use them. The names of permissions are those of Discord's client.
PERMISSIONS = {
    "read_messages": _("View Channels"),
    "view_channel": _("View Channel"),
    "add_reactions": _("Add Reactions"),
    "embed_links": _("Embed Links"),
    "send_messages": _("Send Messages"),
    "send_messages_in_threads": _("Send Messages in Threads"),
    "read_message_history": _("Read Message History"),
    "attach_files": _("Attach Files"),
    "manage_messages": _("Manage Messages"),
    "manage_threads": _("Manage Threads"),
    "manage_channels": _("Manage Channels"),
    "manage_guild": _("Manage Server"),
    "create_public_threads": _("Create Public Threads"),
}

# Choices by their words, which the translator looks up.
CHOICES = (N_("channel"), N_("server"), N_("off"), N_("offer"), N_("always"))
