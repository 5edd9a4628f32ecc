"""Images inside containers are shown as files are, and their container is what is on disk."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lnl_gui.containers.location import Member
from lnl_gui.containers.read import close_containers
from lnl_gui.gui.grid.loader import Request, read_image
from lnl_gui.gui.inspector import details
from lnl_gui.gui.inspector.details import PathLine
from lnl_gui.gui.inspector.sample_view import SampleView
from lnl_gui.gui.widgets.picture_reader import read_as_embedded


@pytest.fixture
def member(tmp_path: Path) -> Iterator[tuple[Member, np.ndarray]]:
    images = np.random.default_rng(0).integers(0, 256, (3, 20, 30, 3), np.uint8)
    np.savez(tmp_path / "a.npz", x=images)
    yield Member(tmp_path / "a.npz", "array", "x/00001"), images[1]
    close_containers()


def colours(image: object) -> np.ndarray:
    """uint8 (H, W, 3) of a 32-bit image."""
    flat = np.frombuffer(image.constBits(), np.uint8)  # type: ignore[attr-defined]
    return flat.reshape(image.height(), image.width(), 4)[:, :, 2::-1]  # type: ignore[attr-defined]


def test_the_pixels_are_those_of_the_array(qapp: object, member: tuple[Member, np.ndarray]) -> None:
    place, wanted = member
    assert np.array_equal(colours(read_as_embedded(place)), wanted)
    thumbnail = read_image(Request(0, 0, 64, None, place))
    assert thumbnail is not None
    assert np.array_equal(colours(thumbnail), wanted)
    small = read_image(Request(0, 0, 15, None, place))
    assert small is not None
    assert (small.width(), small.height()) == (15, 10)


def test_a_member_that_is_gone_has_a_reason(
    qapp: object, member: tuple[Member, np.ndarray]
) -> None:
    place = member[0]
    gone = Member(place.container, "array", "x/00009")
    with pytest.raises(OSError, match="image 9 of 3 is missing"):
        read_as_embedded(gone)
    assert read_image(Request(0, 0, 64, None, gone)) is None
    with pytest.raises(OSError, match=r"b\.npz` is missing"):
        read_as_embedded(Member(place.container.with_name("b.npz"), "array", "x/00001"))


def test_show_in_folder_shows_the_container(
    qtbot: QtBot, member: tuple[Member, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = member[0]
    shown: list[Path] = []
    monkeypatch.setattr(details, "reveal", shown.append)
    line = PathLine()
    qtbot.addWidget(line)
    line.set_sample(SampleView(0, "a.npz/00001", place, "cat", "cat"))
    line.show_button.click()
    assert shown == [place.container]
    with qtbot.waitSignal(line.copied) as copied:
        line.copy_button.click()
    assert copied.args == [str(place)]
