"""Searches on their way: each in a thread of its own, shared by all who look at it, and ended when nobody does."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Literal

from slicer.found import FindResult
from slicer.slices import Slice
from slicer.workbench import Wanted, Workbench
from slicer.workbench.finding import searched_for
from slicer.workbench.wanted import LEAST_PERMUTATIONS

Stage = Literal["looking", "checking", "done", "stopped"]

GOING_ON: tuple[Stage, ...] = ("looking", "checking")

FIRST_LOOK = 99
"""Searches through noise after which chances are told for the first time."""

FRESH = 90.0
"""Seconds after which a search that nobody looks at ends."""

MOST = 16
"""Searches kept; the one not looked at for longest goes first."""


class Search:
    """One search: what it has found so far, and how far it is.

    Args:
        bench, wanted, where: As of `Workbench.find`.
    """

    def __init__(
        self, bench: Workbench, wanted: Wanted, where: Slice, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bench, self._wanted, self._where, self._clock = bench, wanted, where, clock
        self._seen: dict[str, float] = {}
        self._stopped, self._found = threading.Event(), threading.Event()
        self.stage: Stage = "looking"
        self.done = 0.0
        """The part of this stage that is done, in [0, 1]."""
        self.result: FindResult | None = None
        """What there is so far; None until slices are found."""
        self.error: Exception | None = None
        """Why it ended early."""
        self._thread = threading.Thread(target=self._run, name="search for slices", daemon=True)

    @property
    def going_on(self) -> bool:
        return self.stage in GOING_ON

    @property
    def state(self) -> tuple[Stage, int]:
        """Another one whenever there is something new to show."""
        return self.stage, -1 if self.result is None else self.result.permutations

    def start(self) -> None:
        self._thread.start()

    def look(self, session: str) -> None:
        """Say that somebody looks at it."""
        self._seen[session] = self._clock()

    def leave(self, session: str) -> None:
        """Say that somebody looks at something else; without any other it ends."""
        self._seen.pop(session, None)
        if not self._watched:
            self.stop()

    def stop(self) -> None:
        """End it with what there is."""
        self._stopped.set()
        if self.going_on:
            self.stage = "stopped"  # it may take its thread a moment to see that

    def wait(self, seconds: float, *, until: Literal["found", "done"] = "found") -> None:
        """Give it time until it has found its slices, or is done."""
        if until == "done":
            self._thread.join(seconds)
        else:
            self._found.wait(seconds)

    @property
    def _watched(self) -> bool:
        return any(self._clock() - seen < FRESH for seen in list(self._seen.values()))

    def _told(self, done: float) -> bool:
        self.done = done
        if not self._watched:
            self.stop()
        return not self._stopped.is_set()

    def _run(self) -> None:
        try:
            self._search()
        except Exception as error:  # noqa: BLE001 - the page that looks at it raises it
            self.error = error
        self.stage = "stopped" if self._stopped.is_set() or self.error else "done"
        self._found.set()

    def _search(self) -> None:
        searched = searched_for(self._bench, self._wanted, where=self._where, told=self._told)
        if self._stopped.is_set():
            return
        self.result, self.stage, self.done = searched.result(None), "checking", 0.0
        self._found.set()
        for permutations in sorted({min(FIRST_LOOK, self._wanted.permutations), self._wanted.permutations}):
            noise = searched.noise(permutations, told=self._told)
            tried = 0 if noise is None else len(noise.maxima)
            if tried >= LEAST_PERMUTATIONS and tried > self.result.permutations:
                self.result = searched.result(noise)
            if noise is None or self._stopped.is_set():
                return


class Searches:
    """The searches of this process, by everything their result depends on."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, Search] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, key: Hashable, session: str, made: Callable[[], Search], *, instead_of: Hashable | None = None
    ) -> Search:
        """The search under a key, begun if there is none.

        Args:
            session: Who looks at it.
            instead_of: The key of the search the same person looked at before.
        """
        with self._lock:
            before = self._known.get(instead_of) if instead_of not in (None, key) else None
            if before is not None:
                before.leave(session)
                if before.stage != "done":
                    self._known.pop(instead_of, None)
            search = self._known.get(key)
            if search is None:
                search = self._known[key] = made()
                search.look(session)
                search.start()
            search.look(session)
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                _, oldest = self._known.popitem(last=False)
                oldest.stop()
        return search

    def forget(self, key: Hashable) -> None:
        """End a search and let go of what it found."""
        with self._lock:
            search = self._known.pop(key, None)
        if search is not None:
            search.stop()

    def close(self) -> None:
        """End all of them: what they read is about to be closed."""
        with self._lock:
            known = list(self._known.values())
            self._known.clear()
        for search in known:
            search.stop()
        for search in known:
            search.wait(5.0, until="done")


searches = Searches()
