"""The row of the cache: its size, "Clear", and an end with the dialog."""

import threading
import time

import pytest
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import cache_row
from lnl_gui.gui.dialogs.cache_row import CacheRow
from lnl_gui.gui.dialogs.preferences import Preferences, PreferencesDialog
from lnl_gui.store.dataset.thumbnails import store_thumbnail, thumbnail_bytes
from lnl_gui.util.progress import Progress

WAIT = 30_000


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "reading"]


def test_the_size_is_told_and_clearing_empties_the_cache(qtbot: QtBot) -> None:
    for name in ("a", "b"):
        store_thumbnail(name * 32, bytes(3_000_000))
    row = CacheRow()
    qtbot.addWidget(row)
    assert row.said.text() == "Counting…" and not row.clear.isEnabled()
    qtbot.waitUntil(row.clear.isEnabled, timeout=WAIT)
    assert row.said.text() == "6 MB"
    row.clear.click()
    assert row.said.text().startswith("Deleting…") and not row.clear.isEnabled()
    qtbot.waitUntil(row.clear.isEnabled, timeout=WAIT)
    assert row.said.text() == "2 thumbnails deleted" and thumbnail_bytes() == 0
    row.stop()


def test_a_cache_that_cannot_be_read_is_told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(progress: Progress) -> int:
        raise PermissionError("no entry")

    monkeypatch.setattr(cache_row, "thumbnail_bytes", broken)
    row = CacheRow()
    qtbot.addWidget(row)
    qtbot.waitUntil(row.clear.isEnabled, timeout=WAIT)
    assert row.said.text() == "no entry"
    row.stop()


def test_closing_the_dialog_ends_what_is_counted(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(progress: Progress) -> int:
        while True:
            begun.set()
            progress(0, 0)
            time.sleep(0.001)

    monkeypatch.setattr(cache_row, "thumbnail_bytes", endless)
    before = readers()
    dialog = PreferencesDialog(Preferences())
    qtbot.addWidget(dialog)
    dialog.show()
    assert begun.wait(WAIT / 1000)
    dialog.reject()
    assert [thread for thread in readers() if thread not in before] == []
    assert dialog.cache_now.said.text() == "Counting…"
