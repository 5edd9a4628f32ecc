"""Threads that read for the window: everything is done once, and none is left behind."""

import threading

from lnl_gui.gui.widgets.work_threads import Work, WorkThreads

WAIT = 30.0


def test_all_is_done_once_whatever_comes_when() -> None:
    threads, lock, done = WorkThreads(3), threading.Lock(), list[int]()

    def work(number: int) -> None:
        with lock:
            done.append(number)

    for number in range(300):
        threads.start(lambda number=number: work(number))
        # Some find threads that rest, some none and some all of them at work.
        if number % 50 == 49:
            threads.wait()
    threads.wait()
    assert sorted(done) == list(range(300))


def test_a_thread_that_rests_takes_what_comes_next() -> None:
    threads, names = WorkThreads(2), list[int | None]()
    for _ in range(3):
        over = threading.Event()

        def work(over: threading.Event = over) -> None:
            names.append(threading.current_thread().ident)
            over.set()

        threads.start(work)
        assert over.wait(WAIT)
    threads.wait()
    assert len(names) == 3


def test_the_most_urgent_comes_first_and_the_rest_can_be_forgotten() -> None:
    threads, done, gate, begun = WorkThreads(1), list[str](), threading.Event(), threading.Event()

    def block() -> None:
        begun.set()
        gate.wait(WAIT)

    threads.start(block)
    assert begun.wait(WAIT)
    for name, priority in (("low", 1), ("high", 3), ("middle", 2)):
        threads.start(lambda name=name: done.append(name), priority)
    gate.set()
    threads.wait()
    assert done == ["high", "middle", "low"]
    gate.clear()
    begun.clear()
    threads.start(block)
    assert begun.wait(WAIT)
    threads.start(lambda: done.append("forgotten"))
    threads.clear()
    gate.set()
    threads.wait()
    assert "forgotten" not in done


def test_none_is_left_after_waiting_and_work_can_go_on() -> None:
    threads, before = WorkThreads(4), {*threading.enumerate()}
    for _ in range(2):
        for _ in range(8):
            threads.start(lambda: None)
        threads.wait()
        # Those of other windows may end meanwhile.
        assert not {*threading.enumerate()} - before


def test_one_that_takes_no_more_work_is_waited_for_too() -> None:
    left, may_end = threading.Event(), threading.Event()

    class SlowToEnd(WorkThreads):
        def _next(self) -> Work | None:
            work = super()._next()
            if work is None:
                left.set()
                may_end.wait(WAIT)
            return work

    threads, served = SlowToEnd(1), list[threading.Thread]()
    threads.start(lambda: served.append(threading.current_thread()))
    assert left.wait(WAIT)
    threading.Timer(0.2, may_end.set).start()
    threads.wait()
    assert not served[0].is_alive()
