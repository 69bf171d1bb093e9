"""What somebody new reads: how to ask, and questions to try as buttons, which ask in their name."""

from dataclasses import replace

from bot.client.standing import standing_of
from bot.reading.interactions import place_of
from bot.reading.messages import incoming, speaker_of
from bot.rules.literal import literal_line
from bot.rules.model import ChannelKey
from bot.texts.features import greetings
from bot.ui.answers.posting import Post
from bot.ui.commands.dialogs import Asked, StoredButton, view_of
from bot.ui.home.posting import post, require_writing


class TryButton(StoredButton, template=r"parley:try:(?P<id>[0-9]+)"):
    """Asks one of the questions in the presser's name."""

    verb, label = "try", greetings.TO_TRY[0]

    def __init__(self, id_: int) -> None:
        super().__init__(id_)
        self.question = greetings.TO_TRY[id_ % len(greetings.TO_TRY)]
        self.item.label = str(self.question)

    async def act(self, interaction: Asked) -> None:
        """Post the question, and take it as if the presser had said it themselves."""
        await require_writing(interaction)
        place, user = place_of(interaction), interaction.user
        services = interaction.client.services
        with services.languages.speaking(place):
            question = str(self.question)
            shown = greetings.ASKS.format(name=literal_line(user.display_name), question=question)
        posted = await post(interaction, place, shown)
        asked = replace(
            incoming(posted, interaction.client),
            key=place,
            speaker=speaker_of(user),
            text=question,
            standing=standing_of(interaction),
            mentions_us=True,
        )
        await services.inbox.receive(asked)


def hello(key: ChannelKey) -> Post:
    """Return what is said to somebody new in a place."""
    text = greetings.NEWCOMER_DIRECTLY if key.is_dm else greetings.NEWCOMER
    return Post(str(text), view_of(*map(TryButton, range(len(greetings.TO_TRY)))))
