"""The child that reads files outlives the thread that asked first, and is replaced if killed."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from portal.reading import Reader


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with Reader(tmp_path) as made:
        yield made


def test_the_child_stays_when_the_thread_that_first_used_it_has_gone(reader: Reader) -> None:
    first: list[int] = []
    request = Thread(target=lambda: first.append(reader.call("a.csv", os.getpid)))
    request.start()
    request.join()
    time.sleep(0.3)  # a signal would have come by now
    assert reader.call("a.csv", os.getpid) == first[0]


def test_a_child_that_was_killed_while_idle_is_replaced(reader: Reader) -> None:
    first = reader.call("a.csv", os.getpid)
    os.kill(first, signal.SIGKILL)
    time.sleep(0.3)
    assert reader.call("a.csv", os.getpid) != first
