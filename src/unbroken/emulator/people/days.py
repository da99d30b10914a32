"""Everything that is going to happen, in the order of time: the days as they come, and what people put off until later."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from unbroken.emulator.people.intentions import Intention, intentions
from unbroken.emulator.people.memory import Later
from unbroken.emulator.people.mishaps import attacks, mishaps
from unbroken.emulator.people.population import EARLIEST_SECONDS, Population
from unbroken.emulator.sample.behaviour import midnight

KEPT_DAYS = 3
"""For so long an intention can be taken up again."""

Event = Intention | Later


@dataclass(slots=True)
class Days:
    """A queue of events. Equal moments are ordered by key, so that the order never hangs on when something was added."""

    population: Population
    next_day: date
    intended: dict[str, Intention] = field(default_factory=dict)
    _queue: list[tuple[int, str, Event]] = field(default_factory=list)

    def add(self, events: Iterable[Event]) -> None:
        """Add events."""
        for event in events:
            heapq.heappush(self._queue, (event.at, event.key, event))

    def resume(self, first_day: date, played_until: int) -> None:
        """Bring back the days that had begun when the tenant was left, without what was done."""
        begun = [self.next_day - timedelta(days=back) for back in range(KEPT_DAYS, 0, -1)]
        for day in begun:
            if day >= first_day:
                self.add(event for event in self._of(day) if event.at > played_until)

    def until(self, end: int) -> Iterator[Event]:
        """Take out what happens up to `end`, also what is added on the way."""
        while True:
            begins = midnight(self.next_day, "UTC") - EARLIEST_SECONDS
            while self._queue and self._queue[0][0] <= min(end, begins):
                yield heapq.heappop(self._queue)[2]
            if begins > end:
                return
            self.add(self._of(self.next_day))
            self.next_day += timedelta(days=1)
            self._forget()

    def is_quiet(self, end: int) -> bool:
        """Return whether nothing happens up to `end`."""
        return (not self._queue or self._queue[0][0] > end) and midnight(self.next_day, "UTC") - EARLIEST_SECONDS > end

    def later(self) -> list[Later]:
        """Return what people have put off, without what the seed brings back by itself."""
        return [event for _, _, event in self._queue if isinstance(event, Later) and "/" not in event.key]

    def _of(self, day: date) -> list[Event]:
        population = self.population
        found = list(intentions(population.seed, population.staff, population.things, day))
        staff = [person for person in population.staff if person.kind == "person"]
        found += attacks(population.seed, staff, day)
        self.intended.update((intention.key, intention) for intention in found)
        return [*found, *mishaps(population.seed, staff, day)]

    def _forget(self) -> None:
        oldest = str(self.next_day - timedelta(days=KEPT_DAYS))
        self.intended = {key: intention for key, intention in self.intended.items() if key[:10] >= oldest}
