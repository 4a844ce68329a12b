"""Where in a text something is: byte offsets and caret lines into line and column, from 1."""

import re

NOWHERE = (None, None)
Place = tuple[int | None, int | None]
# what is no word of SQL: comments, texts, names in quotes
ASIDE = re.compile(r"--[^\n]*|/\*.*?(?:\*/|$)|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)
CARET = re.compile(r"\n+LINE (\d+): (.*)\n( *)\^\s*", re.DOTALL)


def place_of(sql: str, offset: int | None) -> Place:
    """Give line and column (in characters) of a byte offset; nothing where it is outside."""
    data = sql.encode("utf-8", "replace")
    if offset is None or not 0 <= offset <= len(data):
        return NOWHERE
    before = data[:offset].decode("utf-8", "ignore")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def word_offset(sql: str, *words: str) -> int | None:
    """Find the first of these keywords, as a byte offset, outside of texts and comments."""
    bare = ASIDE.sub(lambda match: " " * len(match[0]), sql)
    match = re.search(rf"(?i)\b(?:{'|'.join(map(re.escape, words))})\b", bare)
    return None if match is None else offset_of(sql, match.start())


def named_offset(sql: str, name: str) -> int | None:
    """Find what a message quotes, a name or a text, where it stands only once in the statement."""
    if not name:
        return None
    found = [match.start() for match in re.finditer(re.escape(name), sql, re.IGNORECASE)]
    found = [start for start in found if _is_whole(sql, start, start + len(name))]
    if len(found) != 1:
        return None
    start = found[0]
    return offset_of(sql, start - 1 if start and sql[start - 1] in "'\"" else start)


def _is_whole(sql: str, start: int, end: int) -> bool:
    around = sql[start - 1 : start] + sql[end : end + 1]
    return not any(letter.isalnum() or letter == "_" for letter in around)


def offset_of(sql: str, index: int) -> int:
    """Give the byte offset of a character."""
    return len(sql[:index].encode("utf-8", "replace"))


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
