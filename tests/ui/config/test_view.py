"""The view of /config keeps within what Discord takes and a phone shows, whatever is set."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.commands.config import Overview
from bot.chat.commands.settings import Held, Source
from bot.rules.admission.access import Kind, Listed, Lists
from bot.rules.model import ChannelKey
from bot.rules.places.settings import Settings
from bot.rules.spending.bounds import OwnLimits
from bot.rules.threads.modes import ThreadMode
from bot.settings.spending import Limit, Per, Unit
from bot.texts.languages.spoken import languages, speaking
from bot.ui.config.items import drawn
from bot.ui.config.rows import ROWS
from bot.ui.config.steps import TEMPLATE, Step, What, step_of
from bot.ui.config.view import Lack, detail, overview
from playground.world.interacting.checks import check_components, check_embeds

MARKS = st.sampled_from(["", "0a"])
IDS = st.integers(1, 2**63 - 1)
WORDS = st.text(max_size=4000)
LIMITS = st.builds(Limit, st.integers(1, 10**12), st.sampled_from(Unit), st.sampled_from(Per))
LISTED = st.frozensets(st.builds(Listed, st.sampled_from(Kind), IDS), max_size=60)
VALUES = {
    "persona": WORDS,
    "model": st.text(min_size=1, max_size=200),
    "auto": st.booleans(),
    "retention_days": st.none() | st.integers(0, 36_500),
    "recent": st.integers(0, 100),
    "threads": st.sampled_from(ThreadMode),
    "language": st.sampled_from(languages()),
}
HELD = st.fixed_dictionaries(
    {name: st.builds(Held, values, st.sampled_from(Source)) for name, values in VALUES.items()}
)
OWN = st.builds(OwnLimits, st.none() | LIMITS, st.none() | LIMITS, st.dictionaries(IDS, LIMITS, max_size=60))
SEEN = st.builds(
    Overview,
    key=st.sampled_from([ChannelKey(10, 1), ChannelKey(11, 1, 10), ChannelKey(30)]),
    guild_wide=st.booleans(),
    may_change=st.booleans(),
    may_manage=st.booleans(),
    held=HELD,
    models=st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=120, unique=True),
    why_only_one=st.just(""),
    lists=st.builds(Lists, LISTED, LISTED),
    house_lists=st.booleans(),
    limits=OWN,
    house_limits=OWN,
    total=st.none() | LIMITS,
    notices=st.none() | IDS,
)


@given(SEEN, st.integers(0, 2**63 - 1), st.sampled_from(languages()))
def test_whatever_is_set_is_within_what_discord_takes(seen: Overview, page: int, language: str) -> None:
    with speaking(language):
        check_shown(seen, page)


def check_shown(seen: Overview, page: int) -> None:
    gone = {one for one in seen.lists.allowed if one.kind is not Kind.USER}
    gone |= {Listed(Kind.ROLE, id_) for id_ in seen.limits.roles}
    shown = [overview(seen, Lack(["Embed Links"], "https://discord.com"))]
    shown += [detail(seen, row, page, gone) for row in ROWS.values() if row.is_there(seen)]

    for one in shown:
        check_embeds([one.embed.to_dict()])
        check_components(drawn(one).to_components(), 0)


@given(SEEN)
def test_every_model_that_may_be_picked_stands_on_one_page(seen: Overview) -> None:
    row, pages, found = ROWS["model"], 0, list[str]()
    while True:
        shown = detail(seen, row, pages)
        found += [one.value for menu in shown.menus for one in menu.options]
        pages += 1
        if not any(press.step.page == pages for press in shown.buttons):
            break

    assert found == [one.value for one in row.choices(seen)]


@given(
    st.builds(
        Step,
        st.sampled_from(What),
        st.booleans(),
        st.sampled_from(["", *ROWS]),
        IDS,
        MARKS,
    )
)
def test_a_step_is_read_as_it_was_written(step: Step) -> None:
    match = re.fullmatch(TEMPLATE, step.custom_id)

    assert match is not None
    assert step_of(match) == step


def test_a_step_of_another_version_shows_all_that_holds() -> None:
    match = re.fullmatch(TEMPLATE, "parley:config:dance:server:model:1:0a")

    assert match is not None
    assert step_of(match) == Step(What.ALL, guild_wide=True)


def test_each_setting_has_a_row() -> None:
    assert set(VALUES) - {"language"} == set(Settings.__dataclass_fields__) <= set(ROWS)
