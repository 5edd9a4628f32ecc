"""The table of predictions that a run leaves: its name and its columns, and what they mean."""

from lnl_gui.util.messages import message

PREDICTIONS = "predictions.csv"
PATH, LABEL, PROBABILITY = "path", "label", "probability"
CERTAIN = 0.9
"""Probability from which a class is called certain."""
NOT_CALIBRATED = message(
    "Probabilities are as the model gives them and not calibrated: one that was trained on noisy"
    " labels is mostly right more often than it says."
)
