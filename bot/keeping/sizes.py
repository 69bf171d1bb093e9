"""The sizes of files and disks, in words."""

_UNITS = ("KiB", "MiB", "GiB", "TiB")


def in_words(size: int) -> str:
    """Return a number of bytes as one says it."""
    if size < 1024:
        return f"{size} bytes"
    power = min((size.bit_length() - 1) // 10, len(_UNITS))
    return f"{size / 1024**power:.3g} {_UNITS[power - 1]}"
