"""Work done ahead in threads: while one batch is used, the next ones are read.

Polars and the hash work outside the interpreter's lock, so threads are enough. What comes out is in
the order of what went in, and only a few items are ever waiting.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST_WORKERS = 4


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield the items, taking each one in a thread while the one before is in use."""
    with ThreadPoolExecutor(1) as pool:
        upcoming = pool.submit(next, items, None)
        while (item := upcoming.result()) is not None:
            upcoming = pool.submit(next, items, None)
            yield item


def in_parallel(work: Callable[[Item], Result], items: Iterator[Item]) -> Iterator[Result]:
    """Yield what `work` makes of each item, in order, with a few of them under way at a time."""
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
