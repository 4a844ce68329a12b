"""Puts the parts of the serving process together: store, search index, sandbox, application."""

from pathlib import Path

from flask import Flask

from catalogue.store import open_store, sources
from portal.app import create_app
from portal.following import follow, open_index
from portal.services import Services
from portal.settings import load_settings
from portal.sql_limits import sandbox_of


def assemble(data: Path) -> Flask:
    """Return the application that serves a data folder, with everything it needs started."""
    settings = load_settings(data)
    store = open_store(settings.data, database_url=settings.database_url)
    folder = settings.data / "search"
    search = open_index(store, folder)
    follow(store, search, folder)
    sandbox = sandbox_of(settings)
    sandbox.start()
    services = Services(settings, store, search, sandbox, tuple(sources.listed(store)))
    services.usage.start()
    return create_app(services)
