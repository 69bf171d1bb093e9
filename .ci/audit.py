"""The verdict on a report of pip-audit: known holes end with 1, and what could not be looked up is said."""

import json
import sys
from pathlib import Path
from typing import Any


def verdict(packages: list[dict[str, Any]]) -> tuple[int, str]:
    """Return the exit code, and what to print."""
    holes = [
        f"{package['name']} {package['version']} has a known hole, {hole['id']}; "
        f"it is mended in {', '.join(hole['fix_versions']) or 'no version yet'}."
        for package in packages
        for hole in package.get("vulns", ())
    ]
    if holes:
        return 1, "\n".join(holes)
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if len(unknown) == len(packages):
        return 0, "Audit of the locks skipped: no list of known holes can be reached from here."
    missed = f" Not looked up: {', '.join(unknown)}." if unknown else ""
    return 0, f"Audit of the locks: no known hole in {len(packages) - len(unknown)} packages.{missed}"


if __name__ == "__main__":
    code, said = verdict(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["dependencies"])
    sys.stdout.write(f"{said}\n")
    sys.exit(code)
