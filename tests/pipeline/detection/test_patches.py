"""Patches of a project of an earlier version: made from thumbnails, and kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from lnl_gui.cli.context import TerminalContext
from lnl_gui.dataset.pixels.facts import read_sample
from lnl_gui.pipeline.detection.patches import SmallPictures, sample_patches
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.store.dataset.thumbnails import store_thumbnail
from lnl_gui.util.files.array_file import write_array


def _pictures(snapshot: Snapshot) -> SmallPictures:
    return SmallPictures(snapshot, TerminalContext(quiet=True))


def test_patches_of_an_earlier_version_are_made_anew_from_thumbnails(embedded: Path) -> None:
    snapshot = take_snapshot(embedded)
    wanted = snapshot.signatures
    assert wanted is not None and wanted.shape[1:] == (32, 32)
    file = embedded / "arrays" / "signatures.npy"
    write_array(file, np.ones((len(snapshot), 16, 16), np.uint8))
    assert take_snapshot(embedded).signatures is None
    # All but the first have a thumbnail.
    for row in range(1, len(snapshot)):
        seen = read_sample(snapshot.file_of(row), minimum_side=0)
        store_thumbnail(seen.thumbnail_name, seen.thumbnail)
    snapshot = take_snapshot(embedded)
    found = sample_patches(embedded, snapshot, _pictures(snapshot))
    assert found is not None
    # A thumbnail rounds.
    assert not found[0].any()
    assert np.abs(found[1:].astype(int) - wanted[1:]).mean() < 3
    assert np.array_equal(np.load(file), found)


def test_without_thumbnails_nothing_is_known_of_the_pixels(embedded: Path) -> None:
    (embedded / "arrays" / "signatures.npy").unlink()
    snapshot = take_snapshot(embedded)
    assert sample_patches(embedded, snapshot, _pictures(snapshot)) is None
    assert not (embedded / "arrays" / "signatures.npy").exists()


def test_small_pictures_come_from_thumbnails(embedded: Path) -> None:
    snapshot = take_snapshot(embedded)
    seen = read_sample(snapshot.file_of(1), minimum_side=0)
    store_thumbnail(seen.thumbnail_name, seen.thumbnail)
    found = _pictures(snapshot)(np.array([1]))
    assert found.shape == (1, 32, 32, 3) and found.dtype == np.uint8
    wanted = np.asarray(seen.picture.image.convert("RGB").resize((32, 32)))
    assert np.abs(found[0].astype(int) - wanted).mean() < 8


def test_a_small_picture_is_of_what_was_embedded(embedded: Path) -> None:
    snapshot = take_snapshot(embedded)
    assert snapshot.facts is not None
    assert _pictures(snapshot)(np.array([0])).any()
    # The file holds another picture now.
    facts = snapshot.facts.copy()
    facts["content_hash"][0] = b"none"
    pictures = _pictures(replace(snapshot, facts=facts))
    assert not pictures(np.array([0])).any()
    assert not pictures.unread


def test_a_picture_that_can_not_be_read_is_zero_and_counted_once(embedded: Path) -> None:
    snapshot = take_snapshot(embedded)
    gone = snapshot.samples.readable.copy()
    gone[1] = False
    pictures = _pictures(replace(snapshot, samples=replace(snapshot.samples, readable=gone)))
    for row in (0, 1):
        Path(str(snapshot.file_of(row))).unlink()
    assert not pictures(np.array([0, 1])).any()
    assert not pictures(np.array([0, 0])).any()
    # What an update has found gone takes no part.
    assert pictures.unread == {0}
