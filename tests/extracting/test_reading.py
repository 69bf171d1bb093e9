"""What files say is told by their content alone, and what can't be read has its reason."""

import io
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter

from bot.extracting.reading import read
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.attachments import encodings_near
from bot.rules.prompting.documents import Document, Picture, Section, Unit
from tests.support.documents import archive, docx, paragraph, pdf, picture, pptx, xlsx

TURNED = 0x0112


def said(data: bytes) -> Document:
    """Return the document that a file is."""
    read_ = read(data)
    assert isinstance(read_, Document)
    return read_


def seen(data: bytes) -> tuple[Picture, Image.Image]:
    """Return the picture that a file is, and what it shows."""
    read_ = read(data)
    assert isinstance(read_, Picture)
    return read_, Image.open(io.BytesIO(read_.data))


def texts(data: bytes) -> list[str]:
    """Return the text of each section of a file."""
    return [one.text for one in said(data).sections]


@pytest.mark.parametrize(
    ("encoding", "name", "text"),
    [
        ("cp949", "EUC-KR", "안녕하세요, 내일 오후 세 시에 회의가 있습니다. 자료를 준비해 주세요."),
        ("euc_kr", "EUC-KR", "이름,나이\n김철수,32\n이영희,28\n"),
        ("gbk", "GBK", "你好，明天下午三点有会议，请准备好资料。"),
        ("gbk", "GBK", "姓名,年龄\n张三,32\n李四,28\n"),
        ("shift_jis", "Shift-JIS", "こんにちは、明日の午後三時に会議があります。"),
        ("shift_jis", "Shift-JIS", "名前,年齢\n田中,32\n"),
        ("euc_jp", "EUC-JP", "こんにちは、明日の午後三時に会議があります。"),
        ("big5", "Big5", "你好，明天下午三點有會議，請準備好資料。"),
        ("cp1252", "Windows-1252", "Das Café öffnet um acht. Größe und Maß sind – wie immer – gleich."),
        ("cp1252", "Windows-1252", "café"),
        ("cp1251", "Windows-1251", "Привет мир"),
        ("cp1250", "Windows-1250", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
        ("utf_16_le", "UTF-16", "Hello there, this is a note."),
        ("utf_16_be", "UTF-16", "안녕하세요, 내일 회의가 있습니다."),
        ("utf_16_le", "UTF-16", "你好，明天下午三点有会议"),
    ],
)
def test_a_text_that_does_not_say_its_encoding_is_read_by_what_makes_sense(
    encoding: str, name: str, text: str
) -> None:
    document = said(text.encode(encoding))

    assert "\n".join(one.text for one in document.sections) == text
    assert document.encoding == name


@pytest.mark.parametrize(
    ("encoding", "text", "words", "locale"),
    [
        ("gb18030", "你好", "这是什么？", "en-US"),
        ("gb18030", "价格: 12", "What is that?", "zh-CN"),
        ("big5", "價格: 12", "這是什麼？", "zh-TW"),
        ("cp932", "東京", "これは何？", "en-US"),
        ("cp932", "値段: 12", "What is that?", "ja"),
        ("euc_jp", "こんにちは、世界。", "What is that?", "ja"),
        ("cp949", "네", "뭐야?", "en-US"),
        ("cp1251", "Привет", "Что это?", "en-US"),
        ("koi8_r", "Привет мир", "Что это?", "en-US"),
        ("cp1250", "cena: 12 zł", "What is that?", "pl"),
        ("cp1253", "Γεια σου", "Τι είναι;", "en-US"),
        ("cp1254", "günaydın", "What is that?", "tr"),
        ("cp1255", "שלום", "מה זה?", "en-US"),
        ("cp1256", "مرحبا", "ما هذا؟", "en-US"),
        ("cp1252", "¿Qué?", "¿Qué es?", "es-ES"),
        ("cp949", "한국어 문장입니다.", "Was heißt das?", "de"),
    ],
)
def test_a_short_text_is_read_as_whoever_sent_it_writes(
    encoding: str, text: str, words: str, locale: str
) -> None:
    document = read(text.encode(encoding), encodings_near(words, locale))

    assert isinstance(document, Document)
    assert document.sections[0].text == text
    assert document.encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_that_says_its_encoding_is_no_guess(encoding: str) -> None:
    assert said("Größe 회의".encode(encoding)) == Document(Unit.LINE, 1, (Section(1, 1, "Größe 회의"),))


def test_a_text_in_utf_8_with_a_broken_byte_is_read_as_that() -> None:
    document = said("Größe 회의 ".encode() * 9 + b"\xff")

    assert document.sections[0].text.startswith("Größe 회의")
    assert document.encoding == "UTF-8"


@pytest.mark.parametrize("seed", range(5))
def test_bytes_that_are_no_text_are_none_in_any_encoding(seed: int) -> None:
    data = bytes((at * at * (seed + 3) + at) % 251 for at in range(999))

    assert read(b"\x7fELF\x02\x01" + data) == Note(NoteCode.FILE_NOT_TEXT)


def test_a_pdf_is_read_page_by_page() -> None:
    document = said(pdf("Tea at four", "", "Cake at five"))

    assert document == Document(
        Unit.PAGE, 3, (Section(1, 1, "Tea at four"), Section(2, 2, ""), Section(3, 3, "Cake at five"))
    )


def encrypted(password: str) -> bytes:
    writer = PdfWriter(io.BytesIO(pdf("Tea at four")))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pdf("", ""), NoteCode.PDF_WITHOUT_TEXT),
        (encrypted("secret"), NoteCode.FILE_ENCRYPTED),
        (b"%PDF-1.7\n", NoteCode.FILE_DAMAGED),
        (pdf("Tea")[:60], NoteCode.FILE_DAMAGED),
        (b"PK\x03\x04", NoteCode.FILE_DAMAGED),
        (docx(paragraph("Tea"))[:-30], NoteCode.FILE_DAMAGED),
        (archive({"word/document.xml": "<w:document"}), NoteCode.FILE_DAMAGED),
        (archive({"a.txt": "Tea"}), NoteCode.FILE_NOT_TEXT),
        (docx(paragraph("")), NoteCode.FILE_EMPTY),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), NoteCode.FILE_OLD_OFFICE),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            NoteCode.FILE_ENCRYPTED,
        ),
        (b"\0\0\0 ftypheic", NoteCode.IMAGE_HEIC),
        (picture("PNG")[:60], NoteCode.FILE_DAMAGED),
        (archive({"word/document.xml": bytes(200_000_000)}), NoteCode.FILE_TOO_MUCH),
    ],
)
def test_what_can_not_be_read_has_its_reason(data: bytes, code: NoteCode) -> None:
    assert read(data) == Note(code)


LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
BOMB = (
    f'<!DOCTYPE w [<!ENTITY l0 "ha">{LAUGHS}]><w:document xmlns:w="w"><w:p><w:t>&l9;</w:t></w:p></w:document>'
)
CIRCLE = pdf("Tea").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")


@pytest.mark.parametrize("data", [archive({"word/document.xml": BOMB}), CIRCLE], ids=["laughs", "circle"])
def test_what_grows_without_end_is_given_up(data: bytes) -> None:
    assert isinstance(read(data), Note)


def test_a_pdf_that_forbids_no_more_than_printing_is_read() -> None:
    assert texts(encrypted("")) == ["Tea at four"]


def test_a_word_document_is_read_with_headings_lists_tables_and_pages() -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{paragraph('b')}</w:tc></w:tr></w:tbl>"
    item = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Milk</w:t></w:r></w:p>"
    gone = "<w:p><w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:r><w:t>x</w:t><w:tab/></w:r></w:p>"
    body = paragraph("Tea", "Heading2") + item + paragraph("one\ftwo") + table + gone

    assert texts(docx(body)) == ["## Tea\n- Milk\none", "two\na | b\nx"]


def test_a_word_document_without_pages_is_read_in_lines() -> None:
    assert said(docx(paragraph("Tea") + paragraph("Cake"))) == Document(
        Unit.LINE, 2, (Section(1, 2, "Tea\nCake"),)
    )


def test_slides_come_in_the_order_of_the_show_with_their_notes() -> None:
    document = said(pptx("Tea", "Cake", notes="Smile"))

    assert document.unit is Unit.SLIDE
    assert texts(pptx("Tea", "Cake", notes="Smile")) == ["Tea\n[speaker's notes: Smile]", "Cake"]


def test_sheets_are_read_row_by_row_with_dates_as_dates() -> None:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><v>5.5</v></c></row>'
        '<row r="3"><c r="A3" s="1"><v>45000</v></c><c r="B3" s="2"><v>45000.5</v></c>'
        '<c r="C3" t="b"><v>1</v></c><c r="D3" t="inlineStr"><is><t>in\nside</t></is></c></row>'
    )
    document = said(xlsx({"Budget": rows, "Costs": '<row><c t="str"><v>so</v></c></row>'}, ["Rent"]))

    assert document == Document(
        Unit.ROW,
        4,
        (
            Section(1, 3, "Rent\t\t5.5\n2023-03-15\t2023-03-15 12:00:00\tTRUE\tin side", "Budget"),
            Section(1, 1, "so", "Costs"),
        ),
    )


def test_an_open_document_is_read_in_lines() -> None:
    body = (
        "<o:body><t:h t:outline-level='2'>Tea</t:h><t:p>a<t:s t:c='2'/>b<t:tab/><t:span>c</t:span>d</t:p>"
        "<t:table-row><t:table-cell><t:p>1</t:p></t:table-cell><t:table-cell><t:p>2</t:p></t:table-cell>"
        "<t:table-cell/></t:table-row><t:tracked-changes><t:p>gone</t:p></t:tracked-changes></o:body>"
    )
    content = f"<o:document xmlns:o='o' xmlns:t='t'>{body}</o:document>"

    assert texts(archive({"mimetype": "application/vnd", "content.xml": content})) == [
        "## Tea\na  b\tcd\n1 | 2"
    ]


def test_a_page_of_html_says_what_a_reader_sees() -> None:
    page = (
        "<!doctype html><html><head><title>Tea &amp; cake</title><style>p{}</style></head><body><script>x()"
        "</script><h2>Hours</h2><p>From <b>four</b>\n to <a href='https://e.com/a'>five</a></p>"
        "<ul><li>Milk<li>Sugar</ul><table><tr><th>a<th>b<tr><td>1<td>2</table><pre>x\n  y</pre>"
    )

    assert texts(page.encode("cp1252")) == [
        "# Tea & cake\n\n## Hours\n\nFrom four to five (https://e.com/a)\n\n"
        "- Milk\n- Sugar\n\na | b\n1 | 2\n\nx\n  y"
    ]


@pytest.mark.parametrize(
    ("kind", "size", "fitted", "media_type"),
    [
        ("PNG", (40, 30), (40, 30), "image/png"),
        ("JPEG", (1600, 1200), (1024, 768), "image/jpeg"),
        ("PNG", (4096, 100), (2048, 50), "image/png"),
        ("WEBP", (40, 30), (40, 30), "image/webp"),
        ("AVIF", (40, 30), (40, 30), "image/jpeg"),
        ("GIF", (40, 30), (40, 30), "image/png"),
        ("BMP", (40, 30), (40, 30), "image/png"),
        ("TIFF", (40, 30), (40, 30), "image/jpeg"),
    ],
)
def test_a_picture_is_as_large_as_models_look_at_it_in_a_type_that_they_take(
    kind: str, size: tuple[int, int], fitted: tuple[int, int], media_type: str
) -> None:
    given, image = seen(picture(kind, *size))

    assert (given.width, given.height) == image.size == fitted
    assert given.media_type == media_type == Image.MIME[image.format or ""]


def test_a_picture_that_lies_on_its_side_stands_upright() -> None:
    exif = Image.Exif()
    exif[TURNED] = 6  # to be turned clockwise by a quarter
    given, image = seen(picture("JPEG", 40, 30, exif=exif))

    top: Any = image.getpixel((15, 5))
    assert (given.width, given.height) == image.size == (30, 40)
    assert top[0] > 200  # what was left is up


def test_of_a_moving_picture_the_first_frame_is_shown() -> None:
    frames = [Image.new("RGB", (4, 4), "blue"), Image.new("RGB", (4, 4), "red")]
    given, image = seen(picture("GIF", save_all=True, append_images=frames))

    assert given.moving
    assert image.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


def test_a_picture_that_unpacks_to_too_much_is_not_unpacked() -> None:
    written = io.BytesIO()
    Image.new("1", (20_000, 4_000)).save(written, "PNG")

    assert read(written.getvalue()) == Note(NoteCode.FILE_TOO_MUCH)


def test_a_text_that_speaks_of_the_sign_of_a_pdf_is_a_text() -> None:
    assert texts(b'if data.startswith(b"%PDF-"): ...') == ['if data.startswith(b"%PDF-"): ...']


def test_what_terminals_and_dos_write_into_a_text_leaves_it_one() -> None:
    assert texts(b"50%\x08\x08\x08100%\r\n\x1a") == ["50%\x08\x08\x08100%\n\x1a"]


def test_a_picture_for_printers_is_made_one_for_screens() -> None:
    written = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(written, "JPEG")
    _, image = seen(written.getvalue())

    assert image.mode == "RGB"
