"""Detections of these tests are quick."""

from tests.detect.few_repetitions import one_repetition, short_turtle

__all__ = ["one_repetition", "short_turtle"]
