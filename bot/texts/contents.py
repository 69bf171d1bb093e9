"""What is said of the files and quotes of a message: under its answer, and in English to the model."""

from bot.texts.languages.catalogue import _

FILE_NOT_TEXT = _("{name} could not be read: it is neither text nor a picture")
FILE_TOO_LARGE = _("{name} could not be read: it is larger than {limit} MiB; a smaller one will work")
FILE_TOO_MUCH = _("{name} could not be read: it takes more time or memory than I may spend on a file")
FILE_DAMAGED = _("{name} could not be read: it seems to be damaged; saving it again may help")
FILE_ENCRYPTED = _("{name} could not be read: it is protected by a password; a copy without one will work")
FILE_EMPTY = _("{name} holds no text")
FILE_OLD_OFFICE = _(
    "{name} could not be read: it has an old Office format; saved as DOCX, XLSX, PPTX or PDF it works"
)
FILE_IS_FILM = _("{name} could not be read: it is a video; pictures from it will work")
PDF_WITHOUT_TEXT = _("{name} is a PDF without text, such as a scan; a picture of a page will work")
IMAGE_HEIC = _("{name} could not be read: it is a HEIC picture; sent as JPEG or PNG it will work")
IMAGE_MOVING = _("{name} is animated: only its first frame is shown to the model")
IMAGE_DRAWN = _(
    "{name} is an SVG drawing: the model was given its source, not the picture; a PNG of it will work"
)
AUDIO_UNHEARD = _("{name} could not be heard: this bot has no model for speech; written text will work")
AUDIO_FAILED = _("{name} could not be heard: the model for speech did not answer; sending it again may help")
AUDIO_SILENT = _("In {name} no words could be heard")
AUDIO_HEARD = _("In {name} I heard “{words}”")
ENCODING_GUESSED = _("{name} doesn't say how its text is encoded; it was read as {words}, which is a guess")
SOME_LINES = _("Of {name} the model was given lines {words} of {limit}")
SOME_PAGES = _("Of {name} the model was given pages {words} of {limit}")
SOME_SLIDES = _("Of {name} the model was given slides {words} of {limit}")
SOME_ROWS = _("Of {name} the model was given these of {limit} rows: {words}")
FILE_NOT_FETCHED = _("{name} could not be fetched")
IMAGE_TOO_LARGE = _("{name} could not be read: it is larger than {limit} MiB")
IMAGE_NOT_SEEN = _("This model does not see pictures")
IMAGES_REFUSED = _("Pictures were left out, since the model's server refused a request with them")
IMAGE_NO_ROOM = _("The model was not shown {name}: it costs more tokens than this request had left")
TOO_MANY_FILES = _("Only the first {limit} files were read")
QUOTE_WITHHELD = _("the message replied to is by somebody who asked not to be read")
QUOTE_DELETED = _("the message replied to was deleted")
QUOTE_UNREAD = _("the message replied to could not be read")
