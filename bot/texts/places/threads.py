"""What is read of whether conversations go on in threads."""

from bot.texts.languages.catalogue import N_, _
from bot.texts.places.words import Words

ABOUT = N_("Whether conversations go on in threads")
ABOUT_SHOW = N_("Show whether conversations go on in threads here")
ABOUT_SET = N_("Choose whether conversations go on in threads")
ABOUT_CLEAR = N_("Go back to the default")
NOTHING_TO_SET = _(
    "Threads can't be opened here, so there is nothing to set. Use this in a text channel, or for the whole "
    "server."
)
OPTION = N_("off: never; offer: a button under answers; always: a mention opens a thread")

WORDS = Words(
    name=_("Threads"),
    about=_("Whether conversations go on in threads."),
    record=_("threads"),
    nothing_set=(
        _("Nothing about threads was set here."),
        _("Nothing about threads was set for the server."),
    ),
    holds={
        "off": _("Answers stay in the channel, with no button for a thread ({source})."),
        "offer": _("Answers have a button that continues the conversation in a thread ({source})."),
        "always": _("A mention opens a thread for its answer ({source})."),
    },
    becomes={
        "off": (
            _("From now on answers here stay in the channel, with no button for a thread."),
            _(
                "From now on answers stay in their channel, with no button for a thread, except in channels "
                "with a setting of their own."
            ),
        ),
        "offer": (
            _("From now on answers here have a button that continues the conversation in a thread."),
            _(
                "From now on answers have a button that continues the conversation in a thread, except in "
                "channels with a setting of their own."
            ),
        ),
        "always": (
            _("From now on a mention here opens a thread for its answer."),
            _(
                "From now on a mention opens a thread for its answer, except in channels with a setting of "
                "their own."
            ),
        ),
    },
    shown={
        "off": _("No threads"),
        "offer": _("A button under answers"),
        "always": _("A mention opens one"),
    },
)
