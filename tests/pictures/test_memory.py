"""Memory is bounded by the sum of what is in flight; one image costs itself, never the run."""

import io
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.dataset.pixels.resampling import ResizedPicture
from lnl_gui.pictures import decoding
from lnl_gui.pictures.cost import claimed_size
from lnl_gui.pictures.decoding import decode, decode_with_header
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import DecodingMemory, MemoryBudget, Share
from tests.pictures.test_decoding import encoded, png_by_hand


def test_no_more_is_held_at_once_than_the_limit_however_many_threads() -> None:
    budget, held, most, lock = MemoryBudget(100), [0], [0], threading.Lock()

    def use(size: int) -> None:
        budget.take(size)
        with lock:
            held[0] += size
            most[0] = max(most[0], held[0])
        time.sleep(0.002)
        with lock:
            held[0] -= size
        budget.give(size)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(use, [40] * 40))
    assert most[0] == 80 and held[0] == 0


def test_what_exceeds_the_limit_waits_until_it_is_alone_and_is_served() -> None:
    budget, order = MemoryBudget(10), []
    budget.take(5)
    waiting = threading.Thread(target=lambda: (budget.take(50), order.append("large")))
    waiting.start()
    time.sleep(0.02)
    order.append("small ends")
    budget.give(5)
    waiting.join(60)
    assert order == ["small ends", "large"]


def test_a_share_is_given_back_when_decoding_fails() -> None:
    memory = DecodingMemory(MemoryBudget(10), MemoryBudget(10))
    with pytest.raises(UnreadableImage), memory.share() as share:
        share.file(10)
        share.pixels(10)
        share.pixels(10)  # a second try of one image, which is in memory already
        raise UnreadableImage(decoding.CUT_SHORT)
    with memory.share() as share:
        share.file(10)
        share.pixels(10)


def test_threads_that_decode_large_pictures_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six threads, room for two pictures: never more than two are loaded at once."""
    data = encoded(Image.new("RGB", (500, 400)), "BMP")
    memory = DecodingMemory(MemoryBudget(1 << 30), MemoryBudget(2 * 500 * 400 * 4))
    inside, most, lock = [0], [0], threading.Lock()

    def one(_: int) -> None:
        with memory.share() as share:
            decode_with_header(data, reserve=reserve(share))
            time.sleep(0.003)
            with lock:
                inside[0] -= 1

    def reserve(share: Share) -> object:
        def wait(size: int) -> None:
            share.pixels(size)
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])

        return wait

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(24)))
    assert most[0] == 2


@pytest.mark.parametrize(
    ("width", "height", "colour", "refused"),
    [(22_300, 22_300, 2, "MiB to decode"), (30_000, 30_000, 0, "megapixels")],
)
def test_a_picture_that_takes_too_much_is_refused_before_memory_is_taken(
    width: int, height: int, colour: int, refused: str
) -> None:
    tracemalloc.start()
    with pytest.raises(UnreadableImage, match=refused):
        decode(png_by_hand(width, height, 8, colour, b""))
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_large_grey_picture_is_reduced_before_it_becomes_colour() -> None:
    rows = np.repeat(np.arange(0, 240, 10, dtype=np.uint8), 200)[:, None]
    image = Image.fromarray(np.repeat(rows, 4800, axis=1))
    read = decode_with_header(encoded(image, "PNG", compress_level=1), minimum_side=256)
    assert (read.width, read.height) == (4800, 4800)
    assert 512 <= min(read.image.size) < 1000 and read.image.mode == "RGB"
    expected = np.linspace(0, 240, read.image.height, endpoint=False) // 10 * 10
    assert np.abs(np.asarray(read.image)[:, 5, 0] - expected).max() <= 10
    assert decode(encoded(image, "PNG", compress_level=1)).size == (4800, 4800)


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 80}, {"exact": True}])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_size_of_a_webp_is_known_before_it_is_opened(
    mode: str, options: dict[str, object]
) -> None:
    data = encoded(Image.new(mode, (301, 77), "#12345678"[: 1 + 2 * len(mode)]), "WEBP", **options)
    assert claimed_size(data) == (301, 77)
    assert claimed_size(encoded(Image.new("RGB", (30, 7)), "PNG")) is None


def test_a_progressive_jpeg_costs_its_whole_size_though_it_is_reduced() -> None:
    sizes = {}
    for progressive in (False, True):
        data = encoded(Image.new("RGB", (1600, 1600)), "JPEG", progressive=progressive)
        taken: list[int] = []
        decode(data, minimum_side=100, reserve=taken.append)
        sizes[progressive] = taken[0]
    assert sizes[True] - sizes[False] == 1600 * 1600 * 3 * 2


def test_a_strip_is_cut_before_it_is_scaled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lnl_gui.encoders.preprocessing import Preprocessing

    sizes: list[tuple[int, int]] = []
    resize = Image.Image.resize

    def recording(self: Image.Image, size: tuple[int, int], *args: object) -> Image.Image:
        sizes.append(size)
        return resize(self, size, *args)

    monkeypatch.setattr(Image.Image, "resize", recording)
    pixels = np.zeros((2, 60_000, 3), np.uint8)
    pixels[:, 29_900:30_100] = (9, 90, 200)
    for image in (Image.fromarray(pixels), Image.fromarray(pixels.transpose(1, 0, 2))):
        for mode in ("shortest", "squash", "longest"):
            square = Preprocessing(224, mode, crop_fraction=0.9).apply(image)
            assert square.shape == (224, 224, 3)
            if mode == "shortest":
                assert (square == (9, 90, 200)).all()
    assert max(width * height for width, height in sizes) < 5_000_000


@pytest.mark.parametrize("size", [(4001, 100), (100, 4003), (3000, 90), (33, 1500)])
def test_the_middle_of_a_strip_is_that_of_the_whole_strip_scaled(size: tuple[int, int]) -> None:
    from lnl_gui.encoders.preprocessing import Preprocessing, _offset

    smooth = Image.effect_noise((40, 40), 80).resize(size, Image.Resampling.BICUBIC).convert("RGB")
    used = Preprocessing(64, "shortest", "bilinear", 0.9)
    whole = smooth.resize(used._resized_size(*size), Image.Resampling.BILINEAR)
    left, top = (_offset(length, 64) for length in whole.size)
    expected = np.asarray(whole.crop((left, top, left + 64, top + 64))).astype(int)
    assert np.abs(used.apply(smooth).astype(int) - expected).mean() < 2.5


def test_a_preprocessing_that_fails_costs_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lnl_gui.encoders.embedding import embed_samples
    from lnl_gui.encoders.preprocessing import Preprocessing
    from tests.encoders.test_embedding import MeanColour, ignore

    files = [tmp_path / f"{row}.png" for row in range(5)]
    for row, file in enumerate(files):
        Image.new("RGB", (20 + row, 20), (row, 0, 0)).save(file)
    apply = Preprocessing.apply_to

    def failing(self: Preprocessing, picture: ResizedPicture) -> np.ndarray:
        if picture.size[0] in (21, 23):
            raise MemoryError if picture.size[0] == 21 else ValueError("bad shape")
        return apply(self, picture)

    monkeypatch.setattr(Preprocessing, "apply_to", failing)
    (part,) = embed_samples(files, [MeanColour("mean")], store_thumbnail=ignore)
    assert "memory" in str(part.unreadable[1]) and "bad shape" in str(part.unreadable[3])
    assert np.isfinite(part.embeddings["mean"][[0, 2, 4]]).all() and len(part.unreadable) == 2


def test_a_damaged_file_is_marked_in_the_facts(tmp_path: Path) -> None:
    from lnl_gui.encoders.embedding import embed_samples
    from tests.encoders.test_embedding import MeanColour, ignore

    stream = io.BytesIO()
    Image.effect_noise((80, 80), 50).save(stream, "JPEG")
    for name, data in {"a": stream.getvalue(), "b": stream.getvalue()[:-2]}.items():
        (tmp_path / name).write_bytes(data)
    files = [tmp_path / "a", tmp_path / "b"]
    (part,) = embed_samples(files, [MeanColour("mean")], store_thumbnail=ignore)
    assert part.facts["truncated"].tolist() == [False, True] and not part.unreadable
