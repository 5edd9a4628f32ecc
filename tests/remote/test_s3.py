"""A real S3 server over a bad line: listing, reading, writing, with faults on the way."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.cli.context import TerminalContext
from lnl_gui.pipeline.output.remote_export import export_to_url
from lnl_gui.remote import listing
from lnl_gui.remote.copying import refuse_occupied, refuse_unwritable, write_folder
from lnl_gui.remote.errors import RemoteError
from lnl_gui.remote.listing import is_object, pages_below
from lnl_gui.remote.reading import failures, look_at_all, read_object
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import no_progress
from tests.remote.bad_line import BUSY, CUT, FORBIDDEN, GONE, RESET, SLOW
from tests.remote.conftest import picture
from tests.remote.s3 import KEY, S3, SECRET, s3_server

pytestmark = [
    # Its own server and clients leave sockets to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[S3]:
    with pytest.MonkeyPatch.context() as patch, s3_server(patch) as found:
        yield found


@pytest.fixture
def s3(server: S3, no_waiting: list[float]) -> Iterator[S3]:
    failures.clear()
    server.line.asked.clear()
    yield server
    server.line.fault = lambda method, path: ""
    for key in server.names():
        server.client.delete_object(Bucket="bucket", Key=key)


def once(fault: str, method: str = "GET") -> "Once":
    return Once(fault, method)


class Once:
    """A fault of the first request of a method for each path."""

    def __init__(self, fault: str, method: str) -> None:
        self._fault, self._method, self._met = fault, method, set[str]()

    def __call__(self, method: str, path: str) -> str:
        if method != self._method or path in self._met:
            return ""
        self._met.add(path)
        return self._fault


@pytest.mark.parametrize("fault", [SLOW, BUSY, CUT, RESET])
def test_reading_over_a_bad_line(s3: S3, fault: str) -> None:
    s3.put("d/ü 1#.png", picture(1))
    s3.line.fault = once(fault)
    assert read_object("s3://bucket/d/ü 1#.png") == picture(1)
    assert s3.line.asked[f"GET {fault}"] == 1
    assert s3.line.asked["GET"] == (0 if fault == SLOW else 1)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (CUT, r"cut short|checksum"),
        (FORBIDDEN, "no permission"),
        (GONE, "file not found"),
        (BUSY, r"503|busy|reduce|Unavailable"),
    ],
)
def test_what_stays_is_named(s3: S3, fault: str, words: str) -> None:
    s3.put("a.png", picture(1))
    s3.line.fault = lambda method, path: fault if method == "GET" else ""
    with pytest.raises(RemoteError, match=f"(?i){words}") as caught:
        read_object("s3://bucket/a.png")
    assert caught.value.gone == (fault == GONE)


def test_listing_by_page(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 10)
    for number in range(23):
        s3.put(f"d/{number % 3}/{number}.txt", b"x" * (number % 7))
    s3.put("d/folder/", b"")
    s3.put("dd/other", b"")
    s3.line.fault = once(BUSY)
    pages = list(pages_below("s3://bucket/d"))
    # The object that stands for a folder is in one of them.
    assert len(pages) == 3 and sum(map(len, pages)) == 23
    assert s3.line.asked["GET"] == 3
    sizes = {found.url: found.size for page in pages for found in page}
    assert sizes == {f"s3://bucket/d/{n % 3}/{n}.txt": n % 7 for n in range(23)}
    assert is_object("s3://bucket/d/0/0.txt") and not is_object("s3://bucket/d")
    # What was listed just now is not asked for.
    before = s3.line.asked.copy()
    seen = look_at_all(sorted(sizes))
    assert {found.url: found.size for found in seen if found} == sizes
    assert s3.line.asked == before


def fill(folder: Path) -> Path:
    for name in ("images/cat/1.png", "images/dog/2.png", "samples.csv", "manifest.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode() * 50)
    return folder


def write(folder: Path, url: str, sources: dict[str, str] | None = None) -> int:
    return write_folder(
        folder, url, last="manifest.json", sources=sources or {}, progress=no_progress
    )


def test_a_folder_arrives_whole_and_its_mark_last(s3: S3, tmp_path: Path) -> None:
    folder = fill(tmp_path / "e")
    written: list[str] = []

    def fault(method: str, path: str) -> str:
        if method == "PUT":
            written.append(path)
        return BUSY if written.count(path) == 1 and method == "PUT" else ""

    s3.line.fault = fault
    assert write(folder, "s3://bucket/out") == 0
    assert written[-1].partition("?")[0].endswith("/out/manifest.json")
    assert {key: s3.get(key) for key in s3.names("out/")} == {
        f"out/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }
    with pytest.raises(UserError, match="already holds something"):
        refuse_occupied("s3://bucket/out")


def test_where_nothing_can_be_written_the_work_does_not_begin(s3: S3) -> None:
    s3.line.fault = lambda method, path: FORBIDDEN if method == "PUT" else ""
    made: list[ExportParameters] = []

    def export(parameters: ExportParameters) -> dict[str, Any]:
        made.append(parameters)
        return {}

    parameters = ExportParameters("s3://bucket/out")
    with pytest.raises(UserError, match=r"s3://bucket/out.*gives no permission"):
        export_to_url("s3://bucket/out", parameters, TerminalContext(quiet=True), export)
    assert (made, s3.names("out/")) == ([], [])


def test_trying_to_write_leaves_nothing(s3: S3) -> None:
    s3.line.fault = lambda method, path: ""
    refuse_unwritable("s3://bucket/out")
    assert s3.line.asked["PUT"] == 1
    assert s3.names("out") == []


def test_a_broken_export_leaves_nothing(s3: S3, tmp_path: Path) -> None:
    s3.line.fault = lambda method, path: BUSY if method == "PUT" and "dog" in path else ""
    with pytest.raises(UserError, match="cannot be read or written"):
        write(fill(tmp_path / "e"), "s3://bucket/out")
    assert s3.names("out/") == []


def test_the_store_copies_what_it_has(s3: S3, tmp_path: Path) -> None:
    folder = fill(tmp_path / "e")
    sources = {}
    for name in ("images/cat/1.png", "images/dog/2.png"):
        s3.put(f"from/{name}", (folder / name).read_bytes())
        sources[name] = f"s3://bucket/from/{name}"
    look_at_all(list(sources.values()))
    # This one is another picture by now, of the same length.
    s3.put("from/images/dog/2.png", b"X" * (folder / "images/dog/2.png").stat().st_size)
    assert write(folder, "s3://bucket/out", sources) == 1
    for name in sources:
        assert s3.get(f"out/{name}") == (folder / name).read_bytes(), name


def test_no_credentials_is_said(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    from lnl_gui.remote import stores

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    stores._store.cache_clear()
    try:
        with pytest.raises(RemoteError, match="no credentials were found"):
            read_object("s3://bucket/a.png")
    finally:
        stores._store.cache_clear()


def test_no_key_is_logged(s3: S3, logged: io.StringIO) -> None:
    s3.line.fault = lambda method, path: BUSY
    with pytest.raises(RemoteError):
        read_object("s3://bucket/a.png")
    assert SECRET not in logged.getvalue() and KEY not in logged.getvalue()
