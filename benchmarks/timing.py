"""Clocks: what runs beside each other takes turns, and the median counts."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Timing:
    """The medians of several runs, in seconds."""

    wall: float
    cpu: float
    """Of all threads together."""


def race(entrants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Timing]:
    """Each entrant once to warm up, then all of them in turn, several times."""
    for work in entrants.values():
        work()
    seen: dict[str, list[Timing]] = {name: [] for name in entrants}
    for _ in range(rounds):
        for name, work in entrants.items():
            seen[name].append(_timed(work))
    return {
        name: Timing(statistics.median(one.wall for one in times), statistics.median(one.cpu for one in times))
        for name, times in seen.items()
    }


def _timed(work: Callable[[], object]) -> Timing:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Timing(time.perf_counter() - wall, time.process_time() - cpu)


def peak_of(module: str, *arguments: object) -> int:
    """The most memory, in bytes, that `python -m module arguments` held at once; the module prints `own_peak()`."""
    return int(_printed(module, *arguments)[-1])


def once(module: str, *arguments: object) -> tuple[Timing, int]:
    """Time and most memory of `python -m module arguments`; the module prints wall, cpu and `own_peak()`."""
    wall, cpu, peak = _printed(module, *arguments)[-3:]
    return Timing(float(wall), float(cpu)), int(peak)


def _printed(module: str, *arguments: object) -> list[str]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def own_peak() -> int:
    """The most memory, in bytes, that this process has held at once.

    Linux's `getrusage` counts what the parent held before this program was started; its own status does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return 1024 * int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
