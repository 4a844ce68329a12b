"""What every page template may use: labels of codes, formatted cells, addresses with a changed
query.
"""

from flask import Flask

from catalogue.records import RunIssue
from portal.api.version import version
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages import cells, labels
from portal.pages.addresses import in_language, with_query


def web_address(value: str | None) -> str | None:
    """Return an address of the web; a publisher's `javascript:` or `file:` is none."""
    is_web = value is not None and value.lower().startswith(("https://", "http://"))
    return value if is_web else None


def issue_sentence(issue: RunIssue) -> str:
    """Return what went wrong with a run or a record, as a sentence in the reader's language."""
    return sentence(issue.code, issue.params, reader_language())


def add_to_templates(app: Flask) -> None:
    """Give templates what they format and link with."""
    app.jinja_env.filters.update(
        language_label=labels.language, issue=issue_sentence, web=web_address
    )
    app.jinja_env.globals.update(
        app_version=version(),
        side_label=labels.side,
        theme_label=labels.theme,
        licence_label=labels.licence,
        licence_url=labels.licence_url,
        language_label=labels.language,
        format_label=labels.format_name,
        type_label=labels.column_type,
        frequency_label=labels.frequency,
        theme_icon=labels.theme_icon,
        run_counts=labels.run_counts,
        numeric_types=labels.NUMERIC_TYPES,
        cell=cells.cell,
        in_language=in_language,
        with_query=with_query,
    )
