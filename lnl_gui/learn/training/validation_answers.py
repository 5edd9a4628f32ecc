"""Which validation samples a model answers right, kept so that two models can be compared."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ValidationAnswers:
    """What the most accurate of a run's trained models answered.

    Attributes:
        title: of the model, such as "last block, epoch 2".
        accuracy: on the validation samples, in [0, 1].
        loss: log-loss on them, in nats; breaks ties.
        samples: V, how many there are.
        packed: whether each is right, a bit each, in hexadecimal digits.
    """

    title: str
    accuracy: float
    loss: float
    samples: int
    packed: str

    def better_than(self, other: "ValidationAnswers | None") -> bool:
        """More accurate, or as accurate at a lower log-loss."""
        if other is None:
            return True
        return (self.accuracy, -self.loss) > (other.accuracy, -other.loss)


def pack(right: np.ndarray) -> str:
    """Bool (V,) as hexadecimal digits."""
    return np.packbits(right.astype(bool)).tobytes().hex()


def unpack(packed: str, samples: int) -> np.ndarray:
    """Bool (V,) of what `pack` wrote.

    Raises:
        ValueError: when these are not so many samples.
    """
    found = np.unpackbits(np.frombuffer(bytes.fromhex(packed), np.uint8))
    if not samples <= len(found) < samples + 8:
        raise ValueError(f"{len(found)} bits for {samples} samples")
    return found[:samples].astype(bool)
