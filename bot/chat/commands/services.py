"""The use cases behind commands and menus, as cogs reach them; `bot.chat.services` puts them together."""

from dataclasses import dataclass

from bot.chat.bounds.limits import LimitsOfServers
from bot.chat.bounds.notices import NoticesChannel
from bot.chat.commands.config import Config
from bot.chat.commands.counting import Counting
from bot.chat.commands.details import Details
from bot.chat.commands.guide import Guide
from bot.chat.commands.history import History
from bot.chat.commands.privacy import Privacy
from bot.chat.commands.resetting import Resetting
from bot.chat.commands.settings import PlaceSettings
from bot.chat.commands.threads.continuing import Continuing
from bot.chat.commands.usage import Usage


@dataclass(frozen=True, slots=True)
class CommandServices:
    """The use cases behind commands and menus."""

    counting: Counting
    history: History
    resetting: Resetting
    settings: PlaceSettings
    privacy: Privacy
    details: Details
    guide: Guide
    usage: Usage
    limits: LimitsOfServers
    notices: NoticesChannel
    config: Config
    threads: Continuing
