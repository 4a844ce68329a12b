"""Every code that a harvest can raise or signal, so that each can have its sentence.

The sentences are made at the edge, in three languages, from the code and its parameters. A test
compares this list with the sources.
"""

FETCH = frozenset({
    "address-refused", "bad-certificate", "bad-encoding", "bad-url", "checksum-differs",
    "connect-failed", "count-drift", "error-in-stream", "file-missing", "folder-missing",
    "host-unknown", "html-instead-of-data", "http-status", "not-json", "not-rdf", "not-xml",
    "outside-folder", "unsafe-xml",
    "portal-error", "records-missing", "repeated-page", "scheme-refused", "timeout",
    "tls-failed", "too-large", "too-many-records", "too-many-redirects", "truncated",
    "unexpected-answer", "unknown-encoding",
})  # fmt: skip
"""Codes of FetchError: the reason why a run or a file failed."""

ISSUES = frozenset({
    "bad-date", "bad-number", "bad-url", "duplicate-id", "federated", "no-distribution",
    "not-a-dataset", "not-active", "not-an-object", "not-json", "not-this-protocol",
    "not-visible", "outside-folder", "path-count", "path-refused", "private-but-public",
    "private-record", "record-missing", "record-without-id", "resource-without-url",
    "schema-not-read", "too-large", "unexpected-value", "unknown-keys", "unknown-licence",
    "unknown-theme",
})  # fmt: skip
"""Codes of RunIssue: what a steward should know about a record."""

SETTINGS = frozenset({
    "bad-grace", "bad-id", "bad-interval", "bad-language", "bad-range", "bad-url", "bad-url-scheme",
    "bad-value", "duplicate-id", "file-missing", "file-unreadable", "missing-key", "not-toml",
    "secret-in-url", "unknown-key", "unknown-licence", "unknown-protocol",
    "unknown-url-parameter",
})  # fmt: skip
"""Codes of SettingsError: what is wrong in `sources.toml`."""
