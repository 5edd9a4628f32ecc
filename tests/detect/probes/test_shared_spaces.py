"""Features that are prepared once for all detectors of a run."""

import numpy as np
import pytest

from lnl_gui.detect.detectors.registry import run_detector
from lnl_gui.detect.probes import preparation
from lnl_gui.detect.probes.preparation import SharedSpaces, prepare
from tests.detect.synthetic_data import make_dataset

DATA = make_dataset(samples=90, classes=3, dimensions=12)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of what was prepared anew."""
    sizes: list[int] = []
    axes = preparation._principal_axes

    def noted(embeddings: object, scales: object, rows: np.ndarray, *rest: object) -> object:
        sizes.append(len(rows))
        return axes(embeddings, scales, rows, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(preparation, "_principal_axes", noted)
    return sizes


def test_the_same_rows_are_prepared_once(prepared: list[int]) -> None:
    spaces = SharedSpaces([DATA.embedding])
    some = np.arange(90) % 3 > 0
    plain = prepare([DATA.embedding], usable=some)
    first = prepare(spaces, usable=some)
    assert prepare(spaces, usable=some.copy()) is first
    np.testing.assert_array_equal(first.matrix, plain.matrix)
    assert prepared == [60, 60]
    whole = prepare(spaces)
    assert len(whole.rows) == 90 and prepare(spaces, usable=np.ones(90, bool)) is whole
    # As many other rows are other rows.
    other = prepare(spaces, usable=np.arange(90) % 3 < 2)
    np.testing.assert_array_equal(other.rows, np.flatnonzero(np.arange(90) % 3 < 2))
    assert prepared == [60, 60, 90, 60]


def test_fewer_components_are_another_matter(prepared: list[int]) -> None:
    spaces = SharedSpaces([DATA.embedding])
    usual = prepare(spaces)
    assert prepare(spaces, components=4).matrix.shape == (90, 4)
    assert prepare(spaces, components=4).matrix.shape == (90, 4)
    assert prepare(spaces) is usual
    assert prepared == [90, 90, 90]


def test_detectors_of_one_run_share_them_and_leave_them_as_they_are(prepared: list[int]) -> None:
    spaces = SharedSpaces([DATA.embedding])
    names = ("neighbours", "confident_learning", "loss_mixture", "turtle", "simifeat_r")
    kept = prepare(spaces).matrix.copy()
    apart = [run_detector(n, [DATA.embedding], DATA.given, number_of_classes=3) for n in names]
    before = len(prepared)
    for name, wanted in zip(names, apart, strict=True):
        found = run_detector(name, spaces, DATA.given, number_of_classes=3)
        np.testing.assert_array_equal(found.score, wanted.score)
    # TURTLE prepares each space for itself.
    assert len(prepared) - before <= 1
    np.testing.assert_array_equal(prepare(spaces).matrix, kept)
