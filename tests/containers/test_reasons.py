"""What the machine says of a file is told from what its bytes say."""

import errno
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from lnl_gui.containers import pool
from lnl_gui.containers.errors import ContainerError, is_of_machine, reason_of
from lnl_gui.containers.location import Member
from lnl_gui.containers.pixels import Pixels
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.remote.errors import OFTEN, RemoteError, gone
from lnl_gui.remote.requests import as_remote_error
from lnl_gui.util.messages import from_text, message, to_text

OF_MACHINE = [
    FileNotFoundError(errno.ENOENT, "No such file"),
    PermissionError(errno.EACCES, "Permission denied"),
    OSError(errno.EIO, "Input/output error"),
    OSError(errno.ESTALE, "Stale file handle"),
    MemoryError(),
    gone(),
    as_remote_error(TimeoutError("timed out")),
    RemoteError(OFTEN.with_fields(reason=as_remote_error(OSError("x")).reason, tries=3)),
]
OF_BYTES = [
    zipfile.BadZipFile("Bad CRC-32"),
    OSError("image file is truncated"),
    OSError(errno.EINVAL, "Invalid argument"),
    ValueError("not an image"),
    ContainerError(message("cut short: it holds no whole record")),
    RemoteError(message("larger than {limit} MiB", limit=512)),
    RemoteError(OFTEN.with_fields(reason=message("larger than {limit} MiB", limit=1), tries=3)),
]


@pytest.mark.parametrize("error", OF_MACHINE + OF_BYTES, ids=repr)
def test_the_two_kinds_of_reason_are_told_apart_also_once_stored(error: Exception) -> None:
    reason = reason_of(error)
    assert is_of_machine(reason) == (error in OF_MACHINE)
    assert is_of_machine(from_text(to_text(reason))) == (error in OF_MACHINE)


@pytest.mark.parametrize("error", OF_MACHINE[:5], ids=repr)
def test_a_file_that_the_machine_does_not_give_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")

    def refuse(_file: Path) -> bytes:
        raise error

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UnreadableImage) as caught:
        read_bytes(tmp_path / "a.png")
    assert is_of_machine(caught.value.reason)


def test_what_is_no_file_is_not_blamed_on_the_machine(tmp_path: Path) -> None:
    for place in (tmp_path, Path("a\0b.png")):
        with pytest.raises(UnreadableImage) as caught:
            read_bytes(place)
        assert not is_of_machine(caught.value.reason)


def test_a_container_that_was_refused_once_is_opened_again(tmp_path: Path) -> None:
    file = tmp_path / "set.npz"
    file.write_bytes(b"any")
    answers: list[Exception | None] = [PermissionError(errno.EACCES, "Permission denied"), None]

    class Opened:
        def read(self, key: str) -> bytes | Pixels:
            return io.BytesIO(key.encode()).getvalue()

        def close(self) -> None:
            pass

    def opened(_kind: str, _path: Path) -> Opened:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        return Opened()

    containers = pool.OpenContainers(opened=opened)
    member = Member(file, "array", "images/0")
    with pytest.raises(ContainerError) as caught:
        containers.read(member)
    assert is_of_machine(caught.value.reason)
    assert containers.read(member) == b"images/0"
    containers.close()
