"""What Ray says when it starts or is joined, without Ray."""

from typing import Any

import pytest

from lnl_gui.pipeline.cluster.ray_start import connect
from lnl_gui.util.errors import UserError


class PretendedRay:
    """Its `init` fails so many times; what it was asked for is kept."""

    def __init__(self, failures: int, text: str = "timed out during startup") -> None:
        self.failures, self.text = failures, text
        self.asked: list[dict[str, Any]] = []
        self.ended = 0

    def init(self, **options: Any) -> None:
        self.asked.append(options)
        if len(self.asked) <= self.failures:
            raise Exception(self.text)

    def shutdown(self) -> None:
        self.ended += 1


def test_a_cluster_of_this_machine_is_started_again_when_it_was_too_slow() -> None:
    ray = PretendedRay(2)
    connect(ray, "local", 3)
    assert [options["num_cpus"] for options in ray.asked] == [3, 3, 3]
    # What is half there is ended before each next try.
    assert ray.ended == 2


@pytest.mark.parametrize(
    ("address", "asked", "told"),
    [
        ("local", 3, "Ray does not start on this machine: timed out during startup"),
        ("head:6379", 1, "The Ray cluster head:6379 does not answer: timed out during startup"),
    ],
)
def test_what_does_not_start_or_answer_is_said(address: str, asked: int, told: str) -> None:
    ray = PretendedRay(9)
    with pytest.raises(UserError) as caught:
        connect(ray, address, None)
    assert (len(ray.asked), str(caught.value.message)) == (asked, told)
    assert caught.value.retryable


def test_of_a_traceback_the_first_and_last_line_are_said() -> None:
    ray = PretendedRay(1, "connection failed\n  File 'a'\n  File 'b'\nInvalidToken")
    with pytest.raises(UserError, match="connection failed InvalidToken"):
        connect(ray, "ray://head:10001", None)
    (options,) = ray.asked
    # A cluster that is there has its own cores.
    assert "num_cpus" not in options
