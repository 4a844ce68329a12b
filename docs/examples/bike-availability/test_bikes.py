"""The tests of the product: against the replay at PLATFORM and the pack unpacked in PACK.

PLATFORM=http://127.0.0.1:8000 PACK=pack python -m unittest
"""

import os
import unittest
from pathlib import Path

import bikes

PLATFORM = os.environ["PLATFORM"]
PACK = Path(os.environ["PACK"])


def feed(options: str = "at=08:30", version: int = 3) -> str:
    """Return the base address of a replay: the only thing that differs from production."""
    return f"{PLATFORM}/replay/vlille-simulated-v{version}/{options}"


class Waiting:
    """Stands for `time.sleep`, so that a test of patience takes no time."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


class Reading(unittest.TestCase):
    def test_both_versions_of_the_feed_give_the_same_state(self) -> None:
        second, third = bikes.read(feed(version=2)), bikes.read(feed(version=3))
        self.assertEqual(second, third)
        self.assertEqual(len(third.stations), 266)

    def test_the_same_moment_gives_the_same_state_and_another_another(self) -> None:
        self.assertEqual(bikes.read(feed("at=18:00")), bikes.read(feed("at=18:00")))
        self.assertNotEqual(bikes.read(feed("at=18:00")), bikes.read(feed("at=19:00")))

    def test_the_nearest_stations_have_a_bike(self) -> None:
        near = bikes.read(feed("at=09:00")).near(3.0706, 50.6366)
        self.assertEqual(len(near), 5)
        self.assertTrue(all(station.bikes for station in near))

    def test_an_old_state_is_known_to_be_old(self) -> None:
        noon = "times=2026-03-01T12:00:00Z"
        now_s = 1_772_366_400.0
        self.assertLess(bikes.read(feed(f"at=12:00;{noon}")).age_s(now_s), 60)
        self.assertGreater(bikes.read(feed(f"at=12:00;stale=1;{noon}")).age_s(now_s), 600)


class Failing(unittest.TestCase):
    def test_a_feed_that_fails_or_breaks_off_is_unavailable(self) -> None:
        for fault in ("errors=1", "truncated=1"):
            waiting = Waiting()
            with self.subTest(fault), self.assertRaises(bikes.Unavailable):
                bikes.read(feed(f"at=08:30;{fault}"), waiting)
            self.assertEqual(waiting.waited, [0.0, 1.0, 1.0])

    def test_it_waits_as_long_as_it_is_asked_to(self) -> None:
        waiting = Waiting()
        with self.assertRaises(bikes.Unavailable):
            bikes.read(feed("at=08:30;limited=1"), waiting)
        self.assertEqual(waiting.waited, [0.0, 30.0, 30.0])

    def test_some_faults_are_lived_through(self) -> None:
        # Of these moments some fail for good: the attempts of a moment that stands still are alike.
        read, lost = 0, 0
        for minute in range(20):
            try:
                bikes.read(feed(f"at={minute * 60};seed=1;errors=0.15"), Waiting())
                read += 1
            except bikes.Unavailable:
                lost += 1
        self.assertGreater(read, lost)
        self.assertGreater(lost, 0)


class Pack(unittest.TestCase):
    def test_bikes_are_counted_by_municipality(self) -> None:
        state = bikes.read(feed())
        found = bikes.by_municipality(state, PACK)
        self.assertIn("Lille", found)
        self.assertGreater(found["Lille"], 0)
        self.assertLessEqual(sum(found.values()), sum(s.bikes for s in state.stations))


if __name__ == "__main__":
    unittest.main()
