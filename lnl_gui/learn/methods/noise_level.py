"""Constants of methods that are set from an estimate of the noise."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lnl_gui.learn.methods.constants import with_constants
from lnl_gui.learn.methods.method import MethodParameters, NoiseEstimate
from lnl_gui.learn.methods.registry import method_of
from lnl_gui.util.constants import Constant

MOST_NOISE = 0.8
"""An estimate above it would leave a method too few labels to learn from."""


def adapt(
    parameters: MethodParameters,
    constants: Mapping[str, Constant],
    estimate: Callable[[], NoiseEstimate],
) -> tuple[MethodParameters, NoiseEstimate | None, dict[str, float]]:
    """Apply `constants`, and set what depends on the noise unless they do.

    Args:
        parameters: of any method.
        constants: values by name, which go before the estimate.
        estimate: the noise; called only when it is needed.

    Returns:
        the parameters, the estimate (its rate at most 0.8) if it was needed, and what was set
        from it.

    Raises:
        UserError: for a constant the method does not have.
    """
    changed = with_constants(parameters, constants)
    method = method_of(parameters)
    if all(name in constants for name in method.asks_noise):
        return changed, None, {}
    # An estimate by confident learning costs a cross-fitted probe, so it comes last.
    found = estimate()
    found = replace(found, rate=min(max(found.rate, 0.0), MOST_NOISE))
    wanted = method.for_noise(changed, found)
    chosen = {name: value for name, value in wanted.items() if name not in constants}
    return with_constants(changed, chosen), found, chosen
