"""Click, ctrl-click, shift-click, rubber band, all."""

import numpy as np
import pytest

from lnl_gui.session.selection import Selection, distinct


def selected(selection: Selection) -> list[int]:
    return selection.positions.tolist()


def test_click_selects_one() -> None:
    selection = Selection(10)
    selection.select_only(3)
    selection.select_only(5)
    assert selected(selection) == [5]
    assert selection.current == 5


def test_shift_click_moves_the_end_and_keeps_the_anchor() -> None:
    selection = Selection(10)
    selection.select_only(4)
    selection.extend_to(7)
    assert selected(selection) == [4, 5, 6, 7]
    selection.extend_to(2)
    assert selected(selection) == [2, 3, 4]
    assert selection.rows(np.arange(10, 20)).tolist() == [12, 13, 14]


def test_ctrl_click_then_ctrl_shift_click_adds_a_range() -> None:
    selection = Selection(20)
    selection.select_only(1)
    selection.toggle(8)
    selection.extend_to(10, add=True)
    assert selected(selection) == [1, 8, 9, 10]
    selection.extend_to(9, add=True)
    assert selected(selection) == [1, 8, 9]
    selection.toggle(8)
    assert selected(selection) == [1, 9]


def test_rubber_band_replaces_or_adds() -> None:
    selection = Selection(10)
    selection.select_positions(np.array([2, 3]))
    selection.select_positions(np.array([7]), add=True)
    assert selected(selection) == [2, 3, 7]
    selection.select_positions(np.array([5]))
    assert selected(selection) == [5]


def test_the_first_positions_keep_their_selection_where_the_rest_is_sorted_anew() -> None:
    selection = Selection(6)
    selection.select_positions(np.array([1, 2, 4]))
    selection.toggle(0)
    selection.keep_first(2, 4)
    assert selected(selection) == [0, 1] and len(selection) == 4
    # A range goes on from what was selected before it began, as far as that is still shown.
    selection.extend_to(3, add=True)
    selection.extend_to(0, add=True)
    assert selected(selection) == [0, 1]
    selection.keep_first(0, 2)
    assert selected(selection) == []


def test_without_a_selection_the_current_sample_counts() -> None:
    selection = Selection(3)
    order = np.array([30, 10, 20])
    selection.current = 1
    assert selection.rows(order).tolist() == [10]
    selection.select_all()
    assert selection.rows(order).tolist() == [30, 10, 20]


def test_an_empty_view_selects_nothing() -> None:
    selection = Selection(0)
    selection.select_all()
    selection.select_only(0)
    assert selection.rows(np.zeros(0, np.int64)).tolist() == []


@pytest.mark.parametrize("rows", [[], [3], [2, 2], [5, 1, 5, 0, 1]])
def test_distinct_is_numpys_unique(rows: list[int]) -> None:
    given = np.array(rows, np.int64)
    np.testing.assert_array_equal(distinct(given), np.unique(given))
