"""One decode, every encoder, rows in order, nothing lost by a bad file or an interruption."""

import contextlib
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.dataset.pixels.facts import read_sample
from lnl_gui.encoders import decoded_file
from lnl_gui.encoders.decoded_file import DecodedFile, Decoding
from lnl_gui.encoders.decoders import Decoders
from lnl_gui.encoders.embedding import WORTH_PROCESSES, decoded_apart, embed_samples
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.process.cores import available_cores


class MeanColour:
    """An encoder whose truth is known: the mean of each channel."""

    device = "cpu"

    def __init__(self, name: str, *, side: int = 16, batch_size: int = 4, scale: float = 1) -> None:
        self.name = name
        self.key = name
        self.dimension = 3
        self.preprocessing = Preprocessing(side)
        self.batch_size = batch_size
        self.scale = scale
        self.batches: list[int] = []

    def embed(self, batch: np.ndarray) -> np.ndarray:
        assert batch.dtype == np.uint8
        assert batch.shape[1:] == (self.preprocessing.image_size,) * 2 + (3,)
        self.batches.append(len(batch))
        return batch.mean(axis=(1, 2), dtype=np.float32) * np.float32(self.scale)


def colours(rows: range) -> np.ndarray:
    return np.array([(10 * row, 0, 255 - 10 * row) for row in rows], dtype=np.float16)


def ignore(content_hash: str, thumbnail: bytes) -> None:
    """Thumbnails are not what is tested."""


def test_rows_come_in_order_and_in_parts(image_files: list[Path]) -> None:
    encoder = MeanColour("mean")
    parts = list(
        embed_samples(image_files, [encoder], store_thumbnail=ignore, part_size=5, workers=3)
    )
    assert [(part.start, part.stop) for part in parts] == [(0, 5), (5, 10), (10, 13)]
    for part in parts:
        rows = range(part.start, part.stop)
        np.testing.assert_array_equal(part.embeddings["mean"], colours(rows))
        assert part.embeddings["mean"].dtype == np.float16
        assert part.facts["height"].tolist() == [40 + row for row in rows]
        assert not part.unreadable
    assert encoder.batches == [4, 1, 4, 1, 3]


def test_a_later_start_gives_the_same_rows(image_files: list[Path]) -> None:
    (whole,) = embed_samples(image_files, [MeanColour("m")], store_thumbnail=ignore)
    (rest,) = embed_samples(image_files[:11], [MeanColour("m")], store_thumbnail=ignore, start=5)
    assert (rest.start, rest.stop) == (5, 11)
    np.testing.assert_array_equal(rest.embeddings["m"], whole.embeddings["m"][5:11])
    np.testing.assert_array_equal(rest.facts, whole.facts[5:11])


def test_facts_are_those_of_the_dataset_package(image_files: list[Path]) -> None:
    (part,) = embed_samples(image_files, [MeanColour("m")], store_thumbnail=ignore)
    for row, file in enumerate(image_files):
        facts = read_sample(file, minimum_side=0).facts
        assert part.facts[row]["content_hash"].decode() == facts.content_hash
        assert part.facts[row]["perceptual_hash"] == facts.perceptual_hash
        assert part.facts[row]["brightness"] == pytest.approx(facts.brightness)
        assert part.facts[row]["format"] == "PNG"


def test_unreadable_files_are_recorded_and_stop_nothing(image_files: list[Path]) -> None:
    image_files[2].write_bytes(b"")
    image_files[7].write_bytes(image_files[7].read_bytes()[:60])
    image_files[12].unlink()
    parts = list(embed_samples(image_files, [MeanColour("m")], store_thumbnail=ignore, part_size=6))
    reasons = {row: reason for part in parts for row, reason in part.unreadable.items()}
    assert sorted(reasons) == [2, 7, 12]
    assert all(reasons.values())
    embeddings = np.concatenate([part.embeddings["m"] for part in parts])
    assert np.isnan(embeddings[[2, 7, 12]]).all()
    good = [row for row in range(13) if row not in reasons]
    np.testing.assert_array_equal(embeddings[good], colours(range(13))[good])


def test_a_batch_of_unreadable_files_calls_no_encoder(tmp_path: Path) -> None:
    encoder = MeanColour("m")
    missing = [tmp_path / f"{i}.png" for i in range(6)]
    (part,) = embed_samples(missing, [encoder], store_thumbnail=ignore)
    assert sorted(part.unreadable) == list(range(6))
    assert encoder.batches == []


def test_several_encoders_share_one_decoding(
    image_files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    lock = threading.Lock()

    def counting(file: Path, **options: int) -> object:
        with lock:
            opened.append(file)
        return read_sample(file, **options)

    monkeypatch.setattr(decoded_file, "read_sample", counting)
    encoders = [MeanColour("a", side=16), MeanColour("b", side=24, batch_size=7, scale=2)]
    (part,) = embed_samples(image_files, encoders, store_thumbnail=ignore)
    assert sorted(opened) == image_files
    np.testing.assert_array_equal(part.embeddings["a"], colours(range(13)))
    np.testing.assert_array_equal(part.embeddings["b"], 2 * colours(range(13)))


def test_each_thumbnail_is_stored_under_its_content(image_files: list[Path]) -> None:
    stored: dict[str, bytes] = {}
    (part,) = embed_samples(image_files, [MeanColour("m")], store_thumbnail=stored.__setitem__)
    assert sorted(stored) == sorted(value.decode() for value in part.facts["content_hash"])


def test_no_space_for_thumbnails_ends_the_pass(image_files: list[Path]) -> None:
    def full(content_hash: str, thumbnail: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        list(embed_samples(image_files, [MeanColour("m")], store_thumbnail=full))


def test_progress_counts_every_batch_and_may_cancel(image_files: list[Path]) -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if done >= 8:
            raise Cancelled

    before = threading.active_count()
    parts = embed_samples(
        image_files, [MeanColour("m")], store_thumbnail=ignore, part_size=4, progress=progress
    )
    assert next(parts).start == 0
    with pytest.raises(Cancelled):
        next(parts)
    assert seen == [(4, 13), (8, 13)]
    assert threading.active_count() == before


def test_closing_the_generator_ends_its_threads(image_files: list[Path]) -> None:
    before = threading.active_count()
    parts = embed_samples(image_files, [MeanColour("m")], store_thumbnail=ignore, part_size=4)
    next(parts)
    parts.close()
    assert threading.active_count() == before


def test_a_thread_decodes_no_more_once_nobody_waits(
    image_files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, end, decoded = threading.Event(), threading.Event(), []

    def slow(self: Decoding, file: object, memory: object) -> DecodedFile:
        decoded.append(file)
        begun.set()
        end.wait(30)
        return DecodedFile()

    monkeypatch.setattr(Decoding, "decode", slow)
    pool = Decoders(Decoding([Preprocessing(16)]), 1, store_thumbnail=ignore)
    coming = pool.in_order(image_files, ahead=0)

    def take() -> None:
        with contextlib.suppress(CancelledError):
            next(coming)

    taking = threading.Thread(target=take)
    taking.start()
    assert begun.wait(30)
    closing = threading.Thread(target=pool.close)
    closing.start()
    while not pool._closing:
        time.sleep(0.01)
    end.set()
    for thread in (closing, taking):
        thread.join(30)
        assert not thread.is_alive()
    assert decoded == image_files[:1]


def test_values_beyond_float16_are_clipped(image_files: list[Path]) -> None:
    (part,) = embed_samples(image_files, [MeanColour("m", scale=1e6)], store_thumbnail=ignore)
    assert np.isfinite(part.embeddings["m"]).all()
    assert part.embeddings["m"].max() == np.finfo(np.float16).max


def test_a_reduced_jpeg_is_large_enough_for_the_encoder(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 255, (12, 16, 3), dtype=np.uint8))
    file = tmp_path / "large.jpg"
    coarse.resize((2400, 1800), Image.Resampling.BICUBIC).save(file, quality=95)
    encoder = MeanColour("m", side=224)
    (part,) = embed_samples([file], [encoder], store_thumbnail=ignore)
    with Image.open(file) as full:
        truth = encoder.embed(encoder.preprocessing.apply(full)[None])
    assert (part.facts["width"][0], part.facts["height"][0]) == (2400, 1800)
    np.testing.assert_allclose(part.embeddings["m"], truth, atol=1)


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("slow", ["reading", "encoder"])
def test_each_part_tells_how_long_its_encoder_waited(
    image_files: list[Path], monkeypatch: pytest.MonkeyPatch, slow: str, apart: bool
) -> None:
    decode, embed = Decoders._decode, MeanColour.embed

    def slowly(decoders: Decoders, files: list[Path]) -> list[DecodedFile]:
        time.sleep(0.1 if slow == "reading" else 0)
        return decode(decoders, files)

    def slow_embed(encoder: MeanColour, batch: np.ndarray) -> np.ndarray:
        time.sleep(0.2 if slow == "encoder" else 0)
        return embed(encoder, batch)

    monkeypatch.setattr(Decoders, "_decode", slowly)
    monkeypatch.setattr(MeanColour, "embed", slow_embed)
    first, *others = embed_samples(
        image_files,
        [MeanColour("m")],
        store_thumbnail=ignore,
        part_size=4,
        workers=1,
        apart=apart,
    )
    # Everything is waited for at first, and the last part may be there already.
    assert 0 < first.waited <= first.took
    took, waited = (sum(getattr(part, name) for part in others) for name in ("took", "waited"))
    if slow == "encoder":
        assert took >= 3 * 0.2 and waited < took / 2
    elif not apart:
        assert waited > took / 2


@pytest.mark.parametrize(
    ("devices", "files", "threads", "apart"),
    [
        (["cuda"], WORTH_PROCESSES, 4, True),
        (["cpu", "mps"], WORTH_PROCESSES, 15, True),
        (["cuda:1"], WORTH_PROCESSES - 1, 15, False),
        (["cuda"], WORTH_PROCESSES, 3, False),
        (["cpu", "cpu"], 10 * WORTH_PROCESSES, 15, False),
    ],
)
def test_processes_decode_for_what_is_faster_than_threads(
    devices: list[str], files: int, threads: int, apart: bool
) -> None:
    encoders = [MeanColour(device) for device in devices]
    for encoder, device in zip(encoders, devices, strict=True):
        encoder.device = device
    assert decoded_apart(encoders, files, threads) == apart


def test_at_least_one_core_is_used() -> None:
    assert available_cores(10_000) == 1
    assert available_cores(1) <= available_cores()
