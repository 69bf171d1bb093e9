"""Settings: read once, all that is wrong told at once, never a secret shown."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.rules.prompting.situation import Told
from bot.rules.threads.modes import ThreadMode
from bot.settings.access import Access
from bot.settings.bounds import Bounds, Rate
from bot.settings.forms import database
from bot.settings.model_servers import FallBack
from bot.settings.moderation import OPENAI, Moderation
from bot.settings.request_fields import OWN_FIELDS
from bot.settings.serving import Address, Serving, address
from bot.settings.settings import NAMES, SITUATIONS, THREAD_MODES, Settings, differing, parse

TOKEN = f"{'A' * 24}.BBBBBB.{'C' * 38}"
KEY = "sk-proj-0123456789abcdef"
SOUND = {"DISCORD_TOKEN": TOKEN, "OPENAI_API_KEY": KEY}


def problems(**values: str) -> list[str]:
    """Return what is said of values that are wrong, beside sound ones."""
    with pytest.raises(SettingsError) as raised:
        parse(SOUND | values)
    return str(raised.value).splitlines()


def test_two_secrets_are_enough() -> None:
    assert parse(SOUND) == Settings(discord_token=TOKEN, openai_api_key=KEY)


def test_the_rules_know_each_mode_that_can_be_set() -> None:
    assert (tuple(ThreadMode), tuple(Told)) == (THREAD_MODES, SITUATIONS)


def test_every_setting_is_a_field_and_every_field_a_setting() -> None:
    renamed = {"database": "database_url"}
    names = [renamed.get(name, name).upper() for name in named(Settings)]

    assert names == list(NAMES)


def named(group: Any) -> Iterator[str]:
    """Yield the names of a group's fields; a field that is a group by itself stands for its own."""
    for name, kind in get_type_hints(group).items():
        if is_dataclass(kind):
            yield from named(kind)
        else:
            yield name


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        parse(SOUND).openai_model = "another"  # type: ignore[misc]


def test_everything_that_can_be_set_is_set() -> None:
    settings = parse(
        SOUND
        | {
            "OPENAI_BASE_URL": "http://localhost:11434/v1/",
            "OPENAI_MODEL": "llama3.1:8b",
            "ALLOWED_MODELS": "gpt-4o, gpt-4.1,,",
            "FALLBACK_MODELS": "gpt-4o, http://10.0.0.2/v1/|llama3.2,, https://a.example/v1|x/y:z ,gpt-5",
            "FALLBACK_3_API_KEY": "key-of-a",
            "FALLBACK_4_API_KEY": "another",
            "SYSTEM_PROMPT": " Be kind. ",
            "MAX_PROMPT_TOKENS": "1000",
            "MAX_REPLY_TOKENS": "500",
            "MAX_REPLY_MESSAGES": "3",
            "FIRST_TOKEN_TIMEOUT": "120",
            "OWNERS": "155149108183695361",
            "ALLOWED_SERVERS": "155149108183695362",
            "ALLOWED_USERS": "155149108183695363",
            "ALLOWED_ROLES": "155149108183695364",
            "ALLOWED_CHANNELS": "155149108183695365,155149108183695366",
            "DENIED_USERS": "155149108183695367",
            "DENIED_ROLES": "155149108183695368",
            "DENIED_CHANNELS": "155149108183695369",
            "DIRECT_MESSAGES": "off",
            "USER_INSTALLS": "Owners",
            "REFUSED_MENTIONS": "Nothing",
            "ALLOWED_BOTS": "155149108183695360, 1234567890123456789,",
            "SUMMARIZE": "On",
            "RECENT_MESSAGES": "40",
            "THREADS": "always",
            "RETENTION_DAYS": "30",
            "MAX_CONCURRENT_REQUESTS": "4",
            "MAX_CONCURRENT_PER_PERSON": "0",
            "COOLDOWN": "100 / Hour",
            "MODERATION": "https://judge.example/v1/ | guard",
            "MODERATION_API_KEY": "key-of-the-judge",
            "MODERATION_FAIL": "Closed",
            "MODERATION_CATEGORIES": "hate, violence/graphic = 0.8,",
            "TRANSCRIPTION_MODEL": "whisper-1",
            "MAX_STORED_MEDIA": "3 GiB",
            "DATABASE_URL": "sqlite:////var/lib/parley/my%20memory.db",
            "DISCORD_API_URL": "http://127.0.0.1:8080/api",
            "SHARDS": "16",
            "SHUTDOWN_GRACE": "2.5",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "JSON",
            "LOG_FILE": "data/parley.log",
            "HTTP_PORT": "0.0.0.0:8080",
        }
    )

    assert settings == Settings(
        discord_token=TOKEN,
        openai_api_key=KEY,
        openai_base_url="http://localhost:11434/v1",
        openai_model="llama3.1:8b",
        allowed_models=("gpt-4o", "gpt-4.1"),
        fallback_models=(
            FallBack("gpt-4o"),
            FallBack("llama3.2", "http://10.0.0.2/v1", ""),
            FallBack("x/y:z", "https://a.example/v1", "key-of-a"),
            FallBack("gpt-5", "http://localhost:11434/v1", "another"),
        ),
        system_prompt=" Be kind. ",
        max_prompt_tokens=1000,
        max_reply_tokens=500,
        max_reply_messages=3,
        first_token_timeout=120.0,
        moderation=Moderation(
            ("https://judge.example/v1", "guard"),
            "key-of-the-judge",
            "closed",
            {"hate": None, "violence/graphic": 0.8},
        ),
        bounds=Bounds(max_concurrent_requests=4, max_concurrent_per_person=0, cooldown=Rate(100, 3600)),
        access=Access(
            owners=frozenset({155149108183695361}),
            allowed_servers=frozenset({155149108183695362}),
            allowed_users=frozenset({155149108183695363}),
            allowed_roles=frozenset({155149108183695364}),
            allowed_channels=frozenset({155149108183695365, 155149108183695366}),
            denied_users=frozenset({155149108183695367}),
            denied_roles=frozenset({155149108183695368}),
            denied_channels=frozenset({155149108183695369}),
            direct_messages=False,
            user_installs="owners",
            refused_mentions="nothing",
        ),
        allowed_bots=frozenset({155149108183695360, 1234567890123456789}),
        summarize=True,
        recent_messages=40,
        threads="always",
        retention_days=30,
        transcription_model="whisper-1",
        max_stored_media=3 * 2**30,
        database=Path("/var/lib/parley/my memory.db"),
        discord_api_url="http://127.0.0.1:8080/api",
        shutdown_grace=2.5,
        log_level="DEBUG",
        serving=Serving("json", Path("data/parley.log"), Address("0.0.0.0", 8080), 16),  # noqa: S104 - read only
    )


@pytest.mark.parametrize("shards", ["auto", "AUTO", ""])
def test_without_a_number_there_are_as_many_shards_as_discord_recommends(shards: str) -> None:
    settings = parse({"DISCORD_TOKEN": TOKEN, "OPENAI_API_KEY": KEY, "SHARDS": shards})

    assert settings.serving.shards is None


def test_an_empty_value_means_that_nothing_is_set() -> None:
    empty = dict.fromkeys(set(NAMES) - {"SYSTEM_PROMPT", "PRESENCE"}, " ")

    assert parse(empty | SOUND) == parse(SOUND)


@pytest.mark.parametrize(("raw", "rate"), [("off", None), ("OFF", None), ("1/second", Rate(1, 1))])
def test_how_often_a_person_may_ask_is_a_rate_or_off(raw: str, rate: Rate | None) -> None:
    assert parse(SOUND | {"COOLDOWN": raw}).bounds.cooldown == rate


@pytest.mark.parametrize("raw", ["10", "/minute", "-1/minute", "1.5/hour", "10/fortnight", "9999999/day"])
def test_what_is_no_rate_is_told_with_an_example(raw: str) -> None:
    assert "such as 10/minute" in problems(COOLDOWN=raw)[0]


def test_the_moderation_of_openai_needs_no_other_key_beside_openais_models() -> None:
    assert parse(SOUND | {"MODERATION": "OpenAI"}).moderation.moderation == OPENAI
    elsewhere = {"OPENAI_BASE_URL": "http://localhost:1/v1", "MODERATION": "openai"}
    assert "MODERATION_API_KEY is missing" in problems(**elsewhere)[0]


@pytest.mark.parametrize("raw", ["hate=0", "hate=1.1", "hate=", "ha te"])
def test_thresholds_are_scores(raw: str) -> None:
    assert problems(MODERATION_CATEGORIES=raw)[0].startswith("MODERATION_CATEGORIES ")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("hate, Violance=0.5", "names Violance, of which OpenAI tells nothing; is violence meant?"),
        ("sexual/minor", "names sexual/minor, of which OpenAI tells nothing; is sexual/minors meant?"),
        (
            "S1",
            "names S1, of which OpenAI tells nothing; it tells of harassment, ",
        ),
    ],
)
def test_a_misspelt_category_of_openais_is_told_with_the_likely_one(raw: str, told: str) -> None:
    [problem] = problems(MODERATION="openai", MODERATION_CATEGORIES=raw)
    elsewhere = parse(SOUND | {"MODERATION": "http://localhost/v1|guard", "MODERATION_CATEGORIES": raw})

    assert problem.startswith(f"MODERATION_CATEGORIES {told}")
    assert elsewhere.moderation.moderation_categories


def test_moderation_is_off_unless_it_is_set() -> None:
    assert parse(SOUND | {"MODERATION": "off"}) == parse(SOUND)


def test_the_persona_may_be_empty() -> None:
    assert parse(SOUND | {"SYSTEM_PROMPT": ""}).system_prompt == ""


def test_all_that_is_wrong_is_told_at_once_each_by_its_name() -> None:
    told = problems(
        DISCORD_TOKEN="",
        OPENAI_API_KEY="two words",
        OPENAI_BASE_URL="localhost",
        OPENAI_MODEL="gpt 4",
        ALLOWED_MODELS="gpt-4o, schön",
        REASONING_EFFORT="much",
        MODEL_OPTIONS="temperature=1",
        SYSTEM_PROMPT="\udcff",
        MAX_PROMPT_TOKENS="many",
        MAX_REPLY_TOKENS="0",
        MAX_REPLY_MESSAGES="21",
        FIRST_TOKEN_TIMEOUT="0",
        FALLBACK_MODELS="http://localhost:11434/v1",
        OWNERS="me",
        ALLOWED_SERVERS="mine",
        ALLOWED_USERS="@friend",
        ALLOWED_ROLES="helpers",
        ALLOWED_CHANNELS="#general",
        DENIED_USERS="@foe",
        DENIED_ROLES="@everyone",
        DENIED_CHANNELS="12",
        DIRECT_MESSAGES="sometimes",
        USER_INSTALLS="friends",
        REFUSED_MENTIONS="shout",
        ALLOWED_BOTS="Dyno",
        SUMMARIZE="perhaps",
        MESSAGE_CONTENT="some",
        RECENT_MESSAGES="101",
        THREADS="sometimes",
        LANGUAGE="klingon",
        SITUATION="somewhere",
        PRESENCE="\udcff",
        RETENTION_DAYS="-1",
        TRANSCRIPTION_MODEL="whisper 1",
        MAX_STORED_MEDIA="plenty",
        MAX_CONCURRENT_REQUESTS="-1",
        MAX_CONCURRENT_PER_PERSON="many",
        COOLDOWN="0/minute",
        LIMIT_PERSON="$0.50",
        LIMIT_SERVER="0 tokens/day",
        LIMIT_TOTAL="$1/week",
        PRICES='{"gpt": {"input": -1, "output": 2}}',
        TIMEZONE="Mars/Olympus",
        MODERATION="on",
        MODERATION_API_KEY="two words",
        MODERATION_FAIL="ajar",
        MODERATION_CATEGORIES="hate=much",
        DATABASE_URL="postgres://db",
        DISCORD_API_URL="ftp://discord",
        SHARDS="0",
        SHUTDOWN_GRACE="soon",
        LOG_LEVEL="loud",
        LOG_FORMAT="xml",
        LOG_FILE="data/",
        HTTP_PORT="http",
        HELP_URL="help",
    )

    assert sorted(line.partition(" ")[0] for line in told) == sorted(NAMES)
    assert all(line.endswith(".") for line in told)


@pytest.mark.parametrize(
    "hosts", ["a,b", "a:5432,b:5433", "[::1]:5432,b", "a,b:5432", "parley:pass%2Cword@a:1,b:2"]
)
def test_a_database_may_be_on_one_of_several_hosts(hosts: str) -> None:
    url = f"postgresql://{hosts}/parley?target_session_attrs=read-write"

    assert str(database(url)) == f"postgresql://{hosts.rpartition('@')[2]}/parley"


@pytest.mark.parametrize(
    "address",
    [
        "parley:se@kret@db/parley",
        "parley:p@se/kret@db/parley",
        "parley:se/kret@db/parley",
        "parley:se#kret@db/parley",
        "parley:se?kret@db/parley",
        "parley:kret@::1:5432/parley",
        "parley:kret@db/parley#kret",
    ],
)
def test_signs_of_a_password_that_mean_something_in_an_address_are_told_without_it(address: str) -> None:
    [line] = problems(DATABASE_URL=f"postgresql://{address}")

    assert "%2F %3F %23 %40 %25" in line
    assert "kret" not in line


@pytest.mark.parametrize("hosts", ["a:5432,b:port", "a:port,b", "a,b:99999"])
def test_each_of_several_hosts_has_a_number_for_its_port(hosts: str) -> None:
    with pytest.raises(ValueError, match="must name a port by its number"):
        database(f"postgresql://{hosts}/parley")


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "OPENAI_API_KEY"])
def test_a_missing_secret_says_where_to_get_it(name: str) -> None:
    [line] = problems(**{name: ""})

    assert line.startswith(f"{name} is missing; ")
    assert "https://" in line


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434/v1",
        "http://127.0.0.1:1234/v1",
        "http://[::1]:8000/v1",
        "http://192.168.1.20:8000/v1",
        "http://ollama:11434/v1",
        "http://models.local/v1",
        "http://host.docker.internal:11434/v1",
    ],
)
def test_a_model_server_of_ones_own_needs_no_key(url: str) -> None:
    settings = parse({"DISCORD_TOKEN": TOKEN, "OPENAI_BASE_URL": url})

    assert settings.openai_api_key == "not-needed"


@pytest.mark.parametrize("url", ["https://openrouter.ai/api/v1", "https://8.8.8.8/v1"])
def test_a_model_server_of_others_needs_a_key(url: str) -> None:
    [line] = problems(OPENAI_API_KEY="", OPENAI_BASE_URL=url)

    assert line.startswith("OPENAI_API_KEY is missing")


@pytest.mark.parametrize(
    "url",
    ["http://", "http://[::1", "http://host:port/v1", "http://host:99999", "//host/v1", "http://host:0"],
)
def test_an_address_that_is_none_is_told_with_an_example(url: str) -> None:
    [line] = problems(OPENAI_BASE_URL=url)

    assert line == "OPENAI_BASE_URL must be an address such as http://localhost:11434/v1."


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.com/v1/chat/completions", "https://example.com/v1/chat/completions/"),
        *(
            "https://example.com/v1/completions",
            "https://example.com/v1//models",
            " https://example.com/v1/ ",
        ),
    ],
)
def test_the_address_of_a_page_stands_for_that_of_its_api(url: str) -> None:
    values = {"DISCORD_TOKEN": TOKEN, "OPENAI_API_KEY": "sk-1", "FALLBACK_1_API_KEY": "sk-2"}
    settings = parse(values | {"OPENAI_BASE_URL": url, "FALLBACK_MODELS": f"{url}|some-model"})

    assert settings.openai_base_url == "https://example.com/v1"
    assert settings.fallback_models[0].base_url == "https://example.com/v1"


@pytest.mark.parametrize(
    "url",
    ["https://example.com/v1 /", "https://example.com/v1?api-version=1", "https://example.com/v1#chat"],
)
def test_an_address_that_no_path_can_follow_is_told(url: str) -> None:
    [line] = problems(OPENAI_BASE_URL=url)

    assert line.startswith("OPENAI_BASE_URL must be an address without blanks, ? or #")


def test_an_address_may_not_hold_a_password() -> None:
    [line] = problems(OPENAI_BASE_URL="https://john:swordfish@example.com/v1")

    assert "password" in line
    assert "swordfish" not in line


@pytest.mark.parametrize("token", ["Bot " + TOKEN, TOKEN[:20], "my.token", TOKEN + "…"])
def test_what_does_not_look_like_a_bot_token_is_told_at_once(token: str) -> None:
    [line] = problems(DISCORD_TOKEN=token)

    assert line.startswith("DISCORD_TOKEN does not look like a bot token")


def test_a_token_with_a_key_in_its_place_are_told_to_change_places() -> None:
    token = "MTU1MTQ5MTA4MTgzNjk1MzYw.BBBBBB." + "C" * 38  # begins with an id, as those of Discord do

    assert problems(DISCORD_TOKEN=KEY, OPENAI_API_KEY=token) == [
        "DISCORD_TOKEN is a key of a model's server; that belongs into OPENAI_API_KEY.",
        "OPENAI_API_KEY is a bot's token; that belongs into DISCORD_TOKEN.",
    ]


@pytest.mark.parametrize(
    "key", [TOKEN, f"{'!' * 20}.abcdef.{'C' * 30}", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.abcdefghijklmnopqrstuv"]
)
def test_a_key_may_have_any_other_shape(key: str) -> None:
    assert parse(SOUND | {"OPENAI_API_KEY": key}).openai_api_key == key


@pytest.mark.parametrize(
    "left",
    [
        "your_api_key_here",
        "YOUR-OPENAI-KEY",
        "sk-your-key",
        "<your key>",
        "sk-...",
        "sk-xxxxxxxx",
        "${KEY}",
        "$KEY",
    ],
)
def test_a_placeholder_that_was_left_is_told(left: str) -> None:
    [line] = problems(OPENAI_API_KEY=left)

    assert line == "OPENAI_API_KEY still holds a placeholder; put the key itself in its place."


@pytest.mark.parametrize("key", ["none", "sk-1234", "yourkeyboard", "ollama", "xx", "a$b"])
def test_a_key_that_somebody_chose_is_none(key: str) -> None:
    assert parse(SOUND | {"OPENAI_API_KEY": key}).openai_api_key == key


def test_behind_a_proxy_of_discord_any_token_goes() -> None:
    settings = parse(SOUND | {"DISCORD_TOKEN": "simple", "DISCORD_API_URL": "http://127.0.0.1:1/api"})

    assert settings.discord_token == "simple"


@pytest.mark.parametrize("word", ["on", "TRUE", "1", "yes"])
def test_a_switch_is_on(word: str) -> None:
    assert parse(SOUND | {"SUMMARIZE": word}).summarize


@pytest.mark.parametrize("word", ["off", "False", "0", "no"])
def test_a_switch_is_off(word: str) -> None:
    assert not parse(SOUND | {"SUMMARIZE": word}).summarize


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "601"])
def test_a_grace_that_is_no_time_is_told(seconds: str) -> None:
    [line] = problems(SHUTDOWN_GRACE=seconds)

    assert line == "SHUTDOWN_GRACE must be a number of seconds from 0 to 600."


@pytest.mark.parametrize("url", ["sqlite:", "sqlite:///", "data/parley.db", "sqlite://data/parley.db"])
def test_a_database_address_that_is_none_is_told_with_an_example(url: str) -> None:
    [line] = problems(DATABASE_URL=url)

    assert "sqlite:///data/parley.db" in line


def test_the_default_model_comes_first_and_once_among_those_to_pick_from() -> None:
    settings = parse(SOUND | {"OPENAI_MODEL": "gpt-4o", "ALLOWED_MODELS": "gpt-4.1,gpt-4o"})

    assert settings.models == ("gpt-4o", "gpt-4.1")


def test_no_secret_is_shown() -> None:
    settings = parse(SOUND)

    assert TOKEN not in repr(settings)
    assert KEY not in repr(settings)
    assert settings.secrets == (TOKEN, KEY)


@given(values=st.dictionaries(st.sampled_from(NAMES), st.text(max_size=20)))
def test_any_values_are_settings_or_a_sentence_for_each_that_is_wrong(values: dict[str, str]) -> None:
    told = ""
    try:
        parse(values)
    except SettingsError as error:
        told = str(error)

    assert all(line.partition(" ")[0] in NAMES for line in told.splitlines())


@given(secret=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=12, max_size=40))
def test_a_bad_secret_is_not_repeated_in_what_is_said_of_it(secret: str) -> None:
    told = problems(DISCORD_TOKEN=secret, OPENAI_API_KEY=f"{secret} {secret}", OPENAI_BASE_URL=f"{secret}:")

    assert secret not in "\n".join(told)


@pytest.mark.parametrize(
    ("raw", "size"),
    [
        ("0", 0),
        ("1000000", 1_000_000),
        ("500MiB", 500 * 2**20),
        ("2 gb", 2 * 2**30),
        ("64K", 2**16),
        ("7 B", 7),
    ],
)
def test_a_size_is_in_bytes_or_has_its_unit(raw: str, size: int) -> None:
    assert parse(SOUND | {"MAX_STORED_MEDIA": raw}).max_stored_media == size


@pytest.mark.parametrize("raw", ["-1", "2 GiBs", "GiB", "1.5 GiB", "9" * 13, "2 EiB", "²"])
def test_what_is_no_size_is_told(raw: str) -> None:
    [line] = problems(MAX_STORED_MEDIA=raw)

    assert line == "MAX_STORED_MEDIA must be a size such as 500 MiB or 2 GiB."


def test_further_fields_of_a_request_are_read_as_json() -> None:
    read = parse(SOUND | {"MODEL_OPTIONS": '{"temperature": 0.7, "seed": 1}', "REASONING_EFFORT": "High"})

    assert read.model_options == {"temperature": 0.7, "seed": 1}
    assert read.reasoning_effort == "high"


@pytest.mark.parametrize("raw", ["[1]", '"x"', "{", '{"a": NaN}', "[" * 100_000])
def test_further_fields_that_are_no_object_are_refused(raw: str) -> None:
    [line] = problems(MODEL_OPTIONS=raw)

    assert line.startswith("MODEL_OPTIONS must be a JSON object")


@pytest.mark.parametrize("name", sorted(OWN_FIELDS))
def test_no_field_that_we_set_ourselves_may_be_set(name: str) -> None:
    [line] = problems(MODEL_OPTIONS=f'{{"seed": 1, "{name}": 1}}')

    assert line == f"MODEL_OPTIONS must not hold {name}, which Parley sets itself."


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("a, http://h/v1", "has a wrong entry 2: it must name a model, as in"),
        ("http://h/v1|", "has a wrong entry 1: it must name a model, as in"),
        ("h/v1|llama3", "has a wrong entry 1: it must be an address such as"),
        ("a, http://me:secret@h/v1|b", "has a wrong entry 2: it must not hold a name or a password"),
        ("a b", "has a wrong entry 1: it holds a space"),
    ],
)
def test_a_wrong_fall_back_is_one_sentence_that_names_it(listed: str, told: str) -> None:
    [problem] = problems(FALLBACK_MODELS=listed)

    assert problem.startswith(f"FALLBACK_MODELS {told}")
    assert "secret" not in problem


def test_the_main_key_is_no_other_servers() -> None:
    [problem] = problems(FALLBACK_MODELS="gpt-4o, https://a.example/v1|b")

    assert problem.startswith("FALLBACK_2_API_KEY is missing; put the key for https://a.example/v1 into .env")


def test_a_key_without_a_fall_back_is_told() -> None:
    [problem] = problems(FALLBACK_MODELS="gpt-4o", FALLBACK_2_API_KEY="sk-1234567890")

    assert problem == "FALLBACK_2_API_KEY belongs to no entry of FALLBACK_MODELS, which has 1."


def test_there_are_not_more_fall_backs_than_keys() -> None:
    [problem] = problems(FALLBACK_MODELS=",".join("abcdefghij"))

    assert problem == "FALLBACK_MODELS must not name more than 9 models."


def test_keys_of_fall_backs_are_read_and_kept_secret() -> None:
    settings = parse(SOUND | {"FALLBACK_MODELS": "https://a.example/v1|b", "FALLBACK_1_API_KEY": "key-of-a"})

    assert settings.secrets == (TOKEN, KEY, "key-of-a")
    assert "key-of-a" not in repr(settings)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("8080", Address("127.0.0.1", 8080)),
        ("localhost:8080", Address("localhost", 8080)),
        ("[::1]:8080", Address("::1", 8080)),
    ],
)
def test_a_port_is_of_this_machine_unless_an_address_stands_before_it(raw: str, read: Address) -> None:
    assert address(raw) == read


@pytest.mark.parametrize("raw", ["0", "65536", "-1", ":8080", "8080/", "a@b:1", "::1", "[::1:80", "1.5"])
def test_what_is_no_port_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="must be a port"):
        address(raw)


def test_what_is_set_as_it_is_by_default_does_not_differ() -> None:
    values = SOUND | {"OPENAI_MODEL": "x", "SUMMARIZE": "off", "SYSTEM_PROMPT": "", "LOG_FORMAT": "json"}
    wanted = {"OPENAI_MODEL": False, "SYSTEM_PROMPT": False, "LOG_FORMAT": False}

    assert differing(values) == dict.fromkeys(SOUND, True) | wanted


def test_what_another_setting_needs_differs() -> None:
    values = {"DISCORD_TOKEN": TOKEN, "OPENAI_BASE_URL": "http://localhost:1/v1"}

    assert differing(values) == {"DISCORD_TOKEN": True, "OPENAI_BASE_URL": False}


def test_recent_messages_need_the_intent_that_lets_them_be_read() -> None:
    with pytest.raises(SettingsError, match="RECENT_MESSAGES needs MESSAGE_CONTENT=on"):
        parse(
            {"DISCORD_TOKEN": TOKEN, "OPENAI_API_KEY": "k", "RECENT_MESSAGES": "5", "MESSAGE_CONTENT": "off"}
        )


def test_a_number_may_be_written_as_in_python() -> None:
    assert parse(SOUND | {"MAX_PROMPT_TOKENS": "16_000"}).max_prompt_tokens == 16_000


@pytest.mark.parametrize("raw", ['["a", "b"]', "a;b", "'a', 'b'"])
def test_names_are_written_without_what_would_become_a_part_of_them(raw: str) -> None:
    with pytest.raises(SettingsError, match="ALLOWED_MODELS must be names separated by commas"):
        parse(SOUND | {"ALLOWED_MODELS": raw})


@pytest.mark.parametrize(("raw", "meant"), [("Europe/Berln", "Europe/Berlin"), ("asia/seol", "Asia/Seoul")])
def test_a_misspelt_time_zone_is_told_with_the_likely_one(raw: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=rf"; is {meant} meant\?$"):
        parse(SOUND | {"TIMEZONE": raw})


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("postgresql://parley:p%40ssword@db/parley", {"p%40ssword", "p@ssword"}),
        ("postgresql://parley@db/parley?sslmode=require&password=p%40ssword", {"p@ssword"}),
        ("postgresql://parley@db/parley", set()),
    ],
)
def test_the_password_of_a_database_is_a_secret_wherever_it_stands(address: str, known: set[str]) -> None:
    settings = parse(SOUND | {"DATABASE_URL": address})

    assert set(settings.secrets) == {TOKEN, KEY, address, *known}
    assert not any(one in str(settings.database) for one in known)
