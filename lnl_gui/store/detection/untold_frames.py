"""What is said of images that are all but equal, as the frames of a video, without groups."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.util.messages import Message, from_json, message

_IN_TRAINING = message(
    "About {share:.0%} of the images have others that are all but equal, as the frames of a"
    " video have. Some of a series are held out while others of it are trained on: accuracy"
    " and gain are measured on images that the models have all but seen, and say little of"
    " others. Name a column of groups with one value for the images of each video, patient or"
    " series: `lnl-gui update PROJECT --group-column NAME`; then train again."
)


def frames_message(share: float) -> Message:
    """That suspicions cannot be trusted, as so large a share of the images has others like it."""
    return message(
        "About {share:.0%} of the images have others that are all but equal, as the frames of a"
        " video have. Such images vouch for each other's labels, so that nothing is known of how"
        " many are wrong. Name a column of groups with one value for the images of each video,"
        " patient or series: `lnl-gui update PROJECT --group-column NAME`; then detect again.",
        share=share,
    )


def frames_in_training_message(share: float) -> Message:
    """That held-out images were easier than others would have been."""
    return _IN_TRAINING.with_fields(share=share)


def said_of_training(metrics: Mapping[str, Any]) -> Message | None:
    """What `frames_in_training_message` said of a training, by its metrics; None if nothing."""
    notes = map(from_json, metrics.get("warnings", ()))
    return next((note for note in notes if note.template == _IN_TRAINING.template), None)
