"""Copies in a folder of images: found by the product, and by programs people have for that."""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lnl_gui.dataset.pixels.facts import read_sample
from lnl_gui.dataset.pixels.resampling import WORTH_COMPILING
from lnl_gui.detect.copies.candidates import by_hash
from lnl_gui.detect.copies.find import find_copies
from lnl_gui.detect.copies.orientations import differing_bits, oriented_hashes
from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.encoder import Encoder
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.pipeline.detection.patches import small_picture
from tests.benchmarks.measuring import stopwatch
from tests.benchmarks.speed.images import Copied
from tests.benchmarks.speed.measures import Measure, alternate, not_run
from tests.benchmarks.speed.pixels import SIDE, decode_only

PEERS = ("imagededup", "fastdup", "fiftyone")
HOW = (
    "an interpreter with imagededup, fastdup and FiftyOne, whose other versions of numpy and torch"
    " are not LNL's: python -m venv peers && peers/bin/pip install imagededup fastdup fiftyone"
    " 'graphql-core<3.3'; FiftyOne also needs a MongoDB, its own or at FIFTYONE_DATABASE_URI"
)
SCRIPT = Path(__file__).with_name("peer_script.py")
_PATH = "copies"
_FLOOR = "decoding alone"
_MOST_SECONDS = 1800.0
# imagededup's own default, so that hashes are beside hashes.
_HASH_BITS = 10
# Nothing is told to their makers.
_QUIET = {"SENTRY_OPT_OUT": "1", "FIFTYONE_DO_NOT_TRACK": "true"}
Pairs = set[tuple[str, str]]


def copies(
    images: Copied,
    encoders: Sequence[str],
    python: Path | None,
    *,
    peers: Sequence[str] = PEERS,
    script: Path = SCRIPT,
) -> Iterator[Measure]:
    """Hashing alone, the whole search for copies, and the peers'; milliseconds an image.

    Args:
        images: a folder with known copies.
        encoders: by name, of ours.
        python: of the peers; None is this interpreter.
        peers: by the names of their modules.
        script: that runs one of them.
    """
    yield from _ours(images, encoders)
    for peer in peers:
        # What else the machine does meets both alike.
        with stopwatch() as least:
            _decode_all(images.files)
        yield from peer_rows(peer, images, python, least.processor, script=script)


def _decode_all(files: Sequence[Path]) -> None:
    for file in files:
        decode_only(file)


def _ours(images: Copied, encoders: Sequence[str]) -> Iterator[Measure]:
    files = images.files
    found: list[Pairs] = []

    def hashing() -> None:
        found.append(_hashed(files))

    took = alternate(hashing, lambda: _decode_all(files), rounds=1)
    yield _row(f"{len(files):,} images, hashes alone", took, images, found[-1])
    for name in encoders:
        encoder = load_encoder(name, device="cpu")

        def whole(encoder: Encoder = encoder) -> None:
            found.append(_searched(files, encoder))

        took = alternate(whole, lambda: _decode_all(files), rounds=1)
        what = f"{len(files):,} images, embedded by {name}, grouped"
        yield _row(what, took, images, found[-1])


def _row(what: str, took: tuple[float, float, float], images: Copied, found: Pairs) -> Measure:
    mine, least, clock = (value / len(images.files) for value in took)
    return Measure(_PATH, what, mine, least, _FLOOR, clock, note=told(found, images.pairs))


def _hashed(files: Sequence[Path]) -> Pairs:
    """The reading of each file, whose hashes alone say which are copies."""
    compiled = len(files) >= WORTH_COMPILING
    read = [read_sample(file, minimum_side=SIDE, compiled=compiled) for file in files]
    hashes = oriented_hashes(np.array([each.facts.perceptual_hash for each in read], np.uint64))
    left, right, turned = by_hash(hashes)
    few = differing_bits(hashes[turned, left], hashes[0][right]) <= _HASH_BITS
    return _named(files, zip(left[few].tolist(), right[few].tolist(), strict=True))


def _searched(files: Sequence[Path], encoder: Encoder) -> Pairs:
    """The product's pass over the pixels and its groups of copies."""
    thumbnails: dict[str, bytes] = {}
    parts = list(embed_samples(files, [encoder], store_thumbnail=thumbnails.__setitem__))
    facts = np.concatenate([part.facts for part in parts])

    def pictures(rows: np.ndarray) -> np.ndarray:
        return np.stack([_kept(thumbnails, key.decode()) for key in facts["content_hash"][rows]])

    group = find_copies(
        np.ascontiguousarray(facts["content_hash"]),
        embeddings=[np.concatenate([part.embeddings[encoder.name] for part in parts])],
        perceptual_hash=np.ascontiguousarray(facts["perceptual_hash"]),
        signature=np.concatenate([part.signatures for part in parts]),
        pictures=pictures,
    ).group
    groups = [np.flatnonzero(group == number).tolist() for number in range(group.max() + 1)]
    return _named(files, (pair for members in groups for pair in combinations(members, 2)))


def _kept(thumbnails: dict[str, bytes], name: str) -> np.ndarray:
    with Image.open(io.BytesIO(thumbnails[name])) as image:
        return small_picture(image)


def _named(files: Sequence[Path], rows: Iterable[tuple[int, int]]) -> Pairs:
    return _ordered((files[one].name, files[other].name) for one, other in rows)


def _ordered(pairs: Iterable[Sequence[str]]) -> Pairs:
    """Each pair once, from whichever side and however often it was named."""
    return {(min(pair), max(pair)) for pair in pairs}


def told(found: Pairs, true: Pairs) -> str:
    """Which share of the true pairs was found, and which share of those found is true."""
    both = len(found & true)
    precision = f"{both / len(found):.3f}" if found else "-"
    return f"recall {both / len(true):.3f}, precision {precision}"


def peer_rows(
    peer: str, images: Copied, python: Path | None, floor: float, *, script: Path = SCRIPT
) -> Iterator[Measure]:
    """What one peer says, a row each; one that says nothing is told by its last words.

    Args:
        peer: the name of its module.
        images: a folder with known copies.
        python: its interpreter; None is this one.
        floor: milliseconds of the processor that decoding all images takes.
        script: that runs it.
    """
    answers, trouble = _run_peer(peer, images.folder, python or Path(sys.executable), script)
    for answer in answers:
        name = " ".join(filter(None, (peer, answer.get("version"), answer["what"])))
        if "missing" in answer:
            yield not_run(_PATH, name, answer["missing"])
            continue
        notes = [
            f"{told(_ordered(pairs), images.pairs)} {threshold}".strip()
            for threshold, pairs in answer["pairs"].items()
        ]
        count = len(images.files)
        mine, clock = (1000 * answer[key] / count for key in ("processor", "clock"))
        yield Measure(
            _PATH, name, mine, floor / count, _FLOOR, clock, peer=True, note="; ".join(notes)
        )
    if trouble:
        yield not_run(_PATH, peer, trouble)


def _run_peer(
    peer: str, folder: Path, python: Path, script: Path
) -> tuple[list[dict[str, Any]], str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    # In a folder of its own, because some write where they are started.
    with tempfile.TemporaryDirectory() as place:
        quiet = _QUIET | {"FIFTYONE_DATABASE_DIR": str(Path(place) / "database")}
        try:
            done = subprocess.run(
                [python, script, peer, folder],
                cwd=place,
                env=own | quiet,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_MOST_SECONDS,
            )
        except OSError as error:
            return [], f"the interpreter does not start: {error.strerror}"
        except subprocess.TimeoutExpired:
            return [], f"not done after {_MOST_SECONDS:.0f} s"
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        return answers, f"ended with {done.returncode}: {lines[-1] if lines else 'no word'}"
    return answers, "" if answers else "said nothing"
