"""Live feeds as series: recorded byte for byte, or simulated, and played again at any moment, speed
and with any fault, twice the same.
"""

from sandbox.replay.errors import ReplayError
from sandbox.replay.options import Play, read_play
from sandbox.replay.playing import Answer, answer
from sandbox.replay.recording import record
from sandbox.replay.series import About, Series, open_series
from sandbox.replay.simulated import SIMULATED, simulate

__all__ = [
    "SIMULATED",
    "About",
    "Answer",
    "Play",
    "ReplayError",
    "Series",
    "answer",
    "open_series",
    "read_play",
    "record",
    "simulate",
]
