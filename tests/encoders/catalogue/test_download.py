"""Downloads against a stub of the hub on this machine."""

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from filelock import FileLock
from safetensors.torch import save_file

from lnl_gui.encoders.catalogue import download
from lnl_gui.encoders.catalogue.download import Remote, fetch, find
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.encoders.loading.sources import describe, download_needed
from lnl_gui.util.errors import Cancelled, UserError

CONTENT = np.random.default_rng(0).integers(0, 256, 1_500_000, dtype=np.uint8).tobytes()
REMOTE = Remote("owner/model", "model.safetensors")


class Hub:
    """Serves `content` at every path the way the hub does: a redirect, then byte ranges."""

    def __init__(self) -> None:
        self.content = CONTENT
        self.etag = hashlib.sha256(CONTENT).hexdigest()
        self.commit = ""
        self.status = 302
        self.missing = ""
        self.break_after: list[int] = []
        self.requests: list[tuple[str, str | None, str | None]] = []

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append(
            (handler.path, handler.headers.get("Range"), handler.headers.get("Authorization"))
        )
        if not handler.path.startswith("/storage"):
            absent = self.missing and handler.path.endswith(self.missing)
            handler.send_response(404 if absent else self.status)
            handler.send_header("Location", "/storage/blob")
            handler.send_header("X-Linked-ETag", f'"{self.etag}"')
            handler.send_header("X-Repo-Commit", self.commit)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        wanted = handler.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        body = self.content[start:]
        handler.send_response(206 if wanted else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("ETag", '"storage-tag"')
        handler.end_headers()
        handler.wfile.write(body[: self.break_after.pop(0)] if self.break_after else body)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    stub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stub.serve(self)

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    yield stub
    server.shutdown()
    server.server_close()
    thread.join()


def leftovers(file: Path) -> list[str]:
    return sorted(p.name for p in file.parent.iterdir() if p != file and p.suffix != ".lock")


def test_a_file_arrives_whole_with_progress(hub: Hub) -> None:
    seen: list[tuple[int, int]] = []
    file = fetch(REMOTE, title="M", progress=lambda done, total: seen.append((done, total)))
    assert file.read_bytes() == CONTENT
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert len(seen) > 3
    assert leftovers(file) == []
    assert hub.requests[0][0] == "/owner/model/resolve/main/model.safetensors"


def test_what_is_here_is_not_downloaded_again(hub: Hub) -> None:
    assert find(REMOTE) is None
    file = fetch(REMOTE, title="M")
    count = len(hub.requests)
    assert fetch(REMOTE, title="M") == file == find(REMOTE)
    assert len(hub.requests) == count


def test_what_the_hub_s_own_tools_downloaded_is_used(hub: Hub, own_home: Path) -> None:
    repository = own_home / "hub" / "models--owner--model"
    snapshot = repository / "snapshots" / "abc123"
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc123")
    (snapshot / "model.safetensors").write_bytes(CONTENT)
    assert fetch(REMOTE, title="M") == snapshot / "model.safetensors"
    assert hub.requests == []


def test_an_older_file_is_taken_where_there_is_no_newer(hub: Hub) -> None:
    hub.missing = "model.safetensors"
    remote = Remote("owner/model", "model.safetensors", older="pytorch_model.bin")
    file = fetch(remote, title="M")
    assert file.name == "pytorch_model.bin"
    assert file.read_bytes() == CONTENT
    assert find(remote) == file
    with pytest.raises(UserError, match="no such file"):
        fetch(REMOTE, title="M")


def test_cancel_keeps_what_came_and_the_next_call_goes_on(hub: Hub) -> None:
    def stop(done: int, total: int) -> None:
        if done >= 500_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        fetch(REMOTE, title="M", progress=stop)
    assert not REMOTE.target.exists()
    hub.requests.clear()
    seen: list[int] = []
    file = fetch(REMOTE, title="M", progress=lambda done, total: seen.append(done))
    assert file.read_bytes() == CONTENT
    assert seen[0] >= 500_000
    assert hub.requests[0][1] == f"bytes={seen[0]}-"


def test_a_broken_connection_is_continued(hub: Hub) -> None:
    hub.break_after = [400_000, 300_000]
    assert fetch(REMOTE, title="M").read_bytes() == CONTENT
    ranges = [wanted for path, wanted, _ in hub.requests if path.startswith("/storage")]
    assert ranges[0] is None
    assert ranges[1:] == ["bytes=400000-", "bytes=700000-"]


def test_a_part_of_another_version_is_thrown_away(hub: Hub) -> None:
    hub.break_after = [400_000, 0]
    with pytest.raises(UserError):
        fetch(REMOTE, title="M")
    hub.content = bytes(reversed(CONTENT))
    hub.etag = hashlib.sha256(hub.content).hexdigest()
    assert fetch(REMOTE, title="M").read_bytes() == hub.content


def test_damaged_bytes_never_take_the_final_name(hub: Hub) -> None:
    hub.content = b"!" + CONTENT[1:]
    with pytest.raises(UserError, match="damaged") as caught:
        fetch(REMOTE, title="M")
    assert caught.value.code == "download_failed"
    assert not REMOTE.target.exists()
    hub.content = CONTENT
    assert fetch(REMOTE, title="M").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("status", "words"), [(404, "no such file"), (401, "HF_TOKEN"), (403, "terms"), (500, "500")]
)
def test_refusals_say_why_and_what_to_do(hub: Hub, status: int, words: str) -> None:
    hub.status = status
    with pytest.raises(UserError) as caught:
        fetch(REMOTE, title="The model")
    assert words in str(caught.value.message)
    assert "The model" in str(caught.value.message)
    assert "--weights FILE" in str(caught.value.hint)
    assert len(hub.requests) == 1


def test_the_token_is_not_shown_to_the_storage(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    monkeypatch.setenv("LNL_HF_TOKEN_HOST", "127.0.0.1")
    fetch(REMOTE, title="M")
    assert [token for _, _, token in hub.requests] == ["Bearer secret", None]


def test_the_token_goes_to_the_hub_alone(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    fetch(REMOTE, title="M")
    assert {token for _, _, token in hub.requests} == {None}
    belongs = {
        "https://huggingface.co/a/b": True,
        "http://huggingface.co/a/b": False,
        "https://huggingface.co.evil.org/a": False,
        "https://huggingface.co@evil.org/a": False,
        "https://mirror.org/a": False,
    }
    assert {address: download._is_token_host(address) for address in belongs} == belongs


def test_what_is_pinned_must_have_the_hash_whatever_the_server_says(hub: Hub) -> None:
    pinned = replace(REMOTE, sha256="0" * 64, revision="abc123", older="pytorch_model.bin")
    with pytest.raises(UserError, match="not those that are known"):
        fetch(pinned, title="M")
    assert not pinned.target.exists()
    assert "/resolve/abc123/" in pinned.address
    right = replace(pinned, sha256=hashlib.sha256(CONTENT).hexdigest(), revision="main")
    assert fetch(right, title="M").read_bytes() == CONTENT


def test_without_network_it_fails_at_once_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[object] = []

    def unresolvable(*arguments: object, **options: object) -> None:
        tries.append(arguments)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", unresolvable)
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("waited"))
    for name in ("dinov2-s", "clip-vit-b-32", "timm:test_vit"):
        tries.clear()
        with pytest.raises(UserError) as caught:
            load_encoder(name, device="cpu")
        assert caught.value.code == "no_network"
        assert caught.value.retryable
        assert "https://huggingface.co/" in str(caught.value.hint)
        assert "--weights FILE" in str(caught.value.hint)
        assert len(tries) == 1


def test_the_offline_switch_is_obeyed(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UserError, match="HF_HUB_OFFLINE"):
        fetch(REMOTE, title="M")
    assert hub.requests == []


def test_a_full_disk_is_told_beforehand(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1_000_000

    monkeypatch.setattr(download.shutil, "disk_usage", lambda folder: Usage)
    with pytest.raises(UserError, match=r"2 MB.*1 MB left") as caught:
        fetch(REMOTE, title="M")
    assert caught.value.code == "disk_full"


def test_two_processes_do_not_download_the_same_file(hub: Hub) -> None:
    REMOTE.target.parent.mkdir(parents=True)
    with FileLock(f"{REMOTE.target}.lock"), pytest.raises(UserError) as caught:
        fetch(REMOTE, title="M")
    assert caught.value.code == "download_running"


def test_a_plain_address_works_like_the_hub(hub: Hub) -> None:
    import os

    remote = Remote("", "weights.pth", url=f"{os.environ['HF_ENDPOINT']}storage/weights.pth")
    assert fetch(remote, title="M").read_bytes() == CONTENT
    assert hub.requests[0][0] == "/storage/weights.pth"


def test_an_encoder_s_weights_are_downloaded_and_used(hub: Hub, tmp_path: Path) -> None:
    published = timm.create_model("test_resnet").state_dict()
    save_file(published, tmp_path / "published.safetensors")
    hub.content = (tmp_path / "published.safetensors").read_bytes()
    hub.etag = hashlib.sha256(hub.content).hexdigest()
    info = describe("timm:test_resnet")
    assert info.download_bytes == pytest.approx(len(hub.content), rel=0.01)
    assert download_needed(info) == info.download_bytes
    loaded = load_backbone("timm:test_resnet").model.state_dict()
    assert all(torch.equal(value, published[name]) for name, value in loaded.items())
    assert hub.requests[0][0].startswith("/timm/test_resnet.r160_in1k/resolve/main/")
    assert download_needed(info) == 0


@pytest.mark.parametrize(
    ("size", "text"), [(88_200_000, "88 MB"), (4_546_000_000, "4.5 GB"), (5, "1 MB")]
)
def test_sizes_for_people(size: int, text: str) -> None:
    assert str(download.megabytes(size)) == text
