"""Rows of records in CSV files as spreadsheets write them."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS: Final = ",;\t|"
_HINT: Final = "sep="
"""How a first line begins that tells a spreadsheet which separator the file has."""
_WORD = re.compile(r"[a-z0-9]+")

_LISTS: Final = frozenset(
    {
        "alt_titles", "alternatives", "articles", "channel", "channels", "old_codes", "open",
        "pages_seen", "parties", "related", "requirements", "restrictions", "seen_fields",
        "supplements",
    }
)  # fmt: skip
_FLAGS: Final = {"true": True, "false": False}

Row = tuple[int, Mapping[str, Any] | str]
"""The number of a line, and its fields or the reason for which it has none."""


def decoded(data: bytes) -> str:
    """Decode a file in UTF-8, or in UTF-16 with its mark, as spreadsheets save Unicode text.

    Raises:
        ValueError: it is in another encoding; names the line and the remedy.
    """
    try:
        return data.decode("utf-16" if data.startswith(_WIDE) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"line {line} is not UTF-8 (byte 0x{data[error.start]:02X}); save the file again as "
            "UTF-8, in Excel as 'CSV UTF-8'"
        ) from None


def csv_rows(text: str) -> Iterator[Row]:
    """Read the rows below the header, whatever separates the cells."""
    first, _, rest = text.partition("\n")
    hint = first.strip(' "\r').lower() if len(first) < 20 else ""
    told = hint.startswith(_HINT) and len(hint) == len(_HINT) + 1
    body = rest if told else text
    separator = hint[-1] if told else _separator(first)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    header: Sequence[str] | None = None
    twice: list[str] = []
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, f"not CSV: {error}"
            return
        line = reader.line_num + told
        if header is None:
            header = [_field(name) for name in cells]
            twice = [name for name, count in Counter(header).items() if name and count > 1]
        elif any(cell.strip() for cell in cells):
            yield line, _row(header, cells, twice)


def _row(
    header: Sequence[str], cells: Sequence[str], twice: Sequence[str]
) -> Mapping[str, Any] | str:
    """Return the fields of a row, or the reason for which it cannot be read."""
    if len(cells) > len(header):
        return f"{len(cells)} cells under {len(header)} names"
    if twice:
        return f"two columns are called {' and '.join(twice)}; give each a name of its own"
    try:
        return {name: _cell(name, cell) for name, cell in zip(header, cells, strict=False)}
    except (ValueError, RecursionError) as error:
        return f"a cell holds broken JSON: {error}"


def _separator(header: str) -> str:
    """Return what separates the names in the first line."""
    return max(_SEPARATORS, key=lambda one: (len(next(csv.reader([header], delimiter=one), [])),))


def _field(name: str) -> str:
    """Return the name of a field as records have it: ``In force`` is ``in_force``."""
    return "_".join(_WORD.findall(name.lower()))


def _cell(name: str, cell: str) -> Any:
    """Convert a cell: lists are split at ``;``, objects are JSON."""
    text = cell.strip()
    if text[:1] in ("[", "{"):
        return json.loads(text)
    if name in _LISTS:
        return [part.strip() for part in text.split(";") if part.strip()]
    return _FLAGS.get(text.lower(), text or None)
