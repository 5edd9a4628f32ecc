"""Encoders on photographs that come with scikit-learn, and one conversion for all of them."""

from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.encoders.loading.load import load_encoder


@pytest.fixture(scope="session")
def photographs() -> list[Image.Image]:
    """Two photographs and parts of them, of odd sizes."""
    folder = resources.files("sklearn") / "datasets" / "images"
    with (
        (folder / "china.jpg").open("rb") as first,
        (folder / "flower.jpg").open("rb") as second,
    ):
        china, flower = Image.open(first).convert("RGB"), Image.open(second).convert("RGB")
    small = flower.crop((200, 100, 232, 132))
    return [china, flower, china.crop((3, 5, 304, 206)), flower.crop((100, 0, 300, 427)), small]


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test alone: unlike elsewhere not even converted encoders are shared."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LNL_HOME", str(home))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(home / "hub"))
    return home


@pytest.fixture(scope="session")
def converted_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose cache holds the conversion of the fast bundled encoder."""
    home = tmp_path_factory.mktemp("converted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LNL_HOME", str(home))
        load_encoder("bundled-fast", device="cpu")
    return home


@pytest.fixture
def image_files(tmp_path: Path) -> list[Path]:
    """Thirteen PNG files of one colour each, which says the row: (10 * row, 0, 255 - 10 * row)."""
    files = []
    for row in range(13):
        file = tmp_path / f"{row:02d}.png"
        colour = np.array([10 * row, 0, 255 - 10 * row], dtype=np.uint8)
        Image.fromarray(np.broadcast_to(colour, (40 + row, 50, 3)).copy()).save(file)
        files.append(file)
    return files
