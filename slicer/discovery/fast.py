"""What is compiled, loaded where that pays, and never waited for on a screen."""

from __future__ import annotations

import os
import sys
import threading
from importlib import import_module
from types import ModuleType

COMPILED, DEALS, WORTH = "slicer.discovery.compiled", "slicer.discovery.compiled_deals", 300_000_000
"""Words that numpy counts in the time that loading takes, half a second."""


class Loader:
    """Gives the compiled functions once they are there.

    Loading takes a while, and compiling some seconds where nothing is kept on disk yet. So numpy counts first; once it
    has done as much work as loading costs, they are loaded. A search never takes twice as long as the better of both.
    """

    def __init__(self) -> None:
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
            if self._spent >= WORTH:
                self.load()
        return self._module

    def load(self) -> None:
        """Load now, and compile what is not compiled yet."""
        self._closed = True
        try:
            module = import_module(COMPILED)
            module.warm()
            import_module(DEALS).warm()
        except (ImportError, RuntimeError, OSError):
            return
        self._module = module

    def load_aside(self, after: float = 0.0) -> threading.Timer:
        """Load in a thread that gives way to all others; until it is done numpy counts.

        Args:
            after: Seconds to wait first; until then it can be cancelled.
        """
        self._closed = True
        thread = threading.Timer(after, self._load_last)
        thread.daemon = True
        thread.start()
        return thread

    def _load_last(self) -> None:
        if sys.platform == "linux":  # elsewhere it would be the whole process that gives way
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        self.load()


LOADER = Loader()
