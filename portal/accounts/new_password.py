"""Changes a user's own password, for whoever knows the old one; no session outlives it."""

from catalogue.store import Store, accounts
from portal.accounts import passwords
from portal.accounts.errors import Unfit
from portal.accounts.sign_in import count_try


def change_password(
    store: Store, *, name: str, current: str, new: str, repeated: str, address: str
) -> None:
    """Give a user another password, and end all its sessions.

    Raises Unfit, and TooManyTries: who found a session open must not guess the password either.
    """
    if new != repeated:
        raise Unfit("passwords-differ")
    passwords.check_strength(new, name=name)
    keys = count_try(store, name, address)
    found = accounts.credentials(store, name)
    if found is None or not passwords.verifies(found[1], current):
        raise Unfit("password-wrong")
    if new == current:
        raise Unfit("password-same")
    for key in keys:
        accounts.forget_tries(store, key)
    accounts.change_user(store, name, password_hash=passwords.hashed(new))
