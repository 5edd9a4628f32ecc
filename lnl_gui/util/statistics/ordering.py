"""Sorting a million samples in linear time."""

import numpy as np


def order_of_floats(key: np.ndarray, *, descending: bool) -> np.ndarray:
    """Stable argsort (N,) int64 of float32 (N,); NaN comes last either way.

    Sorts by the halves of the numbers' bits, low half first, since numpy sorts integers of 16 bits
    in linear time. At a million samples it takes a third of the time of a comparing sort.
    """
    # A sum with 0 makes one of the two zeros.
    bits = (key + np.float32(0)).view(np.uint32)
    # Bits rise with the value once the sign is turned, and all of them below zero.
    bits ^= np.where(bits >> 31, np.uint32(0xFFFFFFFF), np.uint32(0x80000000))
    if descending:
        bits = ~bits
    bits[np.isnan(key)] = 0xFFFFFFFF
    order = np.argsort(bits.astype(np.uint16), kind="stable")
    high = (bits >> 16).astype(np.uint16)[order]
    return order[np.argsort(high, kind="stable")]


def worst_first(suspicion: np.ndarray) -> np.ndarray:
    """Rows (N,) int32 by suspicion (N,) float32, the highest first; then the lower row."""
    return order_of_floats(suspicion, descending=True).astype(np.int32)
