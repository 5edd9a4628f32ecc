"""The short form of the campaign on images; the long one by command."""

import sys
from pathlib import Path

import pytest

from tests.campaign import mutated_images

COUNT = 120


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is not told there")
def test_no_mutated_image_ends_a_pass_or_takes_the_memory(tmp_path: Path) -> None:
    before = mutated_images.peak_memory()
    figures = mutated_images.campaign(tmp_path, COUNT)
    assert figures["lost"] == 0 and figures["read"] > 20 and figures["refused"] > 20
    # What the tests before have taken is not this one's.
    assert mutated_images.peak_memory() - before < mutated_images.PEAK_LIMIT
