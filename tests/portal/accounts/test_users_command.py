import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalogue.store import accounts, audit, open_store
from portal.cli.users import command

PASSWORD = "vier kleine paarden"  # noqa: S105


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(data: Path, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(command, [*words, "--data", str(data)], input=typed)


def test_an_administrator_is_added_from_a_pipe_and_listed(data: Path) -> None:
    done = run(data, "add", "An", "--admin", "--password-stdin", typed=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    (found,) = json.loads(run(data, "list", "--json").output)
    assert (found["name"], found["role"], found["is_active"]) == ("an", "admin", True)
    assert "hash" not in run(data, "list", "--json").output


def test_the_password_is_asked_for_twice_and_never_shown(data: Path) -> None:
    done = run(data, "add", "an", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    differs = run(data, "add", "jan", typed=f"{PASSWORD}\nother\n")
    assert differs.exit_code == 2


@pytest.mark.parametrize(
    ("name", "password"), [("an", "short"), ("an", "motdepasse123"), ("a b", PASSWORD)]
)
def test_a_refusal_is_one_sentence_and_exit_code_2(data: Path, name: str, password: str) -> None:
    done = run(data, "add", name, "--password-stdin", typed=f"{password}\n")
    assert done.exit_code == 2
    assert len(done.output.strip().splitlines()) == 1
    assert "Traceback" not in done.output


def test_a_name_is_taken_once(data: Path) -> None:
    for code in (0, 2):
        done = run(data, "add", "an", "--password-stdin", typed=f"{PASSWORD}\n")
        assert done.exit_code == code


def test_a_role_an_account_and_a_token_are_changed(data: Path) -> None:
    run(data, "add", "an", "--password-stdin", typed=f"{PASSWORD}\n")
    assert run(data, "role", "an", "steward").exit_code == 0
    store = open_store(data)
    user = accounts.user_named(store, "an")
    token = accounts.add_token(
        store, user.id, token_sha256="0" * 64, label="ci", scopes=["read"], expires_at="9999"
    )
    store.close()
    assert user.role == "steward"
    listed = run(data, "tokens", "an", "--revoke", str(token.id))
    assert "revoked" in listed.output
    assert run(data, "deactivate", "an").exit_code == 0
    assert json.loads(run(data, "list", "--json").output)[0]["is_active"] is False
    assert run(data, "role", "nobody", "steward").exit_code == 2


def test_sessions_are_listed_and_ended(data: Path) -> None:
    run(data, "add", "an", "--password-stdin", typed=f"{PASSWORD}\n")
    store = open_store(data)
    accounts.begin_session(
        store, 1, "0123456789abcdef0123", "2999-01-01T00:00:00Z", address="192.0.2.1", browser="x/1"
    )
    store.close()
    (found,) = json.loads(run(data, "sessions", "an", "--json").output)
    assert (found["mark"], found["address"]) == ("0123456789abcdef", "192.0.2.1")
    assert "x/1" in run(data, "sessions", "an").output
    assert json.loads(run(data, "sessions", "an", "--end", "--json").output) == []


def test_what_is_done_at_the_terminal_is_written_down_without_a_secret(data: Path) -> None:
    run(data, "add", "an", "--password-stdin", typed=f"{PASSWORD}\n")
    run(data, "role", "an", "steward")
    secret = run(data, "token", "an", "--label", "ci", "--scope", "publish").output.split()[-1]
    run(data, "tokens", "an", "--revoke", "1")
    run(data, "password", "an", "--password-stdin", typed="zeven grote bomen\n")
    store = open_store(data)
    lines = list(audit.every(store))
    store.close()
    assert [line.action for line in lines] == [
        "user-added", "user-changed", "token-made", "token-revoked", "password-changed",
    ]  # fmt: skip
    assert all(line.actor.startswith("cli:") for line in lines)
    assert lines[1].details["before"]["role"] == "viewer"
    assert lines[1].details["after"]["role"] == "steward"
    assert secret.startswith("emd_")
    assert all(word not in str(lines) for word in (secret, PASSWORD, "grote bomen", "argon2"))
