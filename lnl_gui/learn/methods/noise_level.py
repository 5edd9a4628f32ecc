"""Constants of methods that are set from an estimate of the noise rate."""

from collections.abc import Callable, Mapping

from lnl_gui.learn.methods.method import MethodParameters
from lnl_gui.learn.methods.registry import method_of, with_constants

MOST_NOISE = 0.8
"""An estimate above it would leave a method too few labels to learn from."""


def adapt(
    parameters: MethodParameters, constants: Mapping[str, float], estimate: Callable[[], float]
) -> tuple[MethodParameters, float | None]:
    """Apply `constants`, and set what depends on the noise rate unless they do.

    Args:
        parameters: of any method.
        constants: numbers by name, which go before the estimate.
        estimate: the share of wrong labels; called only when it is needed.

    Returns:
        the parameters, and the rate in [0, 0.8] if it was needed.

    Raises:
        UserError: for a constant the method does not have.
    """
    needed = method_of(parameters).noise_constant(parameters)
    if needed is None or needed.name in constants:
        return with_constants(parameters, constants), None
    # An estimate by confident learning costs a cross-fitted probe, so it comes last.
    rate = min(max(estimate(), 0.0), MOST_NOISE)
    return with_constants(parameters, {**constants, needed.name: needed.value(rate)}), rate
