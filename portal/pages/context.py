"""What every page template may use: labels of codes, formatted cells, addresses with a changed
query.
"""

from flask import Flask, request

import tablecheck
from catalogue.errors import StoreError
from catalogue.records import RunIssue
from portal.accounts.errors import AccountError
from portal.accounts.rights import caller
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE
from portal.context import services
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages import cells, labels, outcomes, publisher_labels, types
from portal.pages.addresses import in_language, with_query
from portal.pages.citations import as_text, citation_of
from portal.pages.coverage import covered_sides
from portal.pages.known_sources import known_source
from portal.pages.map_files import ground_address
from portal.pages.source_names import source_name
from portal.pages.structured_data import structured_data
from portal.settings import MapSettings
from portal.version import version


def web_address(value: str | None) -> str | None:
    """Return an address of the web; a publisher's `javascript:` or `file:` is none."""
    is_web = value is not None and value.lower().startswith(("https://", "http://"))
    return value if is_web else None


def issue_sentence(issue: RunIssue) -> str:
    """Return what went wrong with a run or a record, as a sentence in the reader's language."""
    return sentence(issue.code, issue.params, reader_language())


def signed_in_name() -> str | None:
    """Return who reads; a reader without a session is not looked up."""
    if COOKIE not in request.cookies:
        return None
    try:
        return caller().name
    except (AccountError, StoreError):  # a page about a store that is away must still appear
        return None


def may_publish() -> bool:
    """Tell whether who reads may publish; a reader without a session is not looked up."""
    if COOKIE not in request.cookies:
        return False
    try:
        role = caller().role
    except (AccountError, StoreError):
        return False
    return role is not None and role.holds(Role.STEWARD)


def map_settings() -> MapSettings:
    """Return the background of maps that the settings choose."""
    return services().settings.map


def is_mail_sent() -> bool:
    """Tell whether this installation sends mail."""
    return services().settings.is_mail_sent


def add_to_templates(app: Flask) -> None:
    """Give templates what they format and link with."""
    app.jinja_env.filters.update(
        language_label=labels.language,
        issue=issue_sentence,
        web=web_address,
        said=lambda found: tablecheck.message(found, reader_language()),
        hinted=lambda found: tablecheck.hint(found, reader_language()),
    )
    app.jinja_env.globals.update(
        app_version=version(),
        side_label=labels.side,
        theme_label=labels.theme,
        health_label=labels.health,
        likeness_label=labels.likeness,
        known_source=known_source,
        licence_label=labels.licence,
        licence_url=labels.licence_url,
        language_label=labels.language,
        format_label=labels.format_name,
        type_label=types.sql_type,
        frequency_label=labels.frequency,
        theme_icon=labels.theme_icon,
        run_counts=labels.run_counts,
        freshness_label=publisher_labels.freshness_label,
        missing_label=publisher_labels.missing_label,
        use_label=publisher_labels.use_label,
        is_number_type=types.is_number_type,
        outcome_label=outcomes.outcome_label,
        table_label=outcomes.table_label,
        source_name=source_name,
        covered_sides=covered_sides,
        signed_in_name=signed_in_name,
        may_publish=may_publish,
        cell=cells.cell,
        citation_of=citation_of,
        citation_text=as_text,
        structured_data=structured_data,
        in_language=in_language,
        ground_address=ground_address,
        map_settings=map_settings,
        is_mail_sent=is_mail_sent,
        with_query=with_query,
    )
