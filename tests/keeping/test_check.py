"""What `check` finds: of each thing that a bot needs whether it is well, and what to do where it is not."""

import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import __version__
from bot.client.invitation import link
from bot.keeping import check, check_discord
from bot.keeping.check import Options
from bot.keeping.check_model import caches_nothing
from bot.keeping.forgetting import forget_dialects
from bot.rules.model import ChannelKey
from bot.rules.model_facts import Lesson
from bot.settings.settings import KNOWN
from bot.store.connection.lock import held
from bot.store.connection.migrate import shipped
from bot.store.store import open_store
from bot.texts import checking, startup
from playground import Limits, Playground
from playground.model.api import NAME
from playground.model.characters.cast import CAST
from playground.world import permissions, places
from tests.store.building import StoppedClock, Talk


@dataclass(frozen=True, slots=True)
class Checked:
    """The exit code of a check, and its lines."""

    code: int
    lines: list[str]

    def of(self, level: str) -> list[str]:
        return [line[8:] for line in self.lines if line[:8].strip() == level]


Check = Callable[..., Awaitable[Checked]]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(limits=Limits.off(), speed=10_000) as playground:
        yield playground


@pytest.fixture
def checked(playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.chdir(tmp_path)
    sound = {
        "DISCORD_TOKEN": playground.token,
        "DISCORD_API_URL": playground.api_url,
        "DATABASE_URL": "sqlite:///parley.db",
        "OPENAI_BASE_URL": playground.model_url,
        "OPENAI_MODEL": NAME,
    }

    async def run(*, channel: int | None = None, as_json: bool = False, **environ: str) -> Checked:
        for name in KNOWN:
            monkeypatch.delenv(name, raising=False)
        for name, value in (sound | environ).items():
            monkeypatch.setenv(name, value)
        said: list[str] = []
        code = await check.run(Options(channel, as_json), said.append)
        return Checked(code, said)

    return run


async def begun(path: Path, *words: str) -> None:
    async with open_store(path, StoppedClock().now) as store:
        for word in words:
            await Talk(store).exchange(word, word.upper())


async def test_all_is_told_in_order_where_all_is_well(
    checked: Check, playground: Playground, tmp_path: Path
) -> None:
    await begun(tmp_path / "parley.db", "hello")
    told = await checked(channel=playground.world.channel("general").id)

    assert told.code == 0
    assert told.of("warning") == []
    assert [line.partition(":")[0] for line in told.of("ok")] == [
        "settings",
        "token",
        "intents",
        "servers",
        f"channel {playground.world.channel('general').id}",
        "model",
        "database",
        "database",
        "clock",
    ]
    assert f"intents: {checking.MAY_READ}" in told.of("ok")
    assert f"application: {checking.PUBLIC}" in told.of("note")
    assert f"dialect: {checking.NO_LESSONS}" in told.of("note")
    assert any("2 messages, the oldest of " in line for line in told.of("ok"))
    assert any(f"takes the key and has {NAME}; its first word came after " in line for line in told.of("ok"))
    free = checking.PRICE.format(prompt=0, answer=0)
    assert f"model: {checking.NO_WINDOW}; tokens are estimated with o200k_base; {free}" in told.of("note")
    [database] = [line for line in told.of("ok") if line.startswith("database: parley.db: ")]
    schema, size = shipped()[-1].number, r"[\d.]+ [KM]iB"
    assert re.fullmatch(
        rf"database: parley\.db: schema {schema}, {size}, 2 messages, the oldest of \d{{4}}-\d\d-\d\d",
        database,
    )
    assert any(re.fullmatch(r"database: [\d.]+ [MGT]iB are free on its disk", line) for line in told.of("ok"))


async def test_the_same_is_told_to_programs(checked: Check, playground: Playground) -> None:
    playground.model.known_models = {"something-else"}
    told = await checked(as_json=True)

    [written] = told.lines
    read = json.loads(written)
    wrong = [one for one in read["findings"] if one["level"] == "not ok"]
    assert (told.code, read["well"]) == (1, False)
    assert wrong == [
        {
            "level": "not ok",
            "about": "model",
            "text": startup.MODEL_NOT_THERE.format(url=playground.model_url, model=NAME),
        }
    ]


async def test_settings_that_are_wrong_end_the_check_each_in_its_line(checked: Check) -> None:
    told = await checked(MAX_PROMPT_TOKENS="many", LOG_LEVEL="loud", OPENAI_MODLE="gpt")

    assert told.code == 1
    assert [line.split()[1] for line in told.of("not ok")] == ["MAX_PROMPT_TOKENS", "LOG_LEVEL"]
    assert told.of("ok") == []


async def test_a_misspelt_name_is_told(checked: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODLE", "gpt")

    assert any("is OPENAI_MODEL meant?" in line for line in (await checked()).of("warning"))


async def test_a_token_that_is_refused_is_told_and_the_rest_is_looked_at(checked: Check) -> None:
    told = await checked(DISCORD_TOKEN="not-the-token")

    assert told.of("not ok") == [f"token: {startup.LOGIN_REFUSED}"]
    assert any(line.startswith("model: ") for line in told.of("ok"))
    assert f"clock: {checking.CLOCK_UNKNOWN}" in told.of("note")


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, {"users": []}, startup.NOT_DISCORD),
        (200, [1], startup.NOT_DISCORD),
        (403, "<html>Attention Required</html>", "status 403"),
    ],
)
async def test_what_is_not_discord_is_named(
    checked: Check, playground: Playground, status: int, body: object, reason: str
) -> None:
    playground.faults.next("GET", "/users/@me", status=status, body=body)
    told = await checked()

    where = f"{reason}, {playground.api_url}/users/@me"
    assert told.of("not ok") == [f"Discord: {startup.DISCORD_UNREACHABLE.format(reason=where)}"]


async def test_answers_in_another_shape_are_not_discords(checked: Check, playground: Playground) -> None:
    playground.faults.next("GET", "/users/@me/guilds", status=200, body=[{"server": 1}])

    assert startup.NOT_DISCORD in "\n".join((await checked()).of("not ok"))


async def test_an_intent_that_is_off_is_told_and_those_that_are_not_needed(
    checked: Check, playground: Playground
) -> None:
    playground.message_content_allowed = False
    told = await checked()
    playground.faults.next("GET", "/oauth2/applications/@me", status=200, body={"id": "1", "flags": 1 << 15})
    other = await checked()

    assert told.of("not ok") == [f"intents: {startup.INTENT_MISSING}"]
    assert other.of("not ok") == [f"intents: {startup.INTENT_MISSING}"]
    assert f"intents: {checking.NOT_NEEDED.format(names='Server Members Intent')}" in other.of("note")


async def test_a_bot_that_gets_only_what_is_said_to_it_needs_no_intent(
    checked: Check, playground: Playground
) -> None:
    needless = await checked(MESSAGE_CONTENT="off")
    playground.message_content_allowed = False
    told = await checked(MESSAGE_CONTENT="off")

    assert f"intents: {checking.READS_WHAT_IS_SAID_TO_IT}" in told.of("ok")
    assert told.of("not ok") == []
    assert f"intents: {checking.NOT_NEEDED.format(names='Message Content Intent')}" in needless.of("note")


async def test_who_may_invite_a_bot_is_no_matter_where_its_servers_are_named(checked: Check) -> None:
    told = await checked(ALLOWED_SERVERS="155149108183695360")

    assert [line for line in told.of("note") if line.startswith("application")] == []


async def test_logins_that_are_used_up_are_told(checked: Check, playground: Playground) -> None:
    starts = {"total": 1000, "remaining": 0, "reset_after": 3_600_001, "max_concurrency": 1}
    body = {"url": "ws://x", "shards": 1, "session_start_limit": starts}
    playground.faults.next("GET", "/gateway/bot", status=200, body=body)

    assert f"token: {checking.NO_STARTS_LEFT.format(total=1000, hours=2)}" in (await checked()).of("warning")


@pytest.mark.parametrize(
    ("shards", "level", "sentence"),
    [
        ("auto", "ok", checking.SHARDS.format(shards=4, wanted=4)),
        ("6", "ok", checking.SHARDS.format(shards=6, wanted=4)),
        ("2", "warning", checking.SHARDS_TOO_FEW.format(shards=2, wanted=4)),
    ],
)
async def test_how_many_shards_there_are_is_held_against_what_discord_recommends(
    checked: Check, playground: Playground, shards: str, level: str, sentence: str
) -> None:
    playground.shards = 4

    assert f"shards: {sentence}" in (await checked(SHARDS=shards)).of(level)


async def test_one_shard_is_nothing_to_speak_of(checked: Check) -> None:
    told = await checked()

    assert [line for level in ("ok", "warning", "note") for line in told.of(level) if "shard" in line] == []


async def test_logins_that_do_not_suffice_for_all_shards_are_told(
    checked: Check, playground: Playground
) -> None:
    playground.shards = 4
    playground.gateway.starts.leave(3, 3600.0)

    assert f"shards: {checking.FEW_STARTS_LEFT.format(left=3, shards=4)}" in (await checked()).of("warning")


async def test_a_bot_in_no_server_is_given_its_link(checked: Check, playground: Playground) -> None:
    places.remove_bot(playground.world, playground.world.guild)
    told = await checked()

    sentence = checking.IN_NO_SERVER.format(link=link(playground.world.application_id))
    assert f"servers: {sentence}" in told.of("warning")


async def test_what_the_bot_lacks_in_a_server_is_named(
    checked: Check, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_discord, "PAGE", 1)
    world = playground.world
    other = world.add_guild("Elsewhere", world.person("olivia"))
    missing = permissions.ATTACH_FILES | permissions.SEND_MESSAGES_IN_THREADS
    for role in other.roles.values():
        role.permissions &= ~missing
    told = await checked()

    assert f"servers: {checking.IN_SERVERS.format(count='2 servers', whole=1)}" in told.of("ok")
    assert told.of("warning") == [
        f"server Elsewhere ({other.id}): "
        + checking.LACKS.format(
            names="Attach Files, Send Messages in Threads", link=link(world.application_id)
        )
    ]


async def test_servers_that_will_be_left_are_named_and_allowed_ones_where_the_bot_is_not(
    checked: Check, playground: Playground
) -> None:
    world, stranger = playground.world, 155149108183695360
    other = world.add_guild("Elsewhere", world.person("olivia"))
    told = await checked(ALLOWED_SERVERS=f"{world.guild.id},{stranger}")

    assert told.of("warning") == [f"server Elsewhere ({other.id}): {checking.TO_BE_LEFT}"]
    assert f"server {stranger}: {checking.NOT_JOINED}" in told.of("note")


async def test_what_the_bot_lacks_in_a_channel_is_named(checked: Check, playground: Playground) -> None:
    world = playground.world
    channel = world.channel("general")
    world.deny(channel, world.bot_role, permissions.SEND_MESSAGES | permissions.EMBED_LINKS)
    told = await checked(channel=channel.id)
    in_thread = await checked(channel=world.channel("ideas").id)

    lacks = checking.CHANNEL_LACKS.format(names="Send Messages, Embed Links")
    assert told.of("not ok") == [f"channel {channel.id}: {lacks}"]
    assert told.code == 1
    assert "Send Messages," not in in_thread.of("not ok")[0]
    assert "Embed Links" in in_thread.of("not ok")[0]


async def test_a_channel_that_the_bot_does_not_see_is_told(checked: Check) -> None:
    told = await checked(channel=123456789012345678)

    assert told.of("not ok") == [
        f"channel 123456789012345678: {checking.CHANNEL_UNSEEN.format(id=123456789012345678)}"
    ]


async def test_a_direct_conversation_takes_no_permission(checked: Check, playground: Playground) -> None:
    direct = places.direct_messages(playground.world, playground.world.person("alex").id)
    told = await checked(channel=direct.id)

    assert f"channel {direct.id}: {checking.CHANNEL_DIRECT}" in told.of("ok")


@pytest.mark.parametrize(("ahead", "way"), [(60, "ahead"), (-60, "behind")])
async def test_a_clock_that_is_wrong_is_told(
    checked: Check, playground: Playground, ahead: int, way: str
) -> None:
    date = format_datetime(datetime.now(UTC) - timedelta(seconds=ahead), usegmt=True)
    body = {
        "url": "ws://x",
        "shards": 1,
        "session_start_limit": {"total": 9, "remaining": 9, "reset_after": 0},
    }
    playground.faults.next("GET", "/gateway/bot", status=200, body=body, headers={"Date": date}, times=9)
    told = await checked()

    [line] = [one for one in told.of("warning") if one.startswith("clock")]
    assert f" s {way} of Discord's" in line
    assert 57 <= int(line.split()[3]) <= 62


async def test_a_key_that_is_refused_is_told(checked: Check, playground: Playground) -> None:
    playground.model.key = "the-right-key"
    told = await checked(OPENAI_API_KEY="a-wrong-key")

    assert told.of("not ok") == [f"model: {startup.KEY_REFUSED_AT_START}"]


async def test_a_model_out_of_reach_is_told_with_its_address(checked: Check) -> None:
    told = await checked(OPENAI_BASE_URL="http://127.0.0.1:1/v1")

    [line] = told.of("not ok")
    assert line.startswith("model: The model's server http://127.0.0.1:1/v1 gives no answers (")


async def test_a_server_that_lists_no_models_and_answers_is_well(
    checked: Check, playground: Playground
) -> None:
    playground.model.lists_models = False

    assert (await checked()).code == 0


async def test_each_fall_back_is_looked_at(checked: Check, playground: Playground) -> None:
    async with Playground(speed=10_000) as other:
        other.model.key = "key-of-the-other-server"
        told = await checked(
            FALLBACK_MODELS=f"{NAME}, {other.model_url}|llama3.2", FALLBACK_2_API_KEY="sk-wrong"
        )

    refused = startup.FALLBACK_KEY_REFUSED.format(url=other.model_url, setting="FALLBACK_2_API_KEY")
    assert [line for line in told.of("ok") if line.startswith(f"fall-back {NAME}: ")]
    assert told.of("not ok") == [f"fall-back llama3.2: {refused}"]


async def test_what_servers_taught_is_told_until_that_is_forgotten(checked: Check, tmp_path: Path) -> None:
    now, said = datetime.now(UTC), list[str]()
    async with open_store(tmp_path / "parley.db", lambda: now) as store:
        lesson = Lesson("http://a/v1/", "gemma", "window", "4096", "roles must alternate", now, __version__)
        await store.lessons.learn(lesson)
        await store.places.change(ChannelKey(10, guild_id=1), 1, guild_wide=False, model="gone")
    told = await checked()
    code = await forget_dialects(tmp_path / "parley.db", said.append)

    assert any(
        line.startswith("dialect: gemma at http://a/v1: window (4096), since ") for line in told.of("note")
    )
    assert f"places: {checking.MODEL_NOT_ALLOWED.format(place='channel 10', model='gone')}" in told.of(
        "warning"
    )
    assert (code, said) == (0, [startup.DIALECTS_FORGOTTEN.format(count=1)])
    assert f"dialect: {checking.NO_LESSONS}" in (await checked()).of("note")


async def test_places_whose_model_its_server_has_no_more_are_told(
    checked: Check, playground: Playground, tmp_path: Path
) -> None:
    async with open_store(tmp_path / "parley.db", lambda: datetime.now(UTC)) as store:
        for channel, model in ((10, "retired"), (20, "there"), (30, "retired")):
            room = ChannelKey(channel, guild_id=1)
            await store.places.change(room, 1, guild_wide=channel == 30, model=model)
    playground.model.known_models = {NAME, "there"}
    told = await checked(ALLOWED_MODELS="retired,there,unused")

    assert told.of("warning") == [
        f"places: {checking.MODEL_GONE.format(place=place, model='retired')}"
        for place in ("channel 10", "server 1")
    ]
    assert told.code == 0


async def test_a_database_that_is_still_to_be_made_is_no_fault_and_is_not_made(
    checked: Check, tmp_path: Path
) -> None:
    told = await checked(DATABASE_URL="sqlite:///deep/er/parley.db")

    assert told.code == 0
    assert f"database: {checking.DATABASE_TO_COME.format(path='deep/er/parley.db')}" in told.of("note")
    assert not (tmp_path / "deep").exists()


async def test_a_database_beneath_a_bot_is_looked_at_and_left_as_it_is(
    checked: Check, tmp_path: Path
) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, StoppedClock().now) as store:
        await Talk(store).exchange("hello", "hi")
        with held(path):
            before = path.read_bytes()
            told = await checked()
            after = path.read_bytes()

    assert told.code == 0
    assert before == after


async def test_a_damaged_database_is_told(checked: Check, tmp_path: Path) -> None:
    (tmp_path / "parley.db").write_text("Dear diary, " * 1000)
    (tmp_path / "parley.db").chmod(0o600)
    told = await checked()

    [line] = told.of("not ok")
    assert line.startswith("database: parley.db isn't a sound database")


async def test_an_older_database_is_left_to_the_bots_next_start(checked: Check, tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, StoppedClock().now) as store:
        await store.facts._database.write_one("DELETE FROM migrations WHERE number > 5")
    told = await checked()

    assert told.code == 0
    assert f"database: {startup.STORE_OLDER.format(path='parley.db')}" in told.of("note")


async def test_files_that_others_can_read_are_named(checked: Check, tmp_path: Path) -> None:
    for name in (".env", "parley.db"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o640)
    told = await checked()

    assert told.of("warning") == [
        f"files: {checking.OPEN_TO_OTHERS.format(path=path)}" for path in (".env", "parley.db")
    ]


async def test_a_disk_that_is_nearly_full_and_a_file_out_of_reach_are_told(
    checked: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6, total=10**12))
    monkeypatch.setattr(os, "access", lambda *_: False)
    told = await checked()

    assert any("only 977 KiB are free" in line for line in told.of("warning"))
    assert told.of("not ok") == [f"database: {checking.NOT_WRITABLE.format(path='parley.db')}"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.anthropic.com/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://localhost:4000/anthropic.com/v1", False),
        ("https://notanthropic.com/v1", False),
    ],
)
def test_a_server_that_caches_nothing_is_known_by_its_name(url: str, expected: bool) -> None:
    assert caches_nothing(url) is expected


async def test_the_day_on_which_a_model_leaves_its_server_is_told(
    checked: Check, playground: Playground
) -> None:
    leaving = replace(CAST["openai"], listed=lambda _: {"shutdown_date": "2031-12-24"})
    playground.model.character = leaving
    told = await checked()

    url = playground.model_url
    leaves = checking.MODEL_LEAVES.format(model=NAME, url=url, day="2031-12-24")
    assert told.of("warning") == [f"model: {leaves}"]
    assert told.code == 0


async def test_the_price_is_the_one_that_is_booked(checked: Check) -> None:
    prices = json.dumps({NAME: {"input": 7, "cached": 1, "output": 9.5}})
    told = await checked(PRICES=prices)

    cost = "a million tokens cost $7.00 in prompts, $9.50 in answers"
    assert [line for line in told.of("note") if line.endswith(cost)]


async def test_a_server_that_never_bills_is_told_as_such(checked: Check, playground: Playground) -> None:
    playground.model.character = CAST["llama-cpp-python"]
    told = await checked()

    assert any("does not say how many tokens" in line for line in told.of("warning"))


async def test_a_server_that_caches_nothing_is_warned_of(
    checked: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.keeping.check_model.caches_nothing", lambda url: True)
    told = await checked()

    assert any("caches no prompts" in line for line in told.of("warning"))
