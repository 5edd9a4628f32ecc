"""What methods must know of the share of wrong labels, set from an estimate of it."""

from collections.abc import Callable, Mapping

from lnl_gui.learn.methods.co_teaching import CoTeachingParameters
from lnl_gui.learn.methods.divide_mix import DivideMixParameters
from lnl_gui.learn.methods.registry import Parameters, with_constants
from lnl_gui.learn.methods.small_loss import SmallLossParameters

NOISE_RATE = "noise_rate"
UNLABELLED_WEIGHT = "unlabelled_weight"
MOST_NOISE = 0.8
DIVIDE_MIX_WEIGHTS = ((0.35, 0.0), (0.65, 25.0), (1.0, 50.0))
"""DivideMix's lambda_u by noise rate: 0 at 20 %, 25 at 50 %, 50 at 80 %, changing half-way."""


def adapt(
    parameters: Parameters, constants: Mapping[str, float], estimate: Callable[[], float]
) -> tuple[Parameters, float | None]:
    """Apply `constants`, and set what depends on the noise rate unless they do.

    Args:
        parameters: of any method.
        constants: numbers by name, which go before the estimate.
        estimate: the share of wrong labels; called only when it is needed.

    Returns:
        the parameters, and the rate if it was needed.
    """
    needed = _needed(parameters)
    if needed is None or needed in constants:
        return with_constants(parameters, constants), None
    rate = min(max(estimate(), 0.0), MOST_NOISE)
    value = rate if needed == NOISE_RATE else _unlabelled_weight(rate)
    return with_constants(parameters, {**constants, needed: value}), rate


def _needed(parameters: Parameters) -> str | None:
    if isinstance(parameters, CoTeachingParameters | SmallLossParameters):
        return NOISE_RATE
    # With pre-trained backbones the authors take 0 whatever the noise.
    if isinstance(parameters, DivideMixParameters) and parameters.unlabelled_weight > 0:
        return UNLABELLED_WEIGHT
    return None


def _unlabelled_weight(rate: float) -> float:
    return next(weight for limit, weight in DIVIDE_MIX_WEIGHTS if rate <= limit)
