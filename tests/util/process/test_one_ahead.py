"""Items come in order, one of them made while the one before is used."""

import threading
from collections.abc import Iterator

import pytest

from lnl_gui.util.process.one_ahead import one_ahead


def test_the_next_item_is_made_meanwhile() -> None:
    second = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        second.set()
        yield 2

    coming = one_ahead(items())
    assert next(coming) == 1
    # Nobody has asked for the second one yet.
    assert second.wait(10)
    assert list(coming) == [2]
    assert list(one_ahead(iter(range(100)))) == list(range(100))
    assert list(one_ahead(iter([]))) == []


def test_no_more_than_one_is_made_ahead() -> None:
    made = []

    def items() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    coming = one_ahead(items())
    assert next(coming) == 0
    coming.close()
    assert made in ([0], [0, 1])


def test_an_error_comes_in_its_turn_and_the_thread_ends() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("the second")

    before = threading.active_count()
    coming = one_ahead(items())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="the second"):
        next(coming)
    assert threading.active_count() == before
