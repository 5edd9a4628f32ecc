"""Stores for tests: one in memory with faults, and a real S3 server with a bad line to it."""

import io
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from PIL import Image

from lnl_gui.remote import reading, requests, stores

BUCKET = "gs://bucket"


class FaultyStore(MemoryFileSystem):
    """Objects in memory; `faults` maps a path to errors and cut answers, used up one by one."""

    cachable = False
    store: dict[str, Any] = {}  # noqa: RUF012  each test has its own, set below
    pseudo_dirs = [""]  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.store, self.pseudo_dirs = {}, [""]
        self.faults: dict[str, list[Exception | int]] = {}
        self.asked: Counter[str] = Counter()
        self.at_once, self.most_at_once, self.slow = 0, 0, 0.0
        self._counting = threading.Lock()

    def cat_file(self, path: str, *args: Any, **options: Any) -> bytes:
        with self._counting:
            self.asked[f"get {path}"] += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            time.sleep(self.slow)
            left = self.faults.get(path, [])
            fault = left.pop(0) if left else None
            if isinstance(fault, Exception):
                raise fault
            data: bytes = super().cat_file(path, *args, **options)
            return data if fault is None else data[:fault]
        finally:
            with self._counting:
                self.at_once -= 1

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        self.asked[f"info {path}"] += 1
        found: dict[str, Any] = super().info(path, **options)
        return found

    def ls(self, path: str, detail: bool = True, **options: Any) -> Any:
        self.asked[f"ls {path}"] += 1
        return super().ls(path, detail=detail, **options)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The longest each wait could have been; none is made."""
    waits: list[float] = []
    monkeypatch.setattr(requests, "wait", waits.append)
    return waits


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, no_waiting: list[float]) -> Iterator[FaultyStore]:
    """What `gs://` URLs lie in."""
    files = FaultyStore()
    monkeypatch.setattr(stores, "_store", lambda *where: stores.Store(files))
    reading.failures.clear()
    yield files
    reading.failures.clear()


def picture(number: int, side: int = 24) -> bytes:
    """The bytes of a PNG of its own."""
    stream = io.BytesIO()
    pixels = np.random.default_rng(number).integers(0, 255, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()
