"""Paths of 248 letters and more in the form that Windows opens."""

import ntpath
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnl_gui.util.files.long_paths import LONGEST, extended, reachable

DEEP = "\\".join(["a" * 60] * 5)
PART = st.text("ab .", min_size=1, max_size=40).filter(lambda part: part.strip(" ."))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\short\\file.png", "C:\\short\\file.png"),
        (f"C:\\{DEEP}\\f.png", f"\\\\?\\C:\\{DEEP}\\f.png"),
        (f"C:/{DEEP}/f.png".replace("\\", "/"), f"\\\\?\\C:\\{DEEP}\\f.png"),
        (f"C:\\{DEEP}\\..\\b\\.\\f.png", f"\\\\?\\C:\\{DEEP.rpartition(chr(92))[0]}\\b\\f.png"),
        (f"\\\\server\\share\\{DEEP}", f"\\\\?\\UNC\\server\\share\\{DEEP}"),
        (f"\\\\?\\C:\\{DEEP}", f"\\\\?\\C:\\{DEEP}"),
    ],
)
def test_long_paths_get_their_form_and_others_stay(path: str, expected: str) -> None:
    assert extended(path) == expected


def test_the_limit_is_that_of_folders() -> None:
    # CreateDirectory takes 247 letters: MAX_PATH of 260 less a short name of 8.3 and the end.
    name = "C:\\" + "x" * (LONGEST - 3)
    assert len(name) == 247 and extended(name) == name
    assert extended(name + "x") == f"\\\\?\\{name}x"


@settings(deadline=None)
@given(st.lists(PART, min_size=1, max_size=30))
def test_the_form_names_the_same_file(parts: list[str]) -> None:
    path = "D:\\" + "\\".join(parts)
    found = extended(path)
    assert ntpath.normpath(found.removeprefix("\\\\?\\")) == ntpath.normpath(path)
    assert len(ntpath.normpath(path)) <= LONGEST or found.startswith("\\\\?\\")


def test_on_other_systems_paths_are_as_they_are() -> None:
    path = Path("/" + "a" * 1000)
    assert reachable(path, "linux") is path and reachable(path, "darwin") is path
    assert str(reachable(Path(f"C:\\{DEEP}\\f.png"), "win32")) == f"\\\\?\\C:\\{DEEP}\\f.png"
