"""A copy of a project on another machine: what a job reads is sent, what it makes comes back.

Files travel as tar streams through `ssh`, which every POSIX machine reads. A list on the host says
what it has, by size and time, so that only what is new is sent; it is written after every portion,
so that a lost connection costs one. An image that is gone here is deleted there: a job would take
it for one that is not missing. What comes back lies beside the project until all of it is there.
The result that makes a run whole is not among it: whoever fetched the rest writes it last.
"""

import hashlib
import json
import os
import platform
import shlex
import shutil
import sqlite3
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from lnl_gui.containers.location import outer_path, parse_location, url_of
from lnl_gui.jobs.remote_commands import newer_files
from lnl_gui.jobs.remote_host import RemoteHost, close_pipes
from lnl_gui.store.database.containment import (
    ARRAYS,
    BACKUPS,
    DATABASE,
    LOCK,
    LOCK_NOTE,
    MODELS,
    RUNS,
    check_identifier,
    is_inside,
)
from lnl_gui.store.jobs.runs import LOG, RESULT
from lnl_gui.store.project import open_project
from lnl_gui.store.review.standing_samples import load_samples
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.renaming import rename_over
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext

HOME = ".lnl-gui/projects"
"""On the host, below the user's folder."""
IMAGES, PROJECT = "images", "project.lnl"
_LIST = "sent.json"
_COMING = ".from-host-"
"""Begins the name of the folder where what comes lies until all of it is there."""
_PORTION = 256 << 20
_TOLD_EVERY = 1 << 20
"""Bytes sent between two looks whether the job was cancelled."""
_LEFT_OUT = (BACKUPS, "exports", MODELS, RUNS)
"""Folders of a project that no job reads; of the runs those alone that hold arrays."""
_MADE = (ARRAYS, MODELS, RUNS)
"""Folders of a project that jobs write to."""
_NOT_SENT = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LOCK, LOCK_NOTE)

Stamp = list[int]
"""Size in bytes and time of change in nanoseconds."""
_UNDER_WAY: Stamp = [-1, 0]
"""Stands for a file that may be on the host in part, as no file has it."""
Tell = Callable[[int], None]
"""Is told of bytes that were sent; may raise `Cancelled`."""


def _nobody(_: int) -> None:
    """Is not interested."""


@dataclass(frozen=True)
class RemoteProject:
    """A project's copy on a host.

    Attributes:
        host: where.
        project: the project here.
        folder: of the copy, absolute, on the host.
    """

    host: RemoteHost
    project: Path
    folder: PurePosixPath

    @classmethod
    def on(cls, host: RemoteHost, project: Path) -> "RemoteProject":
        """The place of a project's copy, which is made.

        Raises:
            UserError: when the host cannot be reached.
        """
        # Two machines may have projects of one name.
        key = f"{platform.node()}|{project.resolve()}"
        name = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        wanted = f"{HOME}/{name}"
        # Not every server begins in the home.
        command = (
            f"cd && mkdir -p {wanted}/{IMAGES} {wanted}/{PROJECT}/{RUNS} && cd {wanted} && pwd"
        )
        found = host.run(command).decode("utf-8", "replace").strip().splitlines()
        return cls(host, project, PurePosixPath(found[-1] if found else "/"))

    def send(self, run_id: str, context: JobContext, *, images: bool) -> None:
        """Send what has changed.

        Args:
            run_id: the run that is to begin; what the host has of it stays.
            context: of the job.
            images: whether the job reads the original images.

        Raises:
            UserError: when the host cannot be reached, or its disk is full.
            Cancelled: between two portions.
        """
        there = self._there()
        wanted = dict(self._files(run_id))
        if images:
            wanted |= dict(self._images())
            there = self._without_deleted(there, wanted)
        stamps = {name: _stamp(file) for name, file in wanted.items()}
        todo = [name for name in wanted if there.get(name) != stamps[name]]
        if todo:
            # A lost connection leaves some of them there; only what is listed can be deleted.
            there |= dict.fromkeys(todo, _UNDER_WAY)
            self._keep(there)
        size, done = sum(stamps[name][0] for name in todo), 0
        stage = message("sending to {host}", host=self.host.name)

        def tell(sent: int) -> None:
            nonlocal done
            done += sent
            context.progress(stage, min(done, size) >> 20, max(1, size >> 20))

        for portion in _portions(todo, stamps):
            self._pack([(name, wanted[name]) for name in portion], tell)
            there |= {name: stamps[name] for name in portion}
            self._keep(there)
        with tempfile.TemporaryDirectory(prefix="lnl-send-") as folder:
            copy = Path(folder) / DATABASE
            self._copy_database(copy)
            # With what belongs to the one before, which would be taken for a part of this one.
            self.run(f"rm -f {PROJECT}/{DATABASE}*")
            self._pack([(f"{PROJECT}/{DATABASE}", copy)])
        # Whatever is newer than its mark the run has made, also before the connection was lost.
        mark = shlex.quote(_mark(run_id))
        self.run(
            f"mkdir -p {PROJECT}/{RUNS}/{shlex.quote(run_id)} && (test -e {mark} || touch {mark})"
        )
        context.progress(stage, max(1, size >> 20), max(1, size >> 20))

    def _without_deleted(
        self, there: dict[str, Stamp], wanted: Mapping[str, Path]
    ) -> dict[str, Stamp]:
        """Delete images on the host that are gone here, where a job would call them missing.

        Before anything is sent: where case makes no name, `A.png` renamed is `a.png`.
        """
        gone = {
            name
            for name in there
            if name not in wanted
            and (parts := PurePosixPath(name).parts)[:1] == (IMAGES,)
            and ".." not in parts
        }
        if not gone:
            return there
        names = "".join(f"./{name}\0" for name in gone).encode("utf-8", "surrogateescape")
        self.run("xargs -0 rm -f", names)
        left = {name: there[name] for name in there.keys() - gone}
        self._keep(left)
        return left

    def fetch(self, run_id: str, context: JobContext) -> None:
        """Bring back what the job has made but its result; all of it or nothing.

        Raises:
            UserError: when the connection is lost, or the disk here is full.
            Cancelled: between two files; nothing has come then, and the host keeps it.
        """
        left_there = (f"*/{DATABASE}*", f"*/{LOCK}*", "*/parts/*")
        made = newer_files(self.folder / PROJECT, _mark(run_id), but=left_there)
        for leftover in self.project.glob(f"{_COMING}*"):  # of a process that was killed
            shutil.rmtree(leftover, ignore_errors=True)
        there = self._there()
        count = int(self.host.run(f"{made} | wc -l").split()[0])
        stage = message("fetching from {host}", host=self.host.name)
        # Written here: the first two are of this run, and say more than those of the host.
        left = {f"{RUNS}/{run_id}/{name}" for name in (RESULT, LOG)}
        try:
            with tempfile.TemporaryDirectory(dir=self.project, prefix=_COMING) as folder:
                names: list[str] = []
                context.progress(stage, 0, max(1, count))
                for name in self._unpacked(f"{made} | tar -cf - -T -", Path(folder), there, left):
                    names.append(name)
                    context.progress(stage, min(len(names), count), max(1, count))
                for name in names:
                    target = self.project / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    rename_over(Path(folder) / name, target)
        except OSError as error:
            raise as_user_error(error, message("keep what came from the host")) from error
        self._keep(there | self._fetched(names))

    def _fetched(self, names: list[str]) -> dict[str, Stamp]:
        # Both sides have them: they are not sent again.
        return {f"{PROJECT}/{name}": _stamp(self.project / name) for name in names}

    def _unpacked(
        self, command: str, folder: Path, there: dict[str, Stamp], left: set[str]
    ) -> Iterator[str]:
        process = self.host.start(command)
        said: list[bytes] = []
        reading = _drained(process.stderr, said)
        whole = False
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as stream:
                for member in stream:
                    name = str(PurePosixPath(member.name))
                    # A host is trusted to compute, not to choose files of this machine.
                    if not member.isfile() or not is_inside(folder, name) or name in left:
                        continue
                    if PurePosixPath(name).parts[0] not in _MADE:
                        continue
                    # Sent, and untouched since: it may be another here by now.
                    if _is_as_sent(member, there.get(f"{PROJECT}/{name}")):
                        continue
                    _write(stream, member, folder / name)
                    yield name
            whole = True
        except tarfile.TarError as error:
            raise lost(self.host) from error
        finally:
            if not whole:
                process.kill()
            code = process.wait()
            reading.join()
            close_pipes(process)
        self.host.check(code, b"".join(said))

    def _pack(self, files: list[tuple[str, Path]], tell: Tell = _nobody) -> None:
        process = self.host.start(f"cd {shlex.quote(str(self.folder))} && tar -xf -")
        said: list[bytes] = []
        reading = _drained(process.stderr, said)
        assert process.stdin is not None
        try:
            # Two names of one file are two files: which of them are sent differs.
            with tarfile.open(
                fileobj=process.stdin, mode="w|", format=tarfile.PAX_FORMAT, dereference=True
            ) as out:
                for name, file in files:
                    with file.open("rb") as stream:
                        entry = _entry(out.gettarinfo(arcname=name, fileobj=stream), stream)
                        out.addfile(entry, _Told(stream, tell))
            process.stdin.close()
        except BrokenPipeError:
            # What it said tells why: the disk is full, the connection is lost.
            pass
        except OSError as error:
            process.kill()
            raise as_user_error(error, message("send files to the host")) from error
        except BaseException:  # cancelled
            process.kill()
            raise
        finally:
            code = process.wait()
            reading.join()
            close_pipes(process)
        self.host.check(code, b"".join(said))

    def _there(self) -> dict[str, Stamp]:
        text = self.run(f"cat {_LIST} 2>/dev/null || true")
        try:
            found = json.loads(text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _keep(self, there: dict[str, Stamp]) -> None:
        self.run(f"cat > {_LIST}.new && mv {_LIST}.new {_LIST}", json.dumps(there).encode())

    def run(self, command: str, data: bytes = b"") -> bytes:
        """What a command prints that is run in the copy's folder, see `RemoteHost.run`."""
        return self.host.run(f"cd {shlex.quote(str(self.folder))} && {command}", data)

    def _files(self, run_id: str) -> Iterator[tuple[str, Path]]:
        """Files of the project but the database, by their names on the host."""
        for file in sorted(self.project.rglob("*")):
            parts = file.relative_to(self.project).parts
            own = parts[0] not in _LEFT_OUT or (parts[0] == RUNS and _read_later(parts, run_id))
            hidden = any(part.startswith(_COMING) or part == "parts" for part in parts)
            if own and not hidden and parts[-1] not in _NOT_SENT and file.is_file():
                yield "/".join((PROJECT, *parts)), file

    def _images(self) -> Iterator[tuple[str, Path]]:
        with open_project(self.project, read_only=True) as opened:
            root, texts = opened.dataset_root, load_samples(opened).files
        found = [parse_location(root, text) for text in texts]
        # What lies at a URL the host reads for itself.
        for file in sorted({outer_path(one) for one in found if url_of(one) is None}):
            if not file.is_relative_to(root):
                raise UserError(
                    message("{file} lies outside the dataset's folder.", file=file),
                    message("Such a dataset can be worked on here only."),
                    code="image_elsewhere",
                )
            if file.is_file():
                yield f"{IMAGES}/{file.relative_to(root).as_posix()}", file

    def _copy_database(self, copy: Path) -> None:
        """The database as it is now, with the images where the host has them."""
        source = self.project / DATABASE
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as here,
            closing(sqlite3.connect(copy)) as there,
        ):
            # One state of it, while a person goes on giving verdicts.
            here.backup(there)
            there.execute("PRAGMA journal_mode = DELETE")
            for key, value in (
                ("root_absolute", str(self.folder / IMAGES)),
                ("root_relative", f"../{IMAGES}"),
            ):
                there.execute("UPDATE meta SET value = ? WHERE key = ?", (value, key))
            there.commit()


def _read_later(parts: tuple[str, ...], run_id: str) -> bool:
    """Whether a file of a run may be read by another one; what the host has of its own stays."""
    return len(parts) > 2 and parts[1] != run_id


def _mark(run_id: str) -> str:
    return f"begun-{check_identifier(run_id)}"


def _is_as_sent(member: tarfile.TarInfo, sent: Stamp | None) -> bool:
    # To the second, as the tar of most machines says it.
    return sent is not None and member.size == sent[0] and abs(member.mtime - sent[1] / 1e9) <= 1


def _write(stream: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Write a file of the archive with the time it has there, and nothing else of it.

    By hand: that `extract` keeps owners and special bits out came with Python 3.11.4, and Debian 12
    has 3.11.2.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    content = stream.extractfile(member)
    assert content is not None  # of a link or a folder alone
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)
    os.utime(target, (member.mtime, member.mtime))


def _entry(entry: tarfile.TarInfo, stream: IO[bytes]) -> tarfile.TarInfo:
    # Whoever unpacks it as root must not give it to a user of that number there.
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    # To the nanosecond, which a float is not: an embedding keeps the times of its images, and the
    # next update here would else read all of them again.
    seconds, rest = divmod(os.fstat(stream.fileno()).st_mtime_ns, 10**9)
    entry.pax_headers = {"mtime": f"{seconds}.{rest:09d}"}
    return entry


class _Told:
    """A file that tells how much of it was read."""

    def __init__(self, stream: IO[bytes], tell: Tell) -> None:
        self._stream, self._tell, self._untold = stream, tell, 0

    def read(self, size: int = -1) -> bytes:
        """As a file's."""
        found = self._stream.read(size)
        self._untold += len(found)
        if self._untold >= _TOLD_EVERY or len(found) < size:
            self._tell(self._untold)
            self._untold = 0
        return found


def _stamp(file: Path) -> Stamp:
    found = file.stat()
    return [found.st_size, found.st_mtime_ns]


def _portions(names: list[str], stamps: dict[str, Stamp]) -> Iterator[list[str]]:
    portion: list[str] = []
    size = 0
    for name in names:
        portion.append(name)
        size += stamps[name][0]
        if size >= _PORTION:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _drained(stream: IO[bytes] | None, into: list[bytes]) -> threading.Thread:
    """Reads what a process says while its other streams are busy; a full pipe would stop it."""
    assert stream is not None
    thread = threading.Thread(target=lambda: into.append(stream.read()), daemon=True)
    thread.start()
    return thread


def lost(host: RemoteHost) -> UserError:
    """What to raise when the link to a host has gone."""
    return UserError(
        message("The connection to {host} was lost.", host=host.name),
        message("Start the same again; it goes on with what the host has finished."),
        code="connection_lost",
        retryable=True,
    )
