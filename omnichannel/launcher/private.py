"""Files that only their owner reads, and the NAME=value lines in them."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write the file whole or not at all, even when the machine stops in between."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def write_values(path: Path, values: dict[str, str]) -> None:
    """Write one NAME=value line for each value."""
    write_private(path, "".join(f"{name}={value}\n" for name, value in values.items()))


def read_values(path: Path) -> dict[str, str]:
    """Return what the file's NAME=value lines say; nothing when there is no file."""
    if not path.is_file():
        return {}
    lines = (line.strip().removeprefix("export ").partition("=") for line in path.read_text().splitlines())
    return {name.strip(): _unquoted(value.strip()) for name, sign, value in lines if sign and not name.startswith("#")}


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value
