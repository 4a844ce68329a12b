"""The errors of a wrong call. A wrong file is no exception: it is a Finding."""


class TablecheckError(Exception):
    """Be the root of every exception that tablecheck raises on purpose."""


class UnknownColumnError(TablecheckError):
    """Say that a caller names a column that the file does not have."""

    def __init__(self, name: str, columns: tuple[str, ...]) -> None:
        self.name = name
        self.columns = columns
        super().__init__(f"no column {name!r}; the columns are: {', '.join(columns)}")


class UnknownTypeError(TablecheckError):
    """Say that a caller asks for a type that Table Schema does not have."""

    def __init__(self, name: str, types: tuple[str, ...]) -> None:
        self.name = name
        self.types = types
        super().__init__(f"no type {name!r}; the types are: {', '.join(types)}")


class UnknownLanguageError(TablecheckError):
    """Say that there are no messages in the language asked for."""

    def __init__(self, lang: str, languages: tuple[str, ...]) -> None:
        self.lang = lang
        self.languages = languages
        super().__init__(f"no messages in {lang!r}; there are: {', '.join(languages)}")


class NotASchemaError(TablecheckError):
    """Say that a caller gives something else than a descriptor for a schema."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"a schema is a dict, not {kind}")


class NotCorrectableError(TablecheckError):
    """Say that no corrected file can be written of a kind of file, or of one that has changed."""

    def __init__(self, format_: str) -> None:
        self.format = format_
        super().__init__(f"no corrected file can be written of {format_!r}")


class UnreadableFileError(TablecheckError):
    """Carry a file-level finding up to the reader, which puts it in a report.

    Internal: `read` and `validate` never let it out.
    """

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code)
