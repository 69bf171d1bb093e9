"""What a thread reads of how the bot is asked there, with the button by which members change that."""

from typing import ClassVar

from bot.reading.interactions import member_of, place_of
from bot.texts.features import threads
from bot.ui.answers.posting import Post
from bot.ui.commands.dialogs import Asked, StoredButton, reply, view_of


class QuietButton(StoredButton, template=r"parley:quiet:(?P<id>[0-9]+)"):
    """Has the bot answer in its thread only when it is addressed; all there see who needs no mention."""

    verb, label = "quiet", threads.ONLY_MENTIONS
    quiet: ClassVar[bool] = True

    async def act(self, interaction: Asked) -> None:
        """Change it, and say in the same message what holds now."""
        services, place = interaction.client.services, place_of(interaction)
        await services.commands.threads.following.set_quiet(place, member_of(interaction), quiet=self.quiet)
        with services.languages.speaking(place):
            said = told(quiet=self.quiet)
        await reply(interaction, said.content, said.view)


class EverythingButton(QuietButton, template=r"parley:everything:(?P<id>[0-9]+)"):
    """Has the bot answer everything in its thread again."""

    verb, label, quiet = "everything", threads.EVERYTHING, False


def told(*, quiet: bool = False) -> Post:
    """Return what a thread reads, and the button that changes it."""
    if quiet:
        return Post(str(threads.QUIET), view_of(EverythingButton(0)))
    return Post(str(threads.BEGINS), view_of(QuietButton(0)))
