"""Patches of a project of an earlier version: made from thumbnails, and kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from lnl_gui.dataset.pixels.facts import read_sample
from lnl_gui.pipeline.detection.patches import sample_patches, small_pictures
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.store.dataset.thumbnails import store_thumbnail
from lnl_gui.util.files.array_file import write_array


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
    found = sample_patches(embedded, take_snapshot(embedded))
    assert found is not None
    # A thumbnail rounds.
    assert not found[0].any()
    assert np.abs(found[1:].astype(int) - wanted[1:]).mean() < 3
    assert np.array_equal(np.load(file), found)


def test_without_thumbnails_nothing_is_known_of_the_pixels(embedded: Path) -> None:
    (embedded / "arrays" / "signatures.npy").unlink()
    assert sample_patches(embedded, take_snapshot(embedded)) is None
    assert not (embedded / "arrays" / "signatures.npy").exists()


def test_small_pictures_come_from_thumbnails(embedded: Path) -> None:
    snapshot = take_snapshot(embedded)
    seen = read_sample(snapshot.file_of(1), minimum_side=0)
    store_thumbnail(seen.thumbnail_name, seen.thumbnail)
    found = small_pictures(snapshot, np.array([1]))
    assert found.shape == (1, 32, 32, 3) and found.dtype == np.uint8
    wanted = np.asarray(seen.picture.image.convert("RGB").resize((32, 32)))
    assert np.abs(found[0].astype(int) - wanted).mean() < 8


def test_a_small_picture_without_a_thumbnail_is_zero(embedded: Path) -> None:
    snapshot = take_snapshot(embedded)
    assert snapshot.facts is not None
    facts = snapshot.facts.copy()
    facts["content_hash"][0] = b"none"
    assert not small_pictures(replace(snapshot, facts=facts), np.array([0])).any()
