"""What is said of frames of videos without groups is found again in a training's figures."""

from lnl_gui.store.detection.untold_frames import (
    frames_in_training_message,
    frames_message,
    said_of_training,
)
from lnl_gui.util.messages import to_json


def test_a_training_on_frames_is_known_by_its_warning() -> None:
    warning = frames_in_training_message(0.68)
    other = frames_message(0.68)
    assert said_of_training({"warnings": [to_json(other), to_json(warning)]}) == warning
    assert "68 %" in str(warning)
    assert said_of_training({"warnings": [to_json(other)]}) is None
    assert said_of_training({}) is None
