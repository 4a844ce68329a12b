"""Every error has its sentence in the three languages."""

import re
import string
from pathlib import Path

import pytest

from sandbox import errors
from sandbox.errors import UnknownName
from sandbox.faults import QUOTED_COLUMN, RULES, SIGN_CODES
from sandbox.messages import LANGUAGES, MESSAGES, message_of
from sandbox.parameters import CODES

FOLDER = Path(errors.__file__).parent
RAISED = re.compile(
    r"(?:Refused|SyntaxFault|UnknownName|InvalidQuery|DeadlineExceeded|TooLarge|Busy|Cancelled"
    r"|WorkerFault|_refusal|_refused|_unknown)\(\s*\"([a-z_]+)\""
)


def codes() -> set[str]:
    found = {
        "client_busy",
        "all_busy",
        "syntax",
        QUOTED_COLUMN,
        *SIGN_CODES.values(),
        *CODES.values(),
    }
    found |= {rule.code for rule in RULES}
    for path in FOLDER.rglob("*.py"):
        found.update(RAISED.findall(path.read_text("utf-8")))
    return found


def test_every_code_that_is_raised_has_a_sentence() -> None:
    assert codes() == set(MESSAGES)


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_sentence_is_there_in_three_languages_with_the_same_values(code: str) -> None:
    texts = MESSAGES[code]
    assert set(texts) == set(LANGUAGES)
    fields = {
        tuple(sorted({name for _, name, _, _ in string.Formatter().parse(text) if name}))
        for text in texts.values()
    }
    assert len(fields) == 1


def test_sentence_says_what_may_be_meant() -> None:
    error = UnknownName("unknown_table", {"name": "staton"}, candidates=("stations",))
    assert message_of(error, "fr").endswith("Vouliez-vous dire « stations » ?")
    assert message_of(error, "nl").endswith("Bedoelde u “stations”?")
    assert "“staton”" in message_of(error, "en")
