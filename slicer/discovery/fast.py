"""What is compiled, loaded where that pays, and never waited for on a screen."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

COMPILED, DEALS, WORTH = "slicer.discovery.compiled", "slicer.discovery.compiled_deals", 300_000_000
"""Words that numpy counts in the time that loading takes, half a second."""

COMPILE = """
import os, sys
getattr(os, "nice", int)(10)
sys.path.append(sys.argv[1])
from importlib import import_module
for name in sys.argv[2:]:
    import_module(name).warm()
"""


class Loader:
    """Gives the compiled functions once they are there.

    Loading takes a while, and compiling some seconds where nothing is kept on disk yet. So numpy counts first; once it
    has done as much work as loading costs, they are loaded. A search never takes twice as long as the better of both.

    Args:
        compiled: The modules, each with a function `warm` that compiles what is not compiled yet; the first is given.
        worth: Work that numpy does in the time that loading takes.
    """

    def __init__(self, compiled: tuple[str, ...] = (COMPILED, DEALS), worth: int = WORTH) -> None:
        self._compiled, self._worth = compiled, worth
        self._module: ModuleType | None = None
        self._spent = 0
        self._closed = False
        """Whether they cannot be had, or are on their way."""

    def ready(self, words: int) -> ModuleType | None:
        """What is compiled, where it is there or worth loading for these words and those before.

        None where plain numpy is to count, as where numba is missing or has no folder to keep what it compiles.
        """
        if self._module is None and not self._closed:
            self._spent += words
            if self._spent >= self._worth:
                self.load()
        return self._module

    @property
    def kept(self) -> bool:
        """Whether what was compiled lies beside its source, so that loading takes half a second at most.

        Where it is kept elsewhere, since the source's folder cannot be written, this is not known and so false.
        """
        places = [Path(__file__).parents[2].joinpath(*name.split(".")) for name in self._compiled]
        return all(any(place.parent.glob(f"__pycache__/{place.name}.*.nbi")) for place in places)

    def load(self) -> None:
        """Load now, and compile what is not compiled yet."""
        self._closed = True
        try:
            modules = [import_module(name) for name in self._compiled]
            for one in modules:
                one.warm()
        except (ImportError, RuntimeError, OSError):
            return
        self._module = modules[0]

    def load_aside(self, after: float = 0.0) -> threading.Timer:
        """Load in a thread, once another process that gives way has compiled what is not; until then numpy counts.

        A thread that gave way would hold up all others while it holds Python's lock.

        Args:
            after: Seconds to wait first; until then it can be cancelled.
        """
        self._closed = True
        thread = threading.Timer(after, self._load_compiled)
        thread.daemon = True
        thread.start()
        return thread

    def _load_compiled(self) -> None:
        ours, quiet = str(Path(__file__).parents[2]), subprocess.DEVNULL
        with suppress(OSError):
            command = [sys.executable, "-c", COMPILE, ours, *self._compiled]
            subprocess.run(command, stdout=quiet, stderr=quiet, check=False)
        self.load()


LOADER = Loader()
