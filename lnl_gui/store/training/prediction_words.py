"""The table of predictions that a run leaves: its name and its columns, and what they mean."""

from lnl_gui.util.messages import Message, message, message_n

PREDICTIONS = "predictions.csv"
PATH, LABEL, PROBABILITY = "path", "label", "probability"
CERTAIN = 0.9
"""Probability from which a class is called certain."""
NOT_CALIBRATED = message(
    "Probabilities are as the model gives them and not calibrated: one that was trained on noisy"
    " labels is mostly right more often than it says."
)


def not_read_message(count: int) -> Message:
    """That so many images have no prediction."""
    return message_n(
        "{count:,} image could not be read.", "{count:,} images could not be read.", count
    )
