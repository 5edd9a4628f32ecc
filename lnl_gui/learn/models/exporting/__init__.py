"""Trained models in forms that other programs run, each checked against the live model."""
