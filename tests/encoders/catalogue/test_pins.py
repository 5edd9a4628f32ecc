"""Weights are held to what they were at their first use, against a stub of the hub."""

import hashlib
import json
from pathlib import Path

import pytest

from lnl_gui.encoders.catalogue import pins
from lnl_gui.encoders.catalogue.download import Remote, fetch
from lnl_gui.util.errors import UserError
from tests.encoders.catalogue.test_download import CONTENT, REMOTE, Hub, hub

__all__ = ["hub"]

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = b"!" + CONTENT[1:]


def publish(stub: Hub, content: bytes, commit: str = COMMIT) -> None:
    stub.content, stub.commit = content, commit
    stub.etag = hashlib.sha256(content).hexdigest()


def test_the_first_download_is_written_down(hub: Hub) -> None:
    publish(hub, CONTENT)
    fetch(REMOTE, title="M")
    written = json.loads(pins.pins_file().read_text())["owner/model/model.safetensors"]
    assert written["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert written["revision"] == COMMIT


def test_it_is_asked_for_by_its_revision_from_then_on(hub: Hub) -> None:
    publish(hub, CONTENT)
    fetch(REMOTE, title="M").unlink()
    hub.requests.clear()
    publish(hub, CONTENT, commit="f" * 40)
    assert fetch(REMOTE, title="M").read_bytes() == CONTENT
    assert hub.requests[0][0] == f"/owner/model/resolve/{COMMIT}/model.safetensors"
    assert pins.known_pin(REMOTE.name).revision == COMMIT


def test_another_file_under_the_name_is_refused_whatever_the_server_says(hub: Hub) -> None:
    publish(hub, CONTENT)
    fetch(REMOTE, title="The model").unlink()
    publish(hub, OTHER)
    with pytest.raises(UserError) as caught:
        fetch(REMOTE, title="The model")
    assert caught.value.code == pins.CHANGED
    assert "The model" in str(caught.value.message)
    assert str(pins.pins_file()) in str(caught.value.hint)
    assert not REMOTE.target.exists()
    assert [f.name for f in REMOTE.target.parent.iterdir() if f.suffix != ".lock"] == []
    # Who trusts the new ones takes the entry out.
    pins.pins_file().unlink()
    assert fetch(REMOTE, title="The model").read_bytes() == OTHER


def test_a_server_without_tags_is_held_to_it_too(hub: Hub) -> None:
    hub.etag = "no-hash"
    fetch(REMOTE, title="M").unlink()
    hub.content = OTHER
    with pytest.raises(UserError, match="not those that were used before"):
        fetch(REMOTE, title="M")


def test_a_file_that_was_changed_where_it_lies_is_refused(hub: Hub) -> None:
    file = fetch(REMOTE, title="M")
    file.write_bytes(OTHER)
    with pytest.raises(UserError, match="not those that were used before") as caught:
        fetch(REMOTE, title="M")
    assert str(file) in str(caught.value.message)
    file.write_bytes(CONTENT)
    assert fetch(REMOTE, title="M") == file


def test_weights_of_the_hubs_own_tools_are_pinned_at_their_first_use(own_home: Path) -> None:
    repository = own_home / "hub" / "models--owner--model"
    snapshot = repository / "snapshots" / "abc123"
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc123")
    (snapshot / "model.safetensors").write_bytes(CONTENT)
    fetch(REMOTE, title="M")
    (snapshot / "model.safetensors").write_bytes(OTHER)
    with pytest.raises(UserError, match="not those that were used before"):
        fetch(REMOTE, title="M")


def test_a_commit_that_is_none_is_not_asked_for(hub: Hub) -> None:
    publish(hub, CONTENT, commit="../../other/model/resolve/main")
    fetch(REMOTE, title="M").unlink()
    fetch(REMOTE, title="M")
    assert {path for path, *_ in hub.requests if "resolve" in path} == {
        "/owner/model/resolve/main/model.safetensors"
    }


def test_damaged_pins_are_an_error_that_names_them(hub: Hub) -> None:
    fetch(REMOTE, title="M")
    pins.pins_file().write_text('{"owner/model/model.safetensors": {"sha256": 5}}')
    with pytest.raises(UserError, match=r"weights\.json") as caught:
        fetch(REMOTE, title="M")
    assert "trust anew" in str(caught.value.hint)


def test_a_home_that_cannot_be_written_keeps_nobody_from_working(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(pins, "write_json", refuse)
    assert fetch(REMOTE, title="M").read_bytes() == CONTENT
    assert fetch(Remote("a/b", "model.safetensors"), title="M").is_file()
