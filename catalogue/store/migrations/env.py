"""Alembic asks for this file; `catalogue.store.database` drives the migrations itself."""
