"""What is read of the model that answers."""

from bot.texts.languages.catalogue import N_, _
from bot.texts.places.words import ANY, Words

ABOUT = N_("Which model answers here")
ABOUT_SHOW = N_("Show which model answers here")
ABOUT_SET = N_("Pick the model that answers")
ABOUT_CLEAR = N_("Go back to the default model")
OPTION = N_("The model's name")

NOT_OFFERED = _("That model isn't available here. You can pick: {models}.")
ONLY_ONE = _("It is the only one: the bot's owner can allow others.")
ONLY_ONE_OWNER = _("It is the only one: name others in ALLOWED_MODELS to offer them here.")
ONLY_CHOICE = _("{model} (the only one)")

WORDS = Words(
    name=_("Model"),
    about=_("The model that answers."),
    record=_("model"),
    nothing_set=(_("No model was set here."), _("No model was set for the server.")),
    holds={ANY: _("`{value}` answers here ({source}).")},
    becomes={
        ANY: (
            _("`{value}` now answers here."),
            _("`{value}` now answers in the whole server, except in channels with a setting of their own."),
        )
    },
)
