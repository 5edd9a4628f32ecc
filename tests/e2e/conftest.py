"""Detections of these tests are quick."""

from tests.detect.few_repetitions import one_repetition

__all__ = ["one_repetition"]
