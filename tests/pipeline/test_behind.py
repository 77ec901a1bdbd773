from __future__ import annotations

import time
from functools import partial

import pytest

from vetbenefits.pipeline.behind import Behind


def test_work_is_done_in_the_order_in_which_it_was_handed_over() -> None:
    done: list[int] = []

    def slow(number: int) -> None:
        time.sleep(0.002 if number % 2 else 0)
        done.append(number)

    with Behind() as behind:
        for number in range(10):
            behind.hand_over(partial(slow, number))
    assert done == list(range(10))


def fail() -> None:
    raise OSError("no space left")


def test_failure_of_the_last_work_is_raised_at_the_end() -> None:
    with pytest.raises(OSError, match="no space"), Behind() as behind:
        behind.hand_over(fail)


def test_failure_is_raised_before_anything_else_is_done() -> None:
    done: list[int] = []
    with Behind() as behind:
        behind.hand_over(fail)
        with pytest.raises(OSError, match="no space"):
            behind.hand_over(partial(done.append, 1))
        assert done == []
        behind.hand_over(partial(done.append, 2))
    assert done == [2]


def test_error_of_the_block_is_the_one_that_is_told() -> None:
    with pytest.raises(KeyError), Behind() as behind:  # noqa: PT012  two steps are the point
        behind.hand_over(fail)
        raise KeyError("first")
