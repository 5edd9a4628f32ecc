"""JPEG 2000 in colours of more than 8 bits: the brightest values are white, not black."""

import base64

import numpy as np
import pytest

from lnl_gui.pictures.decoding import decode
from lnl_gui.pictures.errors import UnreadableImage

# 4 x 4 pixels, written by OpenJPEG: columns of black, grey, white and purple.
FILES = {
    "16 bits": """
        /0//UQAvAAAAAAAEAAAABAAAAAAAAAAAAAAABAAAAAQAAAAAAAAAAAADDwEBDwEBDwEB/1IADAAAAAEBAAQEAAH/XAAEQI
        D/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAA7AAH/k9/4kLgRahv1En88jaqRraq1
        lstlstlcTjIEM9/4kCgiGIb/f9/4kCgiGIb/f//Z""",
    "12 bits with opacity": """
        /0//UQAyAAAAAAAEAAAABAAAAAAAAAAAAAAABAAAAAQAAAAAAAAAAAAECwEBCwEBCwEBCwEB/1IADAAAAAEAAAQEAAH/XA
        AEQGD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAABiAAH/k9/gXBFqGn8PvKwnAC+I
        1+FP/KHKHKGBRcGX3+BYEWCvLcfSyzTiQnlyyyyyyyyypzg3t9/gXBFqGn8PvKwnAC+I1+FP/KHKHKGBRcGXz+QQFABcr/
        /Z""",
    "16 bits, with losses": """
        /0//UQAvAAAAAAAEAAAABAAAAAAAAAAAAAAABAAAAAQAAAAAAAAAAAADDwEBDwEBDwEB/1IADQECAAEBAAQEAACI/1wABU
        KAAP9kACUAAUNyZWF0ZWQgYnkgT3BlbkpQRUcgdmVyc2lvbiAyLjUuNP+QAAoAAAAAAEAAAf+T3/BcEWob9PSogwZzoFsg
        02fOVoakIMPvJOnP7BIiGcpi3r3iuyzP7BIiGK3mWTlFvXT/2Q==""",
}
COLUMNS = [(0, 0, 0), (128, 128, 128), (255, 255, 255), (255, 0, 255)]
START = b"\xff\x4f\xff\x51"


def written(name: str) -> bytes:
    return base64.b64decode("".join(FILES[name].split()))


@pytest.mark.parametrize("name", FILES)
def test_the_brightest_values_are_white_and_the_darkest_black(name: str) -> None:
    expected = np.broadcast_to(np.array(COLUMNS), (4, 4, 3))
    np.testing.assert_allclose(np.asarray(decode(written(name))), expected, atol=2)


def test_what_is_black_or_white_is_not_guessed() -> None:
    # Another picture behind it, for which the trick is not made.
    data = written("16 bits") + START
    with pytest.raises(UnreadableImage, match="JPEG 2000 image in colours of more than 8 bits"):
        decode(data)
