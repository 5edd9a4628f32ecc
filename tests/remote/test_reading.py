"""Objects come whole, through a cache, whatever the line does."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lnl_gui.containers.location import REMOTE, ImageLocation, Member
from lnl_gui.containers.read import image_bytes, read_ahead
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.pipeline.datasets.matching.content import content_hashes, file_stats
from lnl_gui.remote.errors import RemoteError
from lnl_gui.remote.kept import KeptBytes, kept_bytes
from lnl_gui.remote.known import KnownObjects, known_objects
from lnl_gui.remote.objects import RemoteObject
from lnl_gui.remote.reading import failures, look_at_all, read_object
from lnl_gui.remote.requests import TRIES
from lnl_gui.util.errors import UserError
from tests.remote.conftest import BUCKET, FaultyStore, picture

URL, PATH = f"{BUCKET}/a.png", "bucket/a.png"


class Answer(OSError):
    """An error with the status of an answer, as providers' libraries raise them."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answer {status}")
        self.status = status


def place(url: str) -> Member:
    return Member(Path("/d/url"), REMOTE, url)


def test_the_second_reading_asks_nobody(store: FaultyStore) -> None:
    store.pipe_file(PATH, picture(1))
    assert image_bytes(place(URL)) == picture(1)
    before = store.asked.copy()
    assert image_bytes(place(URL)) == picture(1)
    assert store.asked == before


@pytest.mark.parametrize(
    "fault", [Answer(503), Answer(429), TimeoutError(), ConnectionResetError(), 100, 0]
)
def test_what_passes_is_asked_again(
    store: FaultyStore, no_waiting: list[float], fault: Exception | int
) -> None:
    store.pipe_file(PATH, picture(1))
    store.faults[PATH] = [fault, fault]
    assert read_object(URL) == picture(1)
    assert no_waiting == [0.25, 0.5]


def test_half_a_picture_is_an_error_and_is_not_kept(store: FaultyStore) -> None:
    data = picture(1)
    store.pipe_file(PATH, data)
    store.faults[PATH] = [100] * TRIES
    with pytest.raises(UnreadableImage, match=f"cut short on the way: 100 of {len(data):,} bytes"):
        read_bytes(place(URL))
    failures.clear()
    assert read_bytes(place(URL)) == data


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Answer(403), "the store gives no permission for it"),
        (PermissionError(), "the store gives no permission for it"),
        (Answer(404), "file not found"),
        (FileNotFoundError(), "file not found"),
        (Answer(400), "the store answers: answer 400"),
    ],
)
def test_what_stays_is_said_at_once(
    store: FaultyStore, no_waiting: list[float], fault: Exception, words: str
) -> None:
    store.pipe_file(PATH, picture(1))
    store.faults[PATH] = [fault]
    with pytest.raises(UnreadableImage, match=f"^{words}$"):
        read_bytes(place(URL))
    assert no_waiting == []


def test_waits_are_bounded(store: FaultyStore, no_waiting: list[float]) -> None:
    store.pipe_file(PATH, picture(1))
    store.faults[PATH] = [Answer(500)] * 99
    with pytest.raises(RemoteError, match=rf"\({TRIES} times\)"):
        read_object(URL)
    assert no_waiting == [0.25, 0.5, 1, 2, 4]
    # Who reads it next need not wait for the same again.
    with pytest.raises(RemoteError):
        read_object(URL)
    assert store.asked[f"get {PATH}"] == TRIES


def test_an_object_that_changed_since_the_listing_is_read_as_it_is(store: FaultyStore) -> None:
    store.pipe_file(PATH, picture(1))
    known_objects().put([RemoteObject(URL, 7, "old")])
    assert read_object(URL) == picture(1)
    assert known_objects().get(URL) != RemoteObject(URL, 7, "old")


def test_many_are_fetched_at_once_and_given_in_order(store: FaultyStore) -> None:
    store.slow = 0.01
    files: list[ImageLocation] = []
    for number in range(60):
        store.pipe_file(f"bucket/{number}.png", picture(number))
        files.append(place(f"{BUCKET}/{number}.png"))
    files.insert(30, Path("/d/local.png"))
    del store.store["/bucket/7.png"]
    given = list(read_ahead(files))
    assert given == files
    assert 8 <= store.most_at_once <= 16
    assert read_bytes(files[3]) == picture(3)
    assert store.asked["get bucket/3.png"] == 1
    with pytest.raises(UnreadableImage, match="file not found"):
        read_bytes(files[7])


def test_stats_say_what_is_gone_and_what_has_changed(store: FaultyStore) -> None:
    for number in range(40):
        store.pipe_file(f"bucket/d/{number}.png", picture(number))
    files = [place(f"{BUCKET}/d/{number}.png") for number in range(41)]
    stats, here = file_stats([Path(__file__), *files]), Path(__file__).stat()
    assert stats[0].tolist() == [here.st_size, here.st_mtime_ns]
    assert stats[1:41, 0].tolist() == [len(picture(number)) for number in range(40)]
    assert stats[41].tolist() == [-1, -1]
    # One listing instead of forty questions; the one that was not in it is asked for.
    assert sum(name.startswith("info") for name in store.asked) == 1
    before = store.asked.copy()
    assert (file_stats(files[:40]) == stats[1:41]).all()
    assert store.asked == before
    assert content_hashes(files[40:]) == [b""]


def test_a_store_that_is_silent_has_not_lost_its_objects(store: FaultyStore) -> None:
    def silent(*args: object, **options: object) -> None:
        raise ConnectionResetError

    store.ls = store.info = silent  # type: ignore[method-assign,assignment]
    for count in (3, 40):
        with pytest.raises(UserError, match="cannot be read or written"):
            look_at_all([f"{BUCKET}/d/{number}.png" for number in range(count)])


def test_too_large_is_not_fetched(store: FaultyStore) -> None:
    store.pipe_file(PATH, b"x")
    known_objects().put([RemoteObject(URL, 1 << 30, "")])
    with pytest.raises(UnreadableImage, match="larger than 512 MiB"):
        read_bytes(place(URL))
    assert not store.asked[f"get {PATH}"]


# The cache


def test_what_was_read_longest_ago_goes_first(tmp_path: Path) -> None:
    kept = KeptBytes(tmp_path, 40_000)
    objects = [RemoteObject(f"s3://b/{n}", 1000, "") for n in range(60)]
    for age, found in enumerate(objects):
        kept.put(found, bytes(1000))
        file = kept._file(found)
        if file.exists():
            os.utime(file, (age * 10_000 + 10, age * 10_000 + 10))
    kept.get(objects[35])  # read just now
    kept.clear_excess()
    held = [n for n, found in enumerate(objects) if kept.has(found)]
    size = sum(file.stat().st_size for file in tmp_path.rglob("??*/*"))
    assert size <= 40_000 and len(held) >= 30
    assert 35 in held and held[-1] == 59 and 0 not in held


def test_a_damaged_copy_is_fetched_again(store: FaultyStore) -> None:
    store.pipe_file(PATH, picture(1))
    read_object(URL)
    known = known_objects().get(URL)
    assert known is not None
    file = kept_bytes()._file(known)
    content = bytearray(file.read_bytes())
    content[10] ^= 1
    for damaged in (bytes(content), bytes(content[:50]), b""):
        file.write_bytes(damaged)
        assert read_object(URL) == picture(1)


def test_a_full_disk_keeps_nothing_and_loses_nothing(
    store: FaultyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    store.pipe_file(PATH, picture(1))
    monkeypatch.setattr(Path, "write_bytes", full)
    assert read_object(URL) == picture(1)
    assert read_object(URL) == picture(1)


def test_many_write_and_clear_one_cache(tmp_path: Path) -> None:
    """Several processes are several objects of the folder, as far as it can tell."""
    caches = [KeptBytes(tmp_path, 30_000) for _ in range(4)]

    def work(at: int) -> None:
        found = RemoteObject(f"s3://b/{at % 50}", 1000, "")
        data = bytes([at % 50]) * 1000
        cache = caches[at % 4]
        got = cache.get(found)
        assert got in (None, data)
        cache.put(found, data)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(400)))
    assert not list(tmp_path.rglob(".*"))


def test_a_damaged_table_of_known_objects_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "known.sqlite"
    file.write_bytes(b"no database" * 1000)
    known = KnownObjects(file)
    found = RemoteObject("s3://b/a", 1, "x")
    known.put([found])
    assert known.get("s3://b/a") == found
    known.close()
