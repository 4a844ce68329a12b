"""Where in a text something is: byte offsets and caret lines into line and column, from 1."""

import re

NOWHERE = (None, None)
Place = tuple[int | None, int | None]
CARET = re.compile(r"\n+LINE (\d+): (.*)\n( *)\^\s*", re.DOTALL)


def place_of(sql: str, offset: int | None) -> Place:
    """Give line and column (in characters) of a byte offset; nothing where it is outside."""
    data = sql.encode("utf-8", "replace")
    if offset is None or not 0 <= offset <= len(data):
        return NOWHERE
    before = data[:offset].decode("utf-8", "ignore")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def split_caret(sql: str, message: str) -> tuple[str, Place]:
    """Part DuckDB's message from its drawing of the place; the drawing may show a cut line."""
    match = CARET.search(message)
    if match is None:
        return message.strip(), NOWHERE
    text = (message[: match.start()] + "\n" + message[match.end() :]).strip()
    line = int(match[1])
    shown = match[2]
    column = len(match[3]) - len(f"LINE {line}: ") + 1
    lines = sql.split("\n")
    if line > len(lines):
        return text, NOWHERE
    if shown.startswith("..."):
        part = shown[3:].removesuffix("...")
        start = lines[line - 1].find(part)
        column = start + column - 3 if start >= 0 else 1
    return text, (line, max(1, column))
