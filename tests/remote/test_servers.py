"""The web and SFTP: servers of this machine, by the real clients."""

import os
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.containers.location import url_of
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.pipeline.datasets.matching.content import file_stats
from lnl_gui.remote import stores
from lnl_gui.remote.copying import write_folder
from lnl_gui.remote.errors import RemoteError
from lnl_gui.remote.listing import pages_below
from lnl_gui.remote.reading import failures, read_object
from lnl_gui.util.progress import no_progress
from tests.remote.conftest import picture

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two classes of three, with a table."""
    folder, rows = tmp_path / "flowers", ["path,label"]
    for number in range(6):
        name = ("rose", "tulip")[number % 2]
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / f"{number} ü.png").write_bytes(picture(number))
        rows.append(f"{name}/{number} ü.png,{name}")
    (folder / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def fresh(no_waiting: list[float]) -> Iterator[None]:
    stores._store.cache_clear()
    failures.clear()
    yield
    stores._store.cache_clear()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def web(data: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(data)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_table_on_the_web(web: str, data: Path) -> None:
    listing = read_dataset(Path(f"{web}/labels.csv"))
    files = [record.file for record in listing.records]
    assert url_of(files[0]) == f"{web}/rose/0%20%C3%BC.png"
    assert [read_bytes(file) for file in files] == [picture(number) for number in range(6)]
    stats = file_stats(files)
    assert stats[:, 0].tolist() == [len(picture(number)) for number in range(6)]
    (data / "rose" / "0 ü.png").unlink()
    failures.clear()
    with pytest.raises(RemoteError, match="file not found"):
        read_object(f"{web}/rose/0.png")


def test_a_folder_of_the_web_has_no_list(web: str) -> None:
    with pytest.raises(RemoteError, match="does not tell what lies in a folder"):
        list(pages_below(web))


# SFTP


@pytest.fixture
def sftp(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server of one folder, known to this person's `ssh`."""
    paramiko = pytest.importorskip("paramiko")
    key = paramiko.RSAKey.generate(2048)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    transports: list[Any] = []

    class Door(paramiko.ServerInterface):  # type: ignore[misc,name-defined]
        def check_auth_publickey(self, username: str, key: object) -> int:
            return int(paramiko.AUTH_SUCCESSFUL)

        def check_channel_request(self, kind: str, chanid: int) -> int:
            return int(paramiko.OPEN_SUCCEEDED)

        def get_allowed_auths(self, username: str) -> str:
            return "publickey"

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _files(paramiko, data))
            transport.start_server(server=Door())
            transports.append(transport)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    paramiko.RSAKey.generate(2048).write_private_key_file(str(home / ".ssh" / "id_rsa"))
    known = f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n"
    (home / ".ssh" / "known_hosts").write_text(known)
    yield f"sftp://me@127.0.0.1:{port}"
    for transport in transports:
        transport.close()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


def _files(paramiko: Any, root: Path) -> Any:
    """The folder as an SFTP server shows it."""

    class Files(paramiko.SFTPServerInterface):  # type: ignore[misc,name-defined]
        def _here(self, path: str) -> Path:
            return root / path.lstrip("/")

        def _said(self, work: Any) -> Any:
            try:
                return work()
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno)

        def list_folder(self, path: str) -> Any:
            def work() -> list[Any]:
                return [
                    paramiko.SFTPAttributes.from_stat(entry.stat(), entry.name)
                    for entry in self._here(path).iterdir()
                ]

            return self._said(work)

        def stat(self, path: str) -> Any:
            here = self._here(path)
            return self._said(lambda: paramiko.SFTPAttributes.from_stat(here.stat()))

        lstat = stat

        def mkdir(self, path: str, attributes: object) -> Any:
            return self._said(lambda: (self._here(path).mkdir(), 0)[1])

        def remove(self, path: str) -> Any:
            return self._said(lambda: (self._here(path).unlink(), 0)[1])

        def open(self, path: str, flags: int, attributes: object) -> Any:
            def work() -> Any:
                handle = paramiko.SFTPHandle(flags)
                writes = flags & (os.O_WRONLY | os.O_RDWR)
                stream = self._here(path).open("wb" if writes else "rb")
                handle.readfile = handle.writefile = stream
                return handle

            return self._said(work)

    return Files


def test_a_folder_on_a_server(sftp: str, data: Path, tmp_path: Path) -> None:
    listing = read_dataset(Path(f"{sftp}/"), reader="class-folders")
    assert {record.path: record.label for record in listing.records} == {
        f"{name}/{number} ü.png": name
        for number in range(6)
        for name in [("rose", "tulip")[number % 2]]
    }
    for record in listing.records:
        assert read_bytes(record.file) == (data / record.path).read_bytes()
    made = tmp_path / "made"
    (made / "a").mkdir(parents=True)
    (made / "a" / "1.png").write_bytes(picture(1))
    (made / "manifest.json").write_text("{}")
    write_folder(made, f"{sftp}/out", last="manifest.json", sources={}, progress=no_progress)
    assert (data / "out" / "a" / "1.png").read_bytes() == picture(1)
    assert (data / "out" / "manifest.json").read_text() == "{}"


def test_an_unknown_server_is_not_believed(sftp: str) -> None:
    (Path.home() / ".ssh" / "known_hosts").write_text("")
    with pytest.raises((RemoteError, UnreadableImage), match="is not known here"):
        read_object(f"{sftp}/rose/0 ü.png")
