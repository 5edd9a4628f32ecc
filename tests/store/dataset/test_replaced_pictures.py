"""What is known of samples whose file has come to hold another picture."""

import numpy as np
import pytest

from lnl_gui.store.dataset.replaced_pictures import ReplacedPictures


def replaced(*entries: tuple[int, int, str, str]) -> ReplacedPictures:
    rows, operations, before, after = zip(*entries, strict=True) if entries else ((),) * 4
    return ReplacedPictures(
        np.array(rows, np.int64),
        np.array(operations, np.int64),
        np.array([b.encode() for b in before], "S32"),
        np.array([a.encode() for a in after], "S32"),
    )


TWICE = ((3, 5, "A", "B"), (3, 9, "B", "C"), (7, 5, "X", "Y"), (7, 6, "Y", "X"))


@pytest.mark.parametrize(
    ("row", "operation", "other", "judged"),
    [
        (3, 4, True, b"A"),
        (3, 6, True, b"B"),
        (3, 10, False, b"C"),
        # Put back: what was judged first is there again.
        (7, 4, False, b"X"),
        (7, 5, True, b"Y"),
        (7, 7, False, b"X"),
        (0, 1, False, b"0"),
        (5, 1, False, b"5"),
        (8, 99, False, b"8"),
    ],
)
def test_an_operation_is_about_the_picture_of_its_time(
    row: int, operation: int, other: bool, judged: bytes
) -> None:
    found, at = replaced(*TWICE), (np.array([row]), np.array([operation]))
    now = np.array([b"0", b"1", b"2", b"C", b"4", b"5", b"6", b"X", b"8"], "S32")
    assert found.is_other(*at).tolist() == [other]
    assert found.judged(now, *at).tolist() == [judged]
    assert not replaced().is_other(*at).any()
    assert replaced().judged(now, *at).tolist() == [now[row]]


def test_what_has_not_been_embedded_since_is_known_from_the_update() -> None:
    hashes = np.array([b"A", b"Q", b"C"], "S32")
    found = replaced((0, 5, "A", "B"), (1, 5, "P", "R"), (2, 4, "C", "D"), (2, 6, "D", "C"))
    assert found.present(hashes).tolist() == [b"B", b"Q", b"C"]
    assert replaced().present(hashes).tolist() == hashes.tolist()
