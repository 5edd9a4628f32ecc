"""Which image is which sample: paths, places, contents, against plain search."""

import numpy as np

from lnl_gui.pipeline.datasets.matching.sample_matching import (
    keep_places,
    match_by_content,
    match_by_place,
)


def test_whole_pairs_come_before_paths_and_paths_before_places() -> None:
    known = [("a", "/1"), ("a", "/2"), ("b", "/3"), ("c", "/4")]
    found = [("a", "/2"), ("b", "/9"), ("z", "/4"), ("a", "/1"), ("y", "/8")]
    assert match_by_place(known, found).tolist() == [1, 2, 3, 0, -1]


def test_a_path_that_means_two_files_is_matched_by_neither() -> None:
    known = [("a", "/1"), ("a", "/2")]
    assert match_by_place(known, [("a", "/7"), ("a", "/8")]).tolist() == [-1, -1]
    assert match_by_place(known, [("a", "/7"), ("a", "/2")]).tolist() == [0, 1]


def test_no_sample_is_given_twice() -> None:
    generator = np.random.default_rng(0)
    for _ in range(200):
        known = list({(str(p), str(q)) for p, q in generator.integers(0, 6, (8, 2))})
        found = list({(str(p), str(q)) for p, q in generator.integers(0, 6, (8, 2))})
        rows = match_by_place(known, found)
        given = rows[rows >= 0].tolist()
        assert len(given) == len(set(given))
        for (path, place), row in zip(found, rows.tolist(), strict=True):
            if row >= 0:
                assert path == known[row][0] or place == known[row][1]
        exact = {pair: at for at, pair in enumerate(known)}
        assert all(rows[at] == exact[pair] for at, pair in enumerate(found) if pair in exact)


def test_copies_are_told_apart_by_their_names() -> None:
    gone = [(4, b"x", "a.png"), (5, b"x", "b.png"), (6, b"y", "c.png"), (7, b"", "d.png")]
    new = [(0, b"x", "b.png"), (1, b"x", "new.png"), (2, b"x", "third.png"), (3, b"", "d.png")]
    assert match_by_content(gone, new) == {0: 5, 1: 4}


def test_a_place_stays_with_its_sample_unless_that_is_found_elsewhere() -> None:
    row_of = np.array([2, -1, -1, 0])
    assert keep_places(row_of, {1: 1, 2: 2, 3: 3}) == [1]
    assert row_of.tolist() == [2, 1, -1, 0]
