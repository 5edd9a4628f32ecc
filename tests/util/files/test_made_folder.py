"""A folder that is made for what then fails goes again."""

from pathlib import Path

import pytest

from lnl_gui.util.files.places import made_folder


def test_only_what_was_made_and_is_empty_goes(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    for target in (there / "a" / "b", there):
        with pytest.raises(ValueError), made_folder(target):
            assert target.is_dir()
            raise ValueError
        assert there.is_dir() and not list(there.iterdir())
    with pytest.raises(ValueError), made_folder(there / "a" / "b"):
        (there / "a" / "mine").touch()
        raise ValueError
    assert list(there.rglob("*")) == [there / "a", there / "a" / "mine"]
    with made_folder(there / "c"):
        pass
    assert (there / "c").is_dir()
