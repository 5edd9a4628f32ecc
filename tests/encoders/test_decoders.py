"""Processes that decode give what threads do, whatever becomes of them."""

import pickle  # noqa: TID251 - what the processes of this program say to each other
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from lnl_gui.containers.kinds.layout import member_key
from lnl_gui.containers.location import ImageLocation, Member
from lnl_gui.encoders import decoders
from lnl_gui.encoders.decoded_file import Decoding
from lnl_gui.encoders.decoding_process import READY, VERB
from lnl_gui.encoders.embedding import Part, embed_samples
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.process.program import program_command
from tests.encoders.test_embedding import MeanColour, ignore

MANY = 40


@pytest.fixture
def files(tmp_path: Path) -> list[ImageLocation]:
    """Small pictures of all kinds, a missing and a damaged one, and some in an array."""
    generator = np.random.default_rng(0)
    found: list[ImageLocation] = []
    for number in range(MANY):
        shape = (20 + number, 31, 3)
        picture = Image.fromarray(generator.integers(0, 256, shape, dtype=np.uint8))
        found.append(tmp_path / f"{number:02d}.{('jpg', 'png', 'webp')[number % 3]}")
        picture.save(found[-1])
    (tmp_path / "03.jpg").write_bytes(b"")
    (tmp_path / "17.webp").unlink()
    array = tmp_path / "some.npy"
    np.save(array, generator.integers(0, 256, (2, 28, 31, 3), dtype=np.uint8))
    # The array has no third picture.
    for place, row in ((9, 0), (10, 1), (33, 2)):
        found[place] = Member(array, "array", member_key("", row))
    return found


def embedded(
    files: list[ImageLocation],
    *,
    apart: bool,
    store: Callable[[str, bytes], None] = ignore,
    **options: int,
) -> list[Part]:
    encoders = [MeanColour("a"), MeanColour("b", side=24, batch_size=7)]
    return list(
        embed_samples(
            files, encoders, store_thumbnail=store, part_size=15, workers=2, apart=apart, **options
        )
    )


def assert_same(found: list[Part], expected: list[Part]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one.start, one.stop, one.unreadable) == (other.start, other.stop, other.unreadable)
        for name in other.embeddings:
            np.testing.assert_array_equal(one.embeddings[name], other.embeddings[name])
        np.testing.assert_array_equal(one.facts, other.facts)
        np.testing.assert_array_equal(one.signatures, other.signatures)


def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    """A program in the place of ours that runs some lines first."""
    script = tmp_path / "program.py"
    script.write_text(f"{lines}\nfrom lnl_gui.encoders.decoding_process import main\nmain()\n")
    monkeypatch.setattr(decoders, "program_command", lambda: [sys.executable, str(script)])


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.status() != "zombie"]


@pytest.mark.parametrize("whole", [MANY, 1_000])
def test_rows_facts_and_thumbnails_are_those_of_threads(
    files: list[ImageLocation], whole: int
) -> None:
    thumbnails: list[dict[str, bytes]] = [{}, {}]
    before = threading.active_count(), children()
    expected = embedded(files, apart=False, store=thumbnails[0].__setitem__, whole=whole)
    found = embedded(files, apart=True, store=thumbnails[1].__setitem__, whole=whole)
    assert_same(found, expected)
    assert thumbnails[1] == thumbnails[0] and len(thumbnails[0]) == MANY - 3
    assert sorted(row for part in found for row in part.unreadable) == [3, 17, 33]
    assert (threading.active_count(), children()) == before


def test_a_process_that_is_killed_loses_nothing(files: list[ImageLocation]) -> None:
    killed: list[psutil.Process] = []

    def store(name: str, thumbnail: bytes) -> None:
        if not killed:
            killed.extend(children())
            for child in killed:
                child.kill()

    found = embedded(files, apart=True, store=store)
    assert killed
    assert_same(found, embedded(files, apart=False))


def test_an_image_that_ends_its_process_costs_its_own_row(
    files: list[ImageLocation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = """
import os
from lnl_gui.dataset.pixels import facts
read = facts.read_bytes
facts.read_bytes = lambda file, **o: os._exit(9) if file.stem in ("11", "12") else read(file, **o)
"""
    program(tmp_path, monkeypatch, lines)
    expected = embedded(files, apart=False)
    found = embedded(files, apart=True)
    reasons = {row: str(reason) for part in found for row, reason in part.unreadable.items()}
    assert sorted(reasons) == [3, 11, 12, 17, 33]
    assert reasons[11] == reasons[12] == "its decoder crashed"
    for one, other in zip(found, expected, strict=True):
        good = [row for row in range(one.stop - one.start) if one.start + row not in reasons]
        np.testing.assert_array_equal(one.embeddings["a"][good], other.embeddings["a"][good])
        np.testing.assert_array_equal(one.facts[good], other.facts[good])


@pytest.mark.parametrize("command", [[sys.executable, "-c", "raise SystemExit(3)"], ["no program"]])
def test_where_no_process_starts_threads_decode(
    files: list[ImageLocation],
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(decoders.logger, "warning", lambda text, *_: said.append(text))
    monkeypatch.setattr(decoders, "program_command", lambda: command)
    assert_same(embedded(files, apart=True), embedded(files, apart=False))
    # Once by each thread: none tries again.
    assert 1 <= len(said) <= 2 and all("threads do" in text for text in said)
    assert not children()


def test_what_a_library_prints_comes_between_no_answers(
    files: list[ImageLocation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = """
from lnl_gui.dataset.pixels import facts
read = facts.read_bytes
facts.read_bytes = lambda file, **options: print("a remark", flush=True) or read(file, **options)
"""
    program(tmp_path, monkeypatch, lines)
    assert_same(embedded(files, apart=True), embedded(files, apart=False))


def test_a_cancelled_pass_leaves_no_process(files: list[ImageLocation]) -> None:
    def progress(done: int, total: int) -> None:
        raise Cancelled

    before = threading.active_count()
    with pytest.raises(Cancelled):
        list(
            embed_samples(
                files,
                [MeanColour("a")],
                store_thumbnail=ignore,
                workers=2,
                apart=True,
                progress=progress,
            )
        )
    assert threading.active_count() == before
    assert not children()


def test_no_space_for_thumbnails_ends_the_pass(files: list[ImageLocation]) -> None:
    def full(name: str, thumbnail: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        embedded(files, apart=True, store=full)
    assert not children()


def test_a_process_ends_with_its_input(files: list[ImageLocation]) -> None:
    decoding = Decoding((Preprocessing(16),))
    given = pickle.dumps(decoding) + pickle.dumps(files[:2])
    ended = subprocess.run(
        [*program_command(), VERB], input=given, capture_output=True, check=True, timeout=60
    )
    assert ended.stdout.startswith(READY)
    found = pickle.loads(ended.stdout[len(READY) :])
    assert [file.facts.height for file in found] == [20, 21]
