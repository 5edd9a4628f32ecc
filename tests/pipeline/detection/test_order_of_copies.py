"""Copies are looked for in an order that is the content's, and told by row."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lnl_gui.cli.context import TerminalContext
from lnl_gui.dataset.pixels.facts import FACTS_DTYPE, SIGNATURE_SIDE
from lnl_gui.detect.copies.find import Copies
from lnl_gui.pipeline.detection import copies as copies_job

COUNT = 12
"""Contents; the first half has a copy each that the search is made to find."""


def _found_in(
    order: np.ndarray, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, np.ndarray]:
    """What is found by content when the rows are those contents, and what the search was given."""
    asked: dict[str, np.ndarray] = {}

    def find(content: np.ndarray, **given: Any) -> Copies:
        asked["content"] = content
        asked["embedding"] = given["embeddings"][0][:, 0]
        asked["label"], asked["hash"] = given["labels"], given["perceptual_hash"]
        asked["patch"] = given["signature"][:, 0, 0]
        asked["row"] = given["pictures"](np.array([0, 5]))
        # The first of the search is the closest, and the halves are pairs.
        place = np.arange(len(content))
        group = np.where(place < COUNT // 2, place // 2, -1).astype(np.int32)
        none = np.zeros(len(content), bool)
        return Copies(group, none, 1 - place / COUNT, none, np.full_like(group, -1), none)

    class Snapshot(SimpleNamespace):
        def __len__(self) -> int:
            return COUNT

    facts = np.zeros(COUNT, FACTS_DTYPE)
    facts["content_hash"] = [f"{number:032x}".encode() for number in order]
    facts["perceptual_hash"] = order
    patches = np.zeros((COUNT, SIGNATURE_SIDE, SIGNATURE_SIDE), np.uint8) + 1
    patches[:, 0, 0] = order + 1
    snapshot: Any = Snapshot(
        facts=facts,
        signatures=patches,
        samples=SimpleNamespace(readable=np.ones(COUNT, bool), given=order.astype(np.int32)),
    )
    monkeypatch.setattr(copies_job, "find_copies", find)
    monkeypatch.setattr(copies_job.SmallPictures, "__call__", lambda self, rows: order[rows])
    (folder / "arrays").mkdir(parents=True)
    embedding = np.stack([order, order], axis=1).astype(np.float16)
    found = copies_job.sample_copies(folder, snapshot, embedding, TerminalContext(quiet=True))
    by_content = np.argsort(order)
    told = {name: each[by_content] for name, each in vars(found.copies).items()}
    # Numbers of groups are those of their first rows.
    _, told["group"] = np.unique(told["group"], return_inverse=True)
    return told | {f"asked {name}": each for name, each in asked.items()}


def test_another_order_of_the_rows_gives_the_same_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = _found_in(np.arange(COUNT), tmp_path / "plain", monkeypatch)
    # Swapped in pairs, so that groups are met in the same order.
    other = _found_in(np.arange(COUNT) ^ 1, tmp_path / "other", monkeypatch)
    for name, each in plain.items():
        np.testing.assert_array_equal(other[name], each, err_msg=name)
    mixed = np.random.default_rng(0).permutation(COUNT)
    third = _found_in(mixed, tmp_path / "third", monkeypatch)
    np.testing.assert_array_equal(third["closest"], plain["closest"])
    assert list(third["asked row"]) == [0, 5] and list(third["asked patch"]) == list(range(1, 13))
    pairs = third["group"][:6]
    assert (pairs[::2] == pairs[1::2]).all() and len(set(pairs.tolist())) == 3
