"""Attached files: told apart by their bytes, with names that stay on their line."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.model import AttachmentRef
from bot.rules.prompting.attachments import (
    MOST_NAME,
    Kind,
    as_it_is,
    claims_media,
    encodings_near,
    image_type,
    is_document,
    is_drawing,
    is_page,
    kind_of,
    media_of,
    safe_name,
    text_of,
)
from tests.support.strategies import texts


def file(content_type: str | None) -> AttachmentRef:
    return AttachmentRef(1, "file", "https://cdn.discordapp.com/file", 5, content_type)


@pytest.mark.parametrize(
    ("content_type", "kind", "media"),
    [
        ("image/png", Kind.VIDEO, False),
        ("image/svg+xml", Kind.VIDEO, False),
        ("audio/ogg", Kind.AUDIO, True),
        ("video/mp4", Kind.VIDEO, True),
        ("text/plain; charset=utf-8", Kind.VIDEO, False),
        (None, Kind.VIDEO, False),
    ],
)
def test_what_a_file_claims_to_be_is_its_declared_type(
    content_type: str | None, kind: Kind, media: bool
) -> None:
    assert media_of(file(content_type), b"\x1aE\xdf\xa3") is kind
    assert claims_media(file(content_type)) is media


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"GIF87a..", "image/gif"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"<svg/>", None),
        (b"", None),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(data: bytes, kind: str | None) -> None:
    assert image_type(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"plain",
        "sch\u00f6n \u2014 \ud55c\uad6d\uc5b4".encode(),
        codecs.BOM_UTF8 + b"plain",
        "\ud55c\uad6d\uc5b4".encode("utf-16"),
        codecs.BOM_UTF16_BE + "\ud55c".encode("utf-16-be"),
        b"\x1b[31mred\x1b[0m\ttab\fpage\r\nline",
        b"",
    ],
)
def test_text_is_read_in_the_encodings_that_people_save_in(data: bytes) -> None:
    assert text_of(data, cut=False) is not None


@pytest.mark.parametrize(
    "data",
    [b"\x00\x01", b"%PDF-1.7\n\xe2\xe3\xcf\xd3", b"MZ\x90\x00", b"caf\xe9", b"bell\x07", b"PK\x03\x04"],
)
def test_what_is_no_text_is_not_read(data: bytes) -> None:
    assert text_of(data, cut=False) is None


def test_windows_line_ends_become_plain_ones() -> None:
    assert text_of(b"one\r\ntwo\r\n", cut=False) == "one\ntwo\n"


@given(text=st.text(min_size=1).filter(lambda text: text.isprintable()), missing=st.integers(1, 3))
def test_a_text_that_was_cut_in_mid_character_is_read_up_to_there(text: str, missing: int) -> None:
    read = text_of(text.encode()[:-missing], cut=True)

    assert read is not None
    assert text.startswith(read)


def test_a_text_that_ends_in_mid_character_by_itself_is_no_text() -> None:
    assert text_of("\u00e9".encode()[:1], cut=False) is None


@given(data=st.binary(max_size=200), cut=st.booleans())
def test_any_bytes_are_text_or_not_and_never_an_error(data: bytes, cut: bool) -> None:
    text = text_of(data, cut=cut)

    assert text is None or "\0" not in text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
        (b"\0\0\0 ftypavif", Kind.PICTURE),
        (b"\0\0\0 ftypheic", Kind.HEIC),
        (b"\0\0\0 ftypmif1", Kind.HEIC),
        (b"\0\0\0 ftypM4A ", Kind.AUDIO),
        (b"\0\0\0 ftypisom", Kind.VIDEO),
        (b"RIFF\0\0\0\0WAVEfmt ", Kind.AUDIO),
        (b"RIFF\0\0\0\0AVI LIST", Kind.VIDEO),
        (b"OggS\0", Kind.AUDIO),
        (b"ID3\x04", Kind.AUDIO),
        (b"\xff\xfb\x90", Kind.AUDIO),
        ((b"G" + bytes(187)) * 3, Kind.VIDEO),
        (b"\x1aE\xdf\xa3", Kind.VIDEO),
        (b"Good morning, " * 100, None),
        ("\ufeffHello".encode("utf-16-le"), None),
        (b"", None),
    ],
)
def test_sound_film_and_pictures_are_known_by_their_first_bytes(data: bytes, kind: Kind | None) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("<!DOCTYPE html><p>Hi", True),
        ("\n<html lang=en>", True),
        ("<?xml version='1.0'?><!-- x --><html>", True),
        ("<svg/>", False),
        ("The tag <html>", False),
        ("", False),
    ],
)
def test_a_page_of_html_is_known_by_its_beginning(text: str, page: bool) -> None:
    assert is_page(text) is page


@pytest.mark.parametrize(
    ("text", "drawing"),
    [
        ("<svg/>", True),
        ('<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN">\n<!-- x -->\n<SVG>', True),
        ("<html><svg/></html>", False),
        ("The tag <svg>", False),
        ("", False),
    ],
)
def test_a_drawing_is_known_by_its_beginning(text: str, drawing: bool) -> None:
    assert is_drawing(text) is drawing


def test_documents_are_known_though_they_may_be_plain_characters() -> None:
    assert is_document(b"%PDF-1.4\n")
    assert not is_document(b"A PDF begins with %PDF-")


@pytest.mark.parametrize(
    ("data", "width", "height", "fits"),
    [
        (b"\x89PNG\r\n\x1a\n", 768, 2048, True),
        (b"\x89PNG\r\n\x1a\n", 769, 2048, False),
        (b"\x89PNG\r\n\x1a\n", 10, 2049, False),
        (b"\x89PNG\r\n\x1a\n", None, None, False),
        (b"\x89PNG\r\n\x1a\n....acTL", 10, 10, False),
        (b"\xff\xd8\xff\xe1..Exif", 10, 10, False),
        (b"GIF89a", 10, 10, False),
        (b"Hello", 10, 10, False),
    ],
)
def test_a_picture_is_taken_as_it_is_where_no_larger_one_would_be_looked_at(
    data: bytes, width: int | None, height: int | None, fits: bool
) -> None:
    ref = AttachmentRef(1, "a", "https://cdn.discordapp.com/a", 5, None, width, height)

    assert (as_it_is(ref, data) is not None) is fits


@given(name=texts)
def test_a_file_name_stays_between_its_quotes(name: str) -> None:
    kept = safe_name(name)

    assert kept.isprintable()
    assert not {'"', "<", ">"} & set(kept)
    assert 0 < len(kept) <= MOST_NAME


@pytest.mark.parametrize("name", ["notes.txt", "보고서 (최종).md", "a'b.csv"])
def test_an_ordinary_file_name_stays_as_it_is(name: str) -> None:
    assert safe_name(name) == name


def test_a_file_without_a_name_is_a_file() -> None:
    assert safe_name("") == "file"


@pytest.mark.parametrize(
    ("words", "locale", "near"),
    [
        ("What is that?", "en-US", ()),
        ("What is that?", "ko", ("cp949",)),
        ("Что это?", "de", ("cp1251", "koi8_r", "cp1252")),
        ("这是什么", "zh-TW", ("big5", "gb18030")),
        ("これは何", "ja", ("cp932", "euc_jp", "gb18030", "big5")),
    ],
)
def test_the_encodings_near_to_somebody_are_those_of_their_letters_and_their_server(
    words: str, locale: str, near: tuple[str, ...]
) -> None:
    assert encodings_near(words, locale) == near
