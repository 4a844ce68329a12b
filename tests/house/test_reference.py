from tests.house import reference


def test_the_reference_is_what_the_code_says() -> None:
    written = reference.FILE.read_text(encoding="utf-8")
    assert written == reference.rendered(), "write it anew: python -m tests.house.reference"
