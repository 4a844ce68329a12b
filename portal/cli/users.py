"""Users of the platform: added, listed, changed; their tokens listed and revoked."""

import getpass
import os
import sys
from pathlib import Path

import click
import msgspec

from catalogue.store import accounts, sessions
from portal.accounts.errors import AccountError
from portal.accounts.passwords import check_strength, hashed
from portal.accounts.roles import Role, Scope
from portal.accounts.sign_in import add_user, plain_name
from portal.accounts.tokens import DEFAULT_DAYS, make_token
from portal.audit import record
from portal.cli.options import data_option, fail, json_option, opened, say

ROLES = click.Choice([role.value for role in Role])
password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


@click.group("users")
def command() -> None:
    """Add, list and change users."""


@command.command("add")
@click.argument("name")
@click.option("--admin", "is_admin", is_flag=True, help="Give the role admin.")
@click.option("--role", type=ROLES, default=Role.VIEWER.value, show_default=True)
@password_option
@data_option
def add(name: str, is_admin: bool, role: str, password_stdin: bool, data: Path | None) -> None:
    """Add a user and ask for its password."""
    chosen = Role.ADMIN if is_admin else Role(role)
    with opened(data) as (_, store):
        try:
            account = add_user(
                store, name=name, role=chosen, password=_password(is_from_stdin=password_stdin)
            )
        except AccountError as refusal:
            fail(refusal.code, **refusal.params)
        told = {"role": account.role}
        record(store, "user-added", f"user:{account.name}", by=_operator(), after=told)
    say("user-added", name=account.name, role=account.role)


@command.command("list")
@json_option
@data_option
def list_users(is_json: bool, data: Path | None) -> None:
    """List the users with their roles."""
    with opened(data) as (_, store):
        found = accounts.users(store)
    if is_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for account in found:
        state = "" if account.is_active else "  (inactive)"
        click.echo(f"{account.name}  {account.role}  {account.created_at[:10]}{state}")


@command.command("role")
@click.argument("name")
@click.argument("role", type=ROLES)
@data_option
def change_role(name: str, role: str, data: Path | None) -> None:
    """Give a user another role; its sessions end."""
    _change(data, name, role=role)


@command.command("password")
@click.argument("name")
@password_option
@data_option
def change_password(name: str, password_stdin: bool, data: Path | None) -> None:
    """Give a user another password; its sessions end."""
    password = _password(is_from_stdin=password_stdin)
    try:
        check_strength(password, name=plain_name(name))
    except AccountError as refusal:
        fail(refusal.code, **refusal.params)
    _change(data, name, password_hash=hashed(password))


@command.command("deactivate")
@click.argument("name")
@data_option
def deactivate(name: str, data: Path | None) -> None:
    """Close an account: no sign-in, no sessions, no tokens."""
    _change(data, name, is_active=False)


@command.command("activate")
@click.argument("name")
@data_option
def activate(name: str, data: Path | None) -> None:
    """Open an account again."""
    _change(data, name, is_active=True)


@command.command("tokens")
@click.argument("name")
@click.option("--revoke", type=int, metavar="ID", help="Revoke this token.")
@json_option
@data_option
def tokens(name: str, revoke: int | None, is_json: bool, data: Path | None) -> None:
    """List the tokens of a user, or revoke one."""
    with opened(data) as (_, store):
        account = accounts.user_named(store, plain_name(name))
        if revoke is not None:
            accounts.revoke_token(store, account.id, revoke)
            record(store, "token-revoked", f"token:{revoke}", by=_operator())
            say("token-revoked", token=revoke)
        found = accounts.tokens_of(store, account.id)
    if is_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        end = f"revoked {one.revoked_at[:10]}" if one.revoked_at else one.expires_at[:10]
        used = one.last_used_at[:10] if one.last_used_at else "–"
        click.echo(f"{one.id}  {one.label}  {','.join(one.scopes)}  {end}  used {used}")


@command.command("sessions")
@click.argument("name")
@click.option("--end", "is_end", is_flag=True, help="End them all.")
@json_option
@data_option
def list_sessions(name: str, is_end: bool, is_json: bool, data: Path | None) -> None:
    """List where a user is signed in, or end it all."""
    with opened(data) as (_, store):
        account = accounts.user_named(store, plain_name(name))
        if is_end:
            sessions.end_others(store, account.id)
            record(store, "session-ended", f"user:{account.name}", by=_operator())
        found = sessions.of_user(store, account.id)
    if is_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        used = one.last_used_at[:16] if one.last_used_at else "–"
        click.echo(f"{one.mark}  {one.created_at[:16]}  used {used}  {one.address}  {one.browser}")


@command.command("token")
@click.argument("name")
@click.option("--label", required=True, help="What to know the token by.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may be used for. May be repeated.",
)
@click.option("--days", default=DEFAULT_DAYS, show_default=True, help="How long it holds.")
@data_option
def token(name: str, label: str, scopes: tuple[str, ...], days: int, data: Path | None) -> None:
    """Make a token for a user and print it, this once."""
    with opened(data) as (_, store):
        account = accounts.user_named(store, plain_name(name))
        try:
            secret, made = make_token(
                store,
                user_id=account.id,
                role=Role(account.role),
                label=label,
                scopes=list(scopes),
                days=days,
            )
        except AccountError as refusal:
            fail(refusal.code, **refusal.params)
        record(store, "token-made", f"token:{made.id}", by=_operator(), scopes=made.scopes)
    say(
        "token-added",
        label=made.label,
        name=account.name,
        scopes=made.scopes,
        expires=made.expires_at[:10],
    )
    click.echo(secret)


def _change(data: Path | None, name: str, **values: object) -> None:
    with opened(data) as (_, store):
        before = accounts.user_named(store, plain_name(name))
        account = accounts.change_user(store, before.name, **values)
        record(
            store,
            "password-changed" if "password_hash" in values else "user-changed",
            f"user:{account.name}",
            by=_operator(),
            before={"role": before.role, "is_active": before.is_active},
            after={"role": account.role, "is_active": account.is_active},
        )
    say("user-changed", name=account.name)


def _operator() -> str:
    """Return who works at the terminal, told apart from the accounts of the platform."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a container may run as a number that has no name
        return f"cli:{os.getuid()}"


def _password(*, is_from_stdin: bool) -> str:
    """Ask for a password twice, or read one line: it never stands on the command line."""
    if is_from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True)
    if click.prompt("Password, once more", hide_input=True) != password:
        fail("passwords-differ")
    return password
