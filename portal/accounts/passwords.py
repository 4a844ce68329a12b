"""Hashes passwords with argon2id and refuses weak ones.

A hash takes 64 MiB for a moment: no more than two are made at once, whatever knocks at the door.
"""

import re
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from catalogue.names import fold
from portal.accounts.errors import Unfit

MIN_LENGTH = 12
MAX_LENGTH = 1_000

# What people type when twelve characters are asked for; compared without case, accents, digits and
# signs.
_COMMON = frozenset(
    """
    password passwordpassword motdepasse motdepassemotdepasse wachtwoord wachtwoordwachtwoord
    geheim secret azerty azertyuiop azertyazerty azertyuiopqsdf qwerty qwertyuiop qwertyqwerty
    qwertyuiopasdf qwertyuiopas letmein letmeinletmein welcome welkom welkomwelkom bienvenue
    bonjour bonjourbonjour iloveyou iloveyouiloveyou jetaime jetaimejetaime ikhouvanjou
    administrator administrateur beheerder admin adminadmin adminadminadmin changeme
    changemechangeme changeit eurometropole eurometropolis lille lillelille lillelillelille
    kortrijk kortrijkkortrijk tournai tournaitournai roubaix tourcoing abcdefghijkl abcdefghijklm
    abcdefghijklmn football footballfootball voetbal voetbalvoetbal soleil soleilsoleil doudou
    loulou chouchou princess monkey dragon superman batman pokemon starwars computer ordinateur
    internet correcthorsebatterystaple
    """.split()  # noqa: SIM905  # a list of words is read best as words
)
_slots = BoundedSemaphore(2)
_hasher = PasswordHasher()


def check_strength(password: str, *, name: str) -> None:
    """Raise Unfit for a password that is too short, too long, common, or made of the name."""
    if len(password) < MIN_LENGTH:
        raise Unfit("password-short", length=len(password), minimum=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise Unfit("password-long", maximum=MAX_LENGTH)
    letters = re.sub(r"[^a-z]", "", fold(password))
    is_common = letters in _COMMON or not letters or letters == re.sub(r"[^a-z]", "", fold(name))
    if len(set(password)) < 5 or (is_common and len(letters) > len(password) // 2):
        raise Unfit("password-common")
    if not letters and (password.isdigit() or len(set(password)) < 8):
        raise Unfit("password-common")


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    with _slots:
        return _hasher.hash(_plain(password))


def verifies(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is the one of the hash; with None it takes as long and is false."""
    with _slots:
        try:
            _hasher.verify(password_hash or _nobody(), _plain(password)[:MAX_LENGTH])
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _nobody() -> str:
    return _hasher.hash("a password that nobody has")


def _plain(password: str) -> str:
    """Make one text of what two keyboards write differently."""
    return unicodedata.normalize("NFKC", password)
