"""Click, ctrl-click, shift-click, rubber band, all."""

import numpy as np
import pytest

from lnl_gui.session.samples.selection import Selection, distinct


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


class Plain:
    """Selected positions as a set, in the words of what each click does."""

    def __init__(self, count: int) -> None:
        self.count, self.chosen = count, set[int]()
        self.anchor = self.current = 0
        self.before = set[int]()

    def set_anchor(self, position: int) -> None:
        self.anchor = self.current = position
        self.before = set(self.chosen)

    def click(self, position: int) -> None:
        self.chosen = {position}
        self.set_anchor(position)

    def ctrl_click(self, position: int) -> None:
        self.chosen ^= {position}
        self.set_anchor(position)

    def shift_click(self, position: int, *, add: bool) -> None:
        low, high = sorted((self.anchor, position))
        self.chosen = (self.before if add else set()) | {*range(low, high + 1)}
        self.current = position

    def band(self, positions: list[int], *, add: bool) -> None:
        self.chosen = (self.chosen if add else set()) | {*positions}
        if positions:
            self.set_anchor(positions[-1])


@pytest.mark.parametrize("seed", range(5))
def test_any_clicks_select_what_each_of_them_says(seed: int) -> None:
    generator = np.random.default_rng(seed)
    selection, plain = Selection(9), Plain(9)
    order = generator.permutation(100)[:9]
    for _ in range(200):
        position, act = int(generator.integers(9)), int(generator.integers(7))
        add = bool(generator.integers(2))
        if act == 0:
            selection.select_only(position)
            plain.click(position)
        elif act in (1, 2):
            selection.toggle(position)
            plain.ctrl_click(position)
        elif act in (3, 4):
            selection.extend_to(position, add=add)
            plain.shift_click(position, add=add)
        elif act == 5:
            positions = generator.choice(9, int(generator.integers(4)), replace=False)
            selection.select_positions(positions, add=add)
            plain.band(positions.tolist(), add=add)
        else:
            selection.stand_at(position)
            plain.click(position)
            plain.chosen = set()
        assert selected(selection) == sorted(plain.chosen)
        assert (selection.current, selection.count) == (plain.current, len(plain.chosen))
        wanted = sorted(plain.chosen) or [plain.current]
        assert selection.rows(order).tolist() == [order[place] for place in wanted]


def test_a_click_beside_the_samples_selects_nothing() -> None:
    selection = Selection(4)
    for position in (-1, 4):
        selection.select_only(2)
        selection.select_only(position)
        assert selected(selection) == [] and selection.current == 2
    selection.select_only(0)
    assert selected(selection) == [0]


def test_another_view_begins_at_its_first_sample_with_nothing_selected() -> None:
    selection = Selection(5)
    selection.select_only(4)
    selection.resize(3)
    assert (len(selection), selection.count, selection.current) == (3, 0, 0)
    selection.extend_to(2, add=True)
    assert selected(selection) == [0, 1, 2]
    selection.resize(0)
    assert (len(selection), selection.current) == (0, -1)
    assert selection.rows(np.zeros(0, np.int64)).tolist() == []


def test_the_current_sample_is_none_of_a_shorter_order() -> None:
    selection = Selection(5)
    selection.current = 3
    assert selection.rows(np.array([8, 9, 7, 6])).tolist() == [6]
    selection.select_all()
    selection.clear()
    assert selection.count == 0 and selection.current == 3
