"""What every page template may use: labels of codes, formatted cells, addresses with a changed query."""

from importlib.metadata import PackageNotFoundError, version

from flask import Flask

from catalogue.records import RunIssue
from portal.api.context import services
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages import cells, labels
from portal.pages.addresses import with_query

__all__ = ["add_to_templates", "app_version", "services"]


def app_version() -> str:
    """Return the version of the platform, as it was installed."""
    try:
        return version("eurometropolis-data")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"


def issue_sentence(issue: RunIssue) -> str:
    """Return what went wrong with a run or a record, as a sentence in the reader's language."""
    return sentence(issue.code, issue.params, reader_language())


def add_to_templates(app: Flask) -> None:
    """Give templates what they format and link with."""
    app.jinja_env.filters.update(language_label=labels.language, issue=issue_sentence)
    app.jinja_env.globals.update(
        app_version=app_version(),
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
        with_query=with_query,
    )
