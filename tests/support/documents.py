"""Documents as the programs of offices write them, small."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from PIL import Image

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHOW = "http://schemas.openxmlformats.org/presentationml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
REFERS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return written.getvalue()


def relations(**targets: str) -> str:
    """Return the XML by which a file refers to others."""
    listed = "".join(f'<Relationship Id="{id_}" Target="{target}"/>' for id_, target in targets.items())
    return f'<Relationships xmlns="x">{listed}</Relationships>'


def docx(body: str) -> bytes:
    """Return a Word document."""
    return archive(
        {"word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'}
    )


def paragraph(text: str, style: str = "") -> str:
    """Return a paragraph of Word's; a form feed is a page's end."""
    runs = "".join(f'<w:r><w:br w:type="page"/><w:t>{piece}</w:t></w:r>' for piece in text.split("\f"))
    runs = runs.replace('<w:br w:type="page"/>', "", 1)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def pptx(*slides: str, notes: str = "") -> bytes:
    """Return a presentation, shown in the reverse order of its files; notes belong to its first slide."""
    numbers = range(len(slides), 0, -1)
    listed = "".join(f'<p:sldId id="25{number}" r:id="r{number}"/>' for number in numbers)
    files = {
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{SHOW}" xmlns:r="{REFERS}">'
        f"<p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(**{f"r{n}": f"slides/slide{n}.xml" for n in numbers}),
    }
    for number, text in zip(numbers, slides, strict=True):
        files[f"ppt/slides/slide{number}.xml"] = _slide(text)
    if notes:
        files[f"ppt/slides/_rels/slide{len(slides)}.xml.rels"] = relations(
            r1="../notesSlides/notesSlide1.xml"
        )
        files["ppt/notesSlides/notesSlide1.xml"] = _slide(notes)
    return archive(files)


def _slide(text: str) -> str:
    return f'<p:sld xmlns:p="{SHOW}" xmlns:a="{DRAWING}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>'


def xlsx(sheets: Mapping[str, str], texts: Sequence[str] = ()) -> bytes:
    """Return a workbook of sheets, each the XML of its rows; style 1 is a date."""
    listed = "".join(f'<sheet name="{name}" r:id="r{at}"/>' for at, name in enumerate(sheets))
    shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
    files = {
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{REFERS}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": relations(**{f"r{at}": f"/xl/s{at}.xml" for at in range(len(sheets))}),
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{shared}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{SHEET}"><numFmts>'
        '<numFmt numFmtId="164" formatCode="d/m/yy h:mm"/>'
        '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    }
    for at, rows in enumerate(sheets.values()):
        files[f"xl/s{at}.xml"] = f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    return archive(files)


def pdf(*pages: str) -> bytes:
    """Return a PDF with a line of text on each page."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, text in enumerate(pages):
        drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * at} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        ]
    return _numbered(objects)


def _numbered(objects: Sequence[str]) -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return written + f"{end}startxref\n{len(written)}\n%%EOF\n".encode()


def picture(kind: str, width: int = 40, height: int = 30, **options: object) -> bytes:
    """Return a picture, half red and half blue from left to right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()
