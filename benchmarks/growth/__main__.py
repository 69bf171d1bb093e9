"""`python -m benchmarks.growth`: print what growth takes; `--write` puts it into docs/growing.md."""

import argparse
from pathlib import Path

from benchmarks.growth.costs import read
from benchmarks.growth.limits import Habits
from benchmarks.growth.page import figures, world
from benchmarks.growth.picture import drawn
from benchmarks.growth.plan import limits

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE, PICTURE = DOCS / "growing.md", DOCS / "growing.svg"
BEGIN, END = "<!-- made by python -m benchmarks.growth --write -->", "<!-- end -->"


def page() -> str:
    """Return the page with the figures as they are now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{figures(read(), Habits())}\n\n{END}{after}"


def picture() -> str:
    """Return the picture as it is now."""
    habits = Habits()
    return drawn(limits(habits), world(read(), habits))


def main() -> None:
    """Print the figures, or write them down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page and the picture")
    if parser.parse_args().write:
        PAGE.write_text(page(), encoding="utf-8")
        PICTURE.write_text(picture(), encoding="utf-8")
    else:
        print(figures(read(), Habits()))


if __name__ == "__main__":
    main()
