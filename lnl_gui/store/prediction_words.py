"""The table of predictions that a run leaves: its name and its columns."""

PREDICTIONS = "predictions.csv"
PATH, LABEL, PROBABILITY = "path", "label", "probability"
CERTAIN = 0.9
"""Probability from which a class is called certain."""
