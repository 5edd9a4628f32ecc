"""A project is known to the person who opened it, and by that no other project is."""

import uuid
from pathlib import Path

import pytest

from lnl_gui.store.database.origin import is_known, signature
from lnl_gui.util.paths import settings_folder


def test_a_signature_is_of_one_project_alone() -> None:
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    signed = signature(one)
    assert signed and signature(one) == signed
    assert is_known({"uuid": one, **signed})
    assert not is_known({"uuid": other, **signed})
    assert not is_known({"uuid": one})


def secret_file() -> Path:
    """The only file that signing leaves."""
    (file,) = settings_folder().iterdir()
    return file


def test_the_secret_is_a_persons_own_and_made_once() -> None:
    signed = signature("project")
    secret = secret_file().read_bytes()
    assert len(secret) >= 32
    assert signature("project") == signed and secret_file().read_bytes() == secret
    # Somebody else, or the same person on another machine.
    secret_file().unlink()
    other = signature("project")
    assert set(other).isdisjoint(signed) and secret_file().read_bytes() != secret
    header = {"uuid": "project", **signed}
    assert not is_known(header)
    # Signatures of several people stand side by side.
    assert is_known(header | other)
    # That of one under the name of another is none.
    assert not is_known({"uuid": "project", **dict.fromkeys(other, *signed.values())})


@pytest.mark.parametrize(("length", "kept"), [(0, False), (31, False), (32, True)])
def test_a_secret_that_was_cut_short_is_made_anew(length: int, kept: bool) -> None:
    signature("project")
    file = secret_file()
    cut = file.read_bytes()[:length]
    file.write_bytes(cut)
    assert signature("project") == signature("project")
    assert (file.read_bytes() == cut) is kept


def test_without_a_place_for_the_secret_every_project_is_from_elsewhere() -> None:
    signed = signature("project")
    file = secret_file()
    file.unlink()
    file.mkdir()
    assert signature("project") == {}
    assert not is_known({"uuid": "project", **signed})
