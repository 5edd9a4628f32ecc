"""Losses, training recipes, evaluation, and trained models as files."""
