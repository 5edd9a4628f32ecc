"""What a kill can leave on the disk, of one run of a job: a copy before every change of a file.

A process that is killed before a change leaves what lies in its folders then. So that not each kill
costs the way up to it, one process goes all the way and copies its folders wherever they have
changed; two kills between which nothing changed are one.
"""

import hashlib
import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.campaign.faults import done_apart, watch

_NAMES = re.compile(r"[0-9a-f]{8,}|\d+")


@dataclass(frozen=True)
class State:
    """Folders as a kill leaves them."""

    number: int
    """of the change before which it is"""
    kind: str
    """the change, without what numbers and identifiers make different"""
    copies: tuple[Path, ...]

    def restore(self, folders: Sequence[Path]) -> None:
        """Put everything back where it was."""
        for folder, copy in zip(folders, self.copies, strict=True):
            shutil.rmtree(folder, ignore_errors=True)
            if copy.exists():
                shutil.copytree(copy, folder, symlinks=True)


def record_states(
    act: Callable[[], str], folders: Sequence[Path], place: Path
) -> tuple[list[State], int, str]:
    """Every state that a kill of `act` can leave, of how many changes, and what it returns.

    Raises:
        AssertionError: when it fails.
    """
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)

    def recorded() -> str:
        recorder = _Recorder(folders, place)
        watch(recorder.note)
        found = act()
        recorder.done = True
        return json.dumps([recorder.changes, recorder.found, found])

    changes, found, value = json.loads(done_apart(recorded))
    states = [
        State(number, kind, tuple(place / str(number) / str(i) for i in range(len(folders))))
        for number, kind in found
    ]
    return states, changes, value


class _Recorder:
    def __init__(self, folders: Sequence[Path], place: Path) -> None:
        self.changes = 0
        self.found: list[tuple[int, str]] = []
        self.done = False
        self._folders, self._place = folders, place
        self._seen: set[str] = set()
        self._one_at_a_time = threading.RLock()

    def note(self, what: str) -> None:
        """Copy the folders where they are as they never were."""
        with self._one_at_a_time:
            if self.done:
                return
            # What is noted here changes files itself.
            self.done = True
            try:
                self._note(what)
            finally:
                self.done = False

    def _note(self, what: str) -> None:
        self.changes += 1
        before = self._signature()
        while before not in self._seen:
            copy = self._place / str(self.changes)
            self._copy(copy)
            after = self._signature()
            # Another thread wrote meanwhile: no kill leaves half of before, half of after.
            if after == before:
                self._seen.add(before)
                self.found.append((self.changes, self._kind(what)))
            else:
                shutil.rmtree(copy)
                before = after

    def _copy(self, copy: Path) -> None:
        for number, folder in enumerate(self._folders):
            if folder.exists():
                shutil.copytree(folder, copy / str(number), symlinks=True)
        copy.mkdir(exist_ok=True)

    def _signature(self) -> str:
        found = hashlib.sha256()
        for folder in self._folders:
            for path, names, files in os.walk(folder):
                names.sort()
                found.update("\0".join([path, *names]).encode())
                for file in sorted(files):
                    found.update(f"\0{file}\0".encode() + self._content(Path(path, file)))
        return found.hexdigest()

    def _content(self, file: Path) -> bytes:
        try:
            return hashlib.sha256(file.read_bytes()).digest()
        except FileNotFoundError:
            return b""

    def _kind(self, what: str) -> str:
        for folder in self._folders:
            what = what.replace(str(folder), "")
        return _NAMES.sub("#", what)


def first_of_each_kind(states: Sequence[State], *, every: int) -> list[State]:
    """The first and the last state before each kind of change, and each n-th of all."""
    first = {state.kind: state.number for state in reversed(states)}
    last = {state.kind: state.number for state in states}
    chosen = {*first.values(), *last.values()} | {s.number for s in states[::every]}
    return [state for state in states if state.number in chosen]
