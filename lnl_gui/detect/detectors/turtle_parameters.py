"""Settings of TURTLE, and what of them can be changed by name.

Apart from what computes, so that a list of them needs neither scikit-learn nor torch.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, get_args, get_type_hints

from lnl_gui.util.constants import Constant


@dataclass(frozen=True)
class TurtleParameters:
    """Settings of one TURTLE run; the paper's unless it says otherwise.

    Attributes:
        iterations: T, outer steps (6000 in the paper).
        inner_steps: M, steps of the linear classifiers at each outer step (10 in the paper; kept
            warm, 3, 5 and 10 gave the same clusters).
        inner_rate: learning rate of the classifiers.
        outer_rate: learning rate of the labelling.
        gamma: weight of the entropy of the mean assignment, which stops collapse.
        batch_size: samples drawn at each outer step (10 000 in the paper).
        warm_start: keep the classifiers from one outer step to the next. The paper starts cold
            and warm; in few iterations warm is far better (CIFAR-10N, 500 iterations: clustering
            accuracy .75 against .64).
        feature_scale: typical size of a coordinate of the reduced embedding.
        dimensions: principal directions kept of each space; 0 keeps the space as it is.
        score: by what clusters are rated in a search: ridge regression, one factorisation a fold,
            or logistic regression as in the paper.
    """

    iterations: int = 1000
    inner_steps: int = 5
    inner_rate: float = 1e-3
    outer_rate: float = 1e-3
    gamma: float = 10.0
    batch_size: int = 1024
    warm_start: bool = True
    feature_scale: float = 0.3
    dimensions: int = 256
    score: Literal["ridge", "logistic"] = "ridge"


PAPER = TurtleParameters(
    iterations=6000,
    inner_steps=10,
    batch_size=10_000,
    warm_start=False,
    dimensions=0,
    score="logistic",
)
"""The settings of the paper (Gadetsky, Jiang and Brbic, ICML 2024)."""

SEARCH, GAMMAS = "search", "gammas"
"""Constants of the detector beside those of a run: try many settings, and these weights."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "score": get_args(get_type_hints(TurtleParameters)["score"])
}
"""What constants that are not free can be, by name."""


def _constants_of(parameters: TurtleParameters) -> dict[str, Constant]:
    return asdict(parameters) | {SEARCH: False, GAMMAS: ""}


CONSTANTS: Mapping[str, Constant] = _constants_of(TurtleParameters(batch_size=0))
"""What can be changed of the detector, by name; a batch of 0 is sized by the number of classes."""
PAPER_CONSTANTS: Mapping[str, Constant] = _constants_of(PAPER)
PUBLISHED: Mapping[str, Constant] = {
    # How large a coordinate is they leave to each encoder.
    name: value
    for name, value in asdict(PAPER).items()
    if name != "feature_scale"
}
