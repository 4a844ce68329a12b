import pytest
import sqlalchemy as sa

from catalogue.store import Store, accounts, open_store
from catalogue.store import schema as db
from portal.accounts import passwords
from portal.accounts.errors import NotSignedIn, TooManyTries, Unfit
from portal.accounts.moments import from_now
from portal.accounts.roles import Role
from portal.accounts.sign_in import (
    TRIES_A_NAME,
    TRIES_A_NAME_FROM_AN_ADDRESS,
    TRIES_AN_ADDRESS,
    WINDOW_S,
    add_user,
    sha256,
    sign_in,
    sign_out,
)

PASSWORD = "vier kleine paarden"  # noqa: S105


def enter(store: Store, name: str, password: str, address: str = "192.0.2.1") -> str:
    return sign_in(store, name=name, password=password, address=address, hours=1)


def test_the_store_keeps_no_secret(store: Store) -> None:
    add_user(store, name="an", role=Role.VIEWER, password=PASSWORD)
    session_id = enter(store, "an", PASSWORD)
    store.close()
    kept = b"".join(file.read_bytes() for file in store.folder.glob("catalogue.db*"))
    assert PASSWORD.encode() not in kept
    assert session_id.encode() not in kept
    assert b"$argon2id$" in kept


def test_a_session_ends_with_sign_out_with_time_and_with_the_account(store: Store) -> None:
    user = add_user(store, name="an", role=Role.VIEWER, password=PASSWORD)
    first = sha256(enter(store, "an", PASSWORD))
    assert accounts.user_of_session(store, first) == user
    sign_out(store, "another")
    assert accounts.user_of_session(store, first) is not None
    accounts.end_session(store, first)
    assert accounts.user_of_session(store, first) is None
    accounts.begin_session(store, user.id, "old", from_now(seconds=-1))
    assert accounts.user_of_session(store, "old") is None
    accounts.begin_session(store, user.id, "new", from_now(hours=1))
    accounts.change_user(store, "an", is_active=False)
    assert accounts.user_of_session(store, "new") is None
    with pytest.raises(NotSignedIn):
        enter(store, "an", PASSWORD)


def test_a_wrong_name_and_a_wrong_password_are_told_alike(store: Store) -> None:
    add_user(store, name="an", role=Role.VIEWER, password=PASSWORD)
    said = []
    for name in ("an", "nobody"):
        with pytest.raises(NotSignedIn) as refused:
            enter(store, name, "vier grote paarden")
        said.append((refused.value.code, refused.value.params))
    assert said[0] == said[1]


def tried(store: Store, key: str, times: int) -> None:
    """Leave the tries that failed sign-ins would have left, without their hashing."""
    for _ in range(times):
        accounts.try_sign_in(store, {key: 1_000}, since=from_now(seconds=-WINDOW_S))


def test_tries_at_a_name_are_limited_and_remembered_by_the_next_process(store: Store) -> None:
    add_user(store, name="an", role=Role.VIEWER, password=PASSWORD)
    tried(store, "name:an address:192.0.2.7", TRIES_A_NAME_FROM_AN_ADDRESS - 1)
    with pytest.raises(NotSignedIn):
        enter(store, "an", "wrong", address="192.0.2.7")
    again = open_store(store.folder)
    with pytest.raises(TooManyTries) as refused:
        enter(again, "AN", PASSWORD, address="192.0.2.7")
    assert 0 < (refused.value.retry_after_s or 0) <= WINDOW_S
    with store.write() as connection:
        long_ago = from_now(seconds=-WINDOW_S - 1)
        connection.execute(sa.update(db.sign_in_attempt).values(at=long_ago))
    assert enter(again, "an", PASSWORD, address="192.0.2.7")
    again.close()


def test_a_stranger_does_not_lock_a_name_for_its_owner(store: Store) -> None:
    add_user(store, name="an", role=Role.VIEWER, password=PASSWORD)
    limits = {
        "name:an address:192.0.2.7": TRIES_A_NAME_FROM_AN_ADDRESS,
        "name:an": TRIES_A_NAME,
        "address:192.0.2.7": TRIES_AN_ADDRESS,
    }
    for _ in range(TRIES_AN_ADDRESS + 1):
        accounts.try_sign_in(store, limits, since=from_now(seconds=-WINDOW_S))
    with pytest.raises(TooManyTries):
        enter(store, "an", PASSWORD, address="192.0.2.7")
    assert enter(store, "an", PASSWORD, address="192.0.2.1")


def test_many_addresses_together_do_not_guess_without_end(store: Store) -> None:
    add_user(store, name="an", role=Role.VIEWER, password=PASSWORD)
    tried(store, "name:an", TRIES_A_NAME)
    with pytest.raises(TooManyTries):
        enter(store, "an", PASSWORD, address="192.0.2.1")


def test_tries_are_limited_by_address_whatever_the_names(store: Store) -> None:
    tried(store, "address:192.0.2.1", TRIES_AN_ADDRESS)
    with pytest.raises(TooManyTries):
        enter(store, "whoever", "wrong", address="192.0.2.1")
    with pytest.raises(NotSignedIn):
        enter(store, "whoever", "wrong", address="192.0.2.2")


def test_success_forgets_the_tries_of_a_name(store: Store) -> None:
    add_user(store, name="an", role=Role.VIEWER, password=PASSWORD)
    tried(store, "name:an address:192.0.2.1", TRIES_A_NAME_FROM_AN_ADDRESS - 1)
    tried(store, "name:an", TRIES_A_NAME - 1)
    assert enter(store, "an", PASSWORD)
    assert enter(store, "an", PASSWORD)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kort", "password-short"),
        ("motdepasse123!", "password-common"),
        ("Wachtwoord2026", "password-common"),
        ("aaaaaaaaaaaaaaaa", "password-common"),
        ("123456789012", "password-common"),
        ("steward-lille1", "password-common"),
        ("x" * 1001, "password-long"),
    ],
)
def test_a_weak_password_is_refused_plainly(password: str, code: str) -> None:
    with pytest.raises(Unfit) as refused:
        passwords.check_strength(password, name="steward-lille")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "password", [PASSWORD, "correcte-paarden-3-agrafes", "Ünïcödé ça va bien?"]
)
def test_a_good_password_is_taken(password: str) -> None:
    passwords.check_strength(password, name="an")


@pytest.mark.parametrize("name", ["a", "", "an an", "../an", "<b>", "é"])
def test_an_unfit_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(Unfit):
        add_user(store, name=name, role=Role.VIEWER, password=PASSWORD)


def test_two_keyboards_write_the_same_password(store: Store) -> None:
    add_user(store, name="an", role=Role.VIEWER, password="café crème douze")  # noqa: S106
    assert enter(store, "an", "cafe\u0301 cre\u0300me douze")
