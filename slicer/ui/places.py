"""Who is where in a queue: several people can work through one, each on the first example no other has before them.

Kept in memory: it is about the screens of this moment. What was said of an example is kept elsewhere.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

FRESH = 600.0
"""Seconds after which a screen that said nothing more is taken for closed."""

NextUnread = Callable[[int, set[int]], int]
"""The first unread position from one on that is not among some, else the first one before it, else the queue's end."""


class Places:
    """The positions on all screens, by queue and session.

    >>> places = Places()
    >>> free = lambda start, taken: next(n for n in range(start, 9) if n not in taken)
    >>> places.take("queue", "ana", 0, onward=True, next_unread=free)
    (0, 0)
    >>> places.take("queue", "ben", 0, onward=True, next_unread=free)
    (1, 1)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._screens: dict[Hashable, dict[str, tuple[int, float]]] = {}

    def take(
        self, queue: Hashable, session: str, position: int, *, onward: bool, next_unread: NextUnread
    ) -> tuple[int, int]:
        """The position a screen shows now, and how many others read this queue.

        Args:
            position: Where it turned to.
            onward: Whether any unread example would do; else it stays there, whoever is there too.
            next_unread: Asked only where others are.
        """
        with self._lock:
            now, screens = self._clock(), self._screens.setdefault(queue, {})
            for other in [one for one, (_, since) in screens.items() if now - since > FRESH]:
                del screens[other]
            others = {place for one, (place, _) in screens.items() if one != session}
            if onward and others:
                position = next_unread(position, others)
            screens[session] = (position, now)
            return position, len(screens) - 1

    def leave(self, queue: Hashable, session: str) -> None:
        """The screen was closed, or shows something else."""
        with self._lock:
            self._screens.get(queue, {}).pop(session, None)


places = Places()
