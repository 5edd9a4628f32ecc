"""Detections of these tests are quick."""

from tests.detect.few_repetitions import few_repetitions, short_turtle

__all__ = ["few_repetitions", "short_turtle"]
