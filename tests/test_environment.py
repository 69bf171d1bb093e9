"""What is set is read in every form in which people write it."""

import os
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import environment
from bot.settings.settings import NAMES, load, parse
from tests.test_settings import KEY, SOUND, TOKEN


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / ".env"
    file.write_bytes(text.encode())
    return file


def test_the_file_is_read_and_the_environment_wins_over_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        f"DISCORD_TOKEN={TOKEN}\nOPENAI_API_KEY={KEY}\nOPENAI_MODEL=one\nLOG_LEVEL=ERROR\nTZ=UTC\n"
    )
    settings = load(file, {"OPENAI_MODEL": "other", "HOME": "/root"})

    assert (settings.openai_model, settings.log_level) == ("other", "ERROR")


def test_the_process_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    assert load(None) == parse(SOUND)


def test_a_file_that_is_not_there_is_none() -> None:
    assert load(Path("there/is/no/.env"), SOUND) == parse(SOUND)


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbfSYSTEM_PROMPT='Costs ${HOME}, \xed\x95\x9c'\n")

    assert load(file, SOUND).system_prompt == "Costs ${HOME}, 한"


def test_a_file_in_another_encoding_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"DISCORD_TOKEN={TOKEN}\n", encoding="utf-16")

    with pytest.raises(SettingsError, match="is not saved as UTF-8"):
        load(file, SOUND)


def test_a_file_that_can_not_be_read_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(SettingsError, match=r"can't be read \(Permission denied\)"):
        load(tmp_path / ".env", SOUND)


@pytest.mark.parametrize(
    "line",
    [
        "OPENAI_MODEL=gpt-5",
        "OPENAI_MODEL = gpt-5",
        "export OPENAI_MODEL=gpt-5",
        'OPENAI_MODEL="gpt-5"',
        "OPENAI_MODEL='gpt-5'  # the cheap one",
        "OPENAI_MODEL=gpt-5 # the cheap one",
        "\ufeffOPENAI_MODEL=gpt-5\r\nLOG_LEVEL=INFO\r\n",
    ],
)
def test_a_line_may_be_written_in_any_way(tmp_path: Path, line: str) -> None:
    assert load(written(tmp_path, line), SOUND).openai_model == "gpt-5"


@pytest.mark.parametrize("value", ['"gpt-5"', "'gpt-5'", " gpt-5\r", "gpt-5 # cheap", '"gpt-5" # cheap'])
def test_what_docker_passes_on_from_a_file_is_read_like_the_file(value: str) -> None:
    assert load(None, SOUND | {"OPENAI_MODEL": value}).openai_model == "gpt-5"


def test_a_persona_keeps_what_only_looks_like_a_comment() -> None:
    assert load(None, SOUND | {"SYSTEM_PROMPT": "Like # signs"}).system_prompt == "Like # signs"
    assert load(None, SOUND | {"SYSTEM_PROMPT": '"Like # signs"'}).system_prompt == "Like # signs"
    assert load(None, SOUND | {"SYSTEM_PROMPT": "'Hi' and 'bye'"}).system_prompt == "'Hi' and 'bye'"


@pytest.mark.parametrize(
    ("line", "persona"),
    [
        ("SYSTEM_PROMPT=Send them to #general, kindly.", "Send them to #general, kindly."),
        ("export SYSTEM_PROMPT = Be kind. # for now\r", "Be kind."),
        ("SYSTEM_PROMPT='Be kind.' # for now", "Be kind."),
        ("SYSTEM_PROMPT=", ""),
        ("SYSTEM_PROMPT=You're kind. I'm not.", "You're kind. I'm not."),
    ],
)
def test_a_persona_in_the_file_keeps_a_channels_name(tmp_path: Path, line: str, persona: str) -> None:
    assert load(written(tmp_path, f"{line}\nLOG_LEVEL=INFO\n"), SOUND).system_prompt == persona


@pytest.mark.parametrize("line", ["OPENAI_MODEL", "OPENAI_API_KEY sk-secret", "'half"])
def test_a_line_without_a_value_is_named_and_not_shown(tmp_path: Path, line: str) -> None:
    with pytest.raises(SettingsError, match=r"Line 3 of .*\.env is not of the form NAME=value\.") as told:
        load(written(tmp_path, f"LOG_LEVEL=INFO\n\n{line}\n"), SOUND)

    assert "sk-secret" not in str(told.value)


@pytest.mark.parametrize(
    "lines",
    [
        'LOG_LEVEL="INFO\nDISCORD_TOKEN=x.y.z\n',
        "LOG_LEVEL='INFO\nDISCORD_TOKEN='x.y.z'\n",
        'export LOG_LEVEL = "INFO\nDISCORD_TOKEN="x.y.z"\n',
    ],
)
def test_a_quote_that_is_not_closed_is_told_of_where_it_opens(tmp_path: Path, lines: str) -> None:
    with pytest.raises(SettingsError) as told:
        load(written(tmp_path, f"\n{lines}SHARDS=0\n"), {})

    first, *_ = str(told.value).splitlines()
    assert first == (
        f"Line 2 of {tmp_path / '.env'} opens a quote behind LOG_LEVEL that is not closed in that line."
    )
    assert "x.y.z" not in str(told.value)
    assert "is missing" not in str(told.value)


@pytest.mark.parametrize("name", ["SYSTEM_PROMPT", "PRICES", "MODEL_OPTIONS"])
def test_what_is_long_may_be_written_over_several_lines(tmp_path: Path, name: str) -> None:
    load(written(tmp_path, f"{name}='{{\n}}'\n"), SOUND)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1")
    file = written(tmp_path, "OPENAI_MODLE=x\nSHARDS=0\nDISCORD_TOKE=x\n")
    with pytest.raises(SettingsError) as told:
        load(file, {"OPENAI_API_KEY_FILE": str(tmp_path / "none")})

    assert [line.split()[0] for line in str(told.value).splitlines()] == [
        "OPENAI_MODLE",
        "DISCORD_TOKE",
        "OPENAI_API_KEY_FILE",
        "HTTPS_PROXY",
        "SHARDS",
    ]


@pytest.mark.parametrize("name", ["OPENAI_MODLE", "OPENAI_MODELS", "openai_model", "OPENAI-MODEL"])
def test_a_misspelt_name_is_told_with_the_one_that_is_meant(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} in .* is not a setting; is OPENAI_MODEL meant"):
        load(written(tmp_path, f"{name}=gpt-5\n"), SOUND)
    assert environment.misspelt(NAMES, {name: "gpt-5"}) == [
        f"{name} in the environment is not a setting; is OPENAI_MODEL meant?"
    ]


def test_what_other_programs_are_told_is_none_of_ours(tmp_path: Path) -> None:
    others = ("TZ", "HTTPS_PROXY", "OPENAI_API_BASE", "COMPOSE_PROFILES", "DISCORD_TOKEN_FILE", *NAMES)

    assert environment.misspelt(NAMES, dict.fromkeys(others, "x")) == []
    assert load(written(tmp_path, "TZ=UTC\nOPENAI_ORG=x\n"), SOUND) == parse(SOUND)


def test_an_address_under_the_name_of_other_bots_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"OPENAI_API_BASE in .* is not a setting; is OPENAI_BASE"):
        load(written(tmp_path, "OPENAI_API_BASE=http://localhost:11434/v1\n"), SOUND)

    both = "OPENAI_API_BASE=http://localhost:1/v1\nOPENAI_BASE_URL=http://localhost:2/v1\n"
    assert load(written(tmp_path, both), SOUND).openai_base_url == "http://localhost:2/v1"


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    named = {"DISCORD_TOKEN_FILE": str(tmp_path / "token"), "OPENAI_API_KEY": KEY}

    assert load(None, named) == parse(SOUND)
    assert load(written(tmp_path, f"DISCORD_TOKEN_FILE={tmp_path / 'token'}\n"), named) == parse(SOUND)


def test_a_secret_whose_file_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"DISCORD_TOKEN_FILE names .*, which can't be read \(No such file"
    ):
        load(None, {"DISCORD_TOKEN_FILE": str(tmp_path / "token")})
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="it is no text in UTF-8"):
        load(None, {"DISCORD_TOKEN_FILE": str(tmp_path / "token")})


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()

    with pytest.raises(SettingsError, match="is a folder; Docker makes one"):
        load(tmp_path / ".env", SOUND)


def test_proxies_lose_the_quotes_of_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", '"http://127.0.0.1:3128"  # ours')
    monkeypatch.setenv("no_proxy", "'localhost'")
    environment.values((), (), None)

    assert (os.environ["HTTPS_PROXY"], os.environ["no_proxy"]) == ("http://127.0.0.1:3128", "localhost")
