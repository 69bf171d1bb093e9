"""Pictures: what models take, no larger than they look at, the right way up."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.extracting.limits import TooMuch
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.documents import Extracted, Picture
from bot.rules.prompting.tokens import TILE_LONG_SIDE, TILE_SHORT_SIDE

MOST_PIXELS = 60_000_000
FORMATS = (
    "PNG",
    "JPEG",
    "GIF",
    "WEBP",
    "AVIF",
    "BMP",
    "TIFF",
    "ICO",
)  # a JPEG of several pictures opens as one, too
KEPT = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
QUALITY = 85
TURNED = 0x0112  # EXIF's orientation; 1 is upright


def read(data: bytes) -> Extracted | None:
    """Return a picture as models take it, or None where these bytes are none that can be opened."""
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _fitted(image, data)
    except UnidentifiedImageError:
        return None
    except (OSError, SyntaxError, ValueError, EOFError):
        return Note(NoteCode.FILE_DAMAGED)


def _fitted(image: Image.Image, data: bytes) -> Picture:
    size, moving = smaller(*image.size), getattr(image, "n_frames", 1) > 1 and image.format != "MPO"
    kind = "JPEG" if image.format == "MPO" else image.format or ""
    is_upright = image.getexif().get(TURNED, 1) == 1
    image.draft("RGB", size)  # a photograph is made smaller while it is read
    if image.width * image.height > MOST_PIXELS:
        raise TooMuch
    image.load()
    is_plain = is_upright and not moving and image.mode != "CMYK"  # which is for printers
    if is_plain and kind in KEPT and size == image.size:
        return Picture(data, KEPT[kind], *size)
    upright = ImageOps.exif_transpose(image)
    size = smaller(*upright.size)
    shown = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    shown = shown.resize(size, Image.Resampling.LANCZOS) if size != shown.size else shown
    kind = "PNG" if shown.mode == "RGBA" or kind in ("PNG", "GIF", "BMP", "ICO") else "JPEG"
    written = io.BytesIO()
    shown.save(written, kind, quality=QUALITY)
    return Picture(written.getvalue(), KEPT[kind], *shown.size, moving)


def smaller(width: int, height: int) -> tuple[int, int]:
    """Return the size at which a model looks at a picture; never larger than it is."""
    scale = min(1.0, TILE_LONG_SIDE / max(width, height, 1), TILE_SHORT_SIDE / max(1, min(width, height)))
    return max(1, round(width * scale)), max(1, round(height * scale))
