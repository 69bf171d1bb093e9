"""What is said of the files, quotes and voices of a message: to the model, and under its answer."""

FILE_NOT_TEXT = "{name} could not be read: it is neither text nor a picture"
FILE_TOO_LARGE = "{name} could not be read: it is larger than {limit} MiB; a smaller one will work"
FILE_TOO_MUCH = "{name} could not be read: it takes more time or memory than I may spend on a file"
FILE_DAMAGED = "{name} could not be read: it seems to be damaged; saving it anew may help"
FILE_ENCRYPTED = "{name} could not be read: it is protected by a password; a copy without one will work"
FILE_EMPTY = "{name} holds no text"
FILE_OLD_OFFICE = (
    "{name} could not be read: it has an old Office format; saved as DOCX, XLSX, PPTX or PDF it works"
)
FILE_IS_FILM = "{name} could not be read: it is a video; pictures from it will work"
PDF_WITHOUT_TEXT = "{name} is a PDF without text, such as a scan; a picture of a page will work"
IMAGE_HEIC = "{name} could not be read: it is a HEIC picture; sent as JPEG or PNG it will work"
IMAGE_MOVING = "Of {name}, which moves, only the first frame is shown to the model"
IMAGE_DRAWN = "{name} is an SVG drawing: the model was given its source, not the picture; as PNG it is seen"
AUDIO_UNHEARD = "{name} could not be heard: this bot has no model for speech; your words as text will work"
AUDIO_FAILED = "{name} could not be heard: the model for speech did not answer; sending it again may help"
AUDIO_SILENT = "In {name} no words could be heard"
AUDIO_HEARD = "In {name} I heard “{words}”"
ENCODING_GUESSED = "{name} doesn't say how its text is encoded; it was read as {words}, which is a guess"
SOME_LINES = "Of {name} the model was given lines {words} of {limit}"
SOME_PAGES = "Of {name} the model was given pages {words} of {limit}"
SOME_SLIDES = "Of {name} the model was given slides {words} of {limit}"
SOME_ROWS = "Of {name} the model was given these of {limit} rows: {words}"
FILE_NOT_FETCHED = "{name} could not be fetched"
IMAGE_TOO_LARGE = "{name} could not be read: it is larger than {limit} MiB"
IMAGE_NOT_SEEN = "This model does not see pictures"
IMAGES_REFUSED = "Pictures were left out, since the model's server refused a request with them"
IMAGE_NO_ROOM = "The model was not shown {name}: it costs more tokens than this request had left"
TOO_MANY_FILES = "Only the first {limit} files were read"
PLACES_IN_FILE = {
    "line": "[lines {first}–{last}]",
    "page": "[page {first}]",
    "slide": "[slide {first}]",
    "row": "[sheet {place}, from row {first}]",
}
SPEAKER_NOTES = "[speaker's notes: {text}]"
FILE_REMEMBERED = "the rest of this file was given with its question alone"
FILE_CUT = "cut after {kept} characters"
POLL_OPEN = "[the poll is still open]"
QUOTE_WITHHELD = "the message replied to is by somebody who asked not to be read"
QUOTE_DELETED = "the message replied to was deleted"
QUOTE_UNREAD = "the message replied to could not be read"
SAYS_NOTHING = "says nothing but your name"
