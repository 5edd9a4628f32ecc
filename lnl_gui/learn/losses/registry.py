"""Losses by name. The module of a loss, and with it torch, is imported only when it is built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from lnl_gui.learn.losses.pair_constants import FOCUS, LOG_OF_ZERO, Active, Passive
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import by_name, find_by_name
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.late_import import imported

if TYPE_CHECKING:
    from torch import Tensor

    from lnl_gui.learn.losses.targets import Reduction


class Loss(Protocol):
    """A loss ready for training; most ignore `indices` and hold no state."""

    def __call__(
        self,
        logits: "Tensor",
        targets: "Tensor",
        indices: "Tensor | None" = None,
        *,
        reduction: "Reduction" = "mean",
    ) -> "Tensor":
        """Compute the loss of a batch.

        Args:
            logits: (B, C).
            targets: labels (B,) or probabilities (B, C).
            indices: (B,) int64 rows of the samples in the whole set.
            reduction: "mean" gives a scalar, "none" a (B,) tensor.
        """

    def state_dict(self) -> "dict[str, Tensor]":
        """Tensors for exact resume, such as (N, C) float32 moving targets."""

    def load_state_dict(self, state: "dict[str, Tensor]") -> None:
        """Restore the tensors of `state_dict`, such as (N, C) float32 moving targets."""


@dataclass(frozen=True)
class StatelessLoss:
    """A function of logits and targets as a `Loss`.

    Attributes:
        function: takes logits (B, C), targets (B,) or (B, C), `reduction`, and `options`.
        options: constants of the loss by name.
    """

    function: "Callable[..., Tensor]"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __call__(
        self,
        logits: "Tensor",
        targets: "Tensor",
        indices: "Tensor | None" = None,
        *,
        reduction: "Reduction" = "mean",
    ) -> "Tensor":
        """Loss of logits (B, C) at targets (B,) or (B, C): a scalar or (B,); ignores `indices`."""
        return self.function(logits, targets, reduction=reduction, **self.options)

    def state_dict(self) -> "dict[str, Tensor]":
        """Empty: the loss has no state."""
        return {}

    def load_state_dict(self, state: "dict[str, Tensor]") -> None:
        """Ignore the empty state."""


@dataclass(frozen=True)
class LossInfo:
    """Description of a loss: name, title, source, and its constants with their defaults."""

    name: str
    title: Message | str
    source: str
    function: str
    """Where it is, as "module:name"."""
    defaults: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    """What else its function is told, by name: which losses a pair is made of."""
    remembers: bool = False
    """Whether it is built with a state for each sample; else it is a function of one batch."""


_HERE = "lnl_gui.learn.losses"


def _pair(active: Active, passive: Passive) -> LossInfo:
    # The paper's for CIFAR-10; with the 100 classes of CIFAR-100 it takes 10 and 0.1.
    defaults = {"alpha": 1.0, "beta": 1.0}
    if active == "nfl":
        defaults["gamma"] = FOCUS
    if passive == "rce":
        defaults["log_of_zero"] = LOG_OF_ZERO
    return LossInfo(
        f"{active}+{passive}",
        message("{upper} + {upper2}", upper=active.upper(), upper2=passive.upper()),
        "Ma et al., ICML 2020",
        f"{_HERE}.normalised:active_passive",
        defaults,
        {"active": active, "passive": passive},
    )


_INFOS = (
    LossInfo("ce", message("Cross-entropy"), "", f"{_HERE}.cross_entropy:cross_entropy"),
    LossInfo(
        "label_smoothing",
        message("Label smoothing"),
        "Szegedy et al., CVPR 2016",
        f"{_HERE}.cross_entropy:cross_entropy",
        # The paper's epsilon on ImageNet.
        {"smoothing": 0.1},
    ),
    # gamma 2 is the focal paper's; in the active-passive pairs it is 0.5.
    LossInfo(
        "focal",
        message("Focal loss"),
        "Lin et al., ICCV 2017",
        f"{_HERE}.cross_entropy:focal",
        {"gamma": 2.0},
    ),
    LossInfo(
        "gce",
        message("Generalised cross-entropy"),
        "Zhang and Sabuncu, NeurIPS 2018",
        f"{_HERE}.generalised:generalised_cross_entropy",
        {"q": 0.7},
    ),
    LossInfo(
        "mae",
        message("Mean absolute error"),
        "Ghosh et al., AAAI 2017",
        f"{_HERE}.symmetric:mean_absolute_error",
    ),
    LossInfo(
        "rce",
        message("Reverse cross-entropy"),
        "Wang et al., ICCV 2019",
        f"{_HERE}.symmetric:reverse_cross_entropy",
        {"log_of_zero": LOG_OF_ZERO},
    ),
    LossInfo(
        "sce",
        message("Symmetric cross-entropy"),
        "Wang et al., ICCV 2019",
        f"{_HERE}.symmetric:symmetric_cross_entropy",
        # The authors' for CIFAR-10; 6 and 0.1 for CIFAR-100.
        {"alpha": 0.1, "beta": 1.0, "log_of_zero": LOG_OF_ZERO},
    ),
    LossInfo(
        "nce",
        message("Normalised cross-entropy"),
        "Ma et al., ICML 2020",
        f"{_HERE}.normalised:normalised_cross_entropy",
    ),
    LossInfo(
        "nfl",
        message("Normalised focal loss"),
        "Ma et al., ICML 2020",
        f"{_HERE}.normalised:normalised_focal",
        {"gamma": FOCUS},
    ),
    _pair("nce", "rce"),
    _pair("nfl", "rce"),
    _pair("nce", "mae"),
    _pair("nfl", "mae"),
    LossInfo(
        "elr",
        message("Early-learning regularisation"),
        "Liu et al., NeurIPS 2020",
        f"{_HERE}.elr:EarlyLearningRegularisation",
        # The authors' for CIFAR-10; 0.9 and 7 for CIFAR-100.
        {"beta": 0.7, "strength": 3.0},
        remembers=True,
    ),
    LossInfo(
        "dynamic_weights",
        message("Dynamic sample weights"),
        "",
        f"{_HERE}.dynamic_weights:dynamic_weights",
        # 0.4 and 0.8 were worse.
        {"threshold": 0.6},
    ),
)


def list_losses() -> list[LossInfo]:
    """All losses, the plain one first."""
    return list(_INFOS)


def describe_loss(name: str) -> LossInfo:
    """The loss of that name.

    Raises:
        UserError: for an unknown name, suggesting the nearest.
    """
    error = message("There is no loss called {name}.", name=name)
    return find_by_name(name, by_name(_INFOS), error=error, code="unknown_loss")


def build_loss(
    name: str, *, number_of_samples: int, number_of_classes: int, **options: float
) -> Loss:
    """A loss by name, with its published constants unless `options` change them.

    Args:
        name: one of `list_losses()`.
        number_of_samples: N of the training set, for losses with a state for each sample.
        number_of_classes: C.
        options: constants of that loss, as in its `LossInfo.defaults`.

    Raises:
        UserError: for an unknown loss or an option it does not have.
    """
    info = describe_loss(name)
    # Checked here: a partial would fail only at the first batch, after minutes of preparation.
    unknown = sorted(set(options) - set(info.defaults))
    if unknown:
        raise UserError(
            message(
                "The loss {name} has no option {unknown}.", name=name, unknown=", ".join(unknown)
            ),
            message("It has: {defaults}.", defaults=(", ".join(info.defaults) or message("none"))),
            code="unknown_loss_option",
        )
    chosen = {**info.defaults, **options}
    function = imported(info.function)
    if info.remembers:
        loss: Loss = function(number_of_samples, number_of_classes, **chosen)
        return loss
    return StatelessLoss(function, {**info.parts, **chosen})


@dataclass(frozen=True)
class LossChoice:
    """A loss by its registered name, with its constants as (name, value) pairs."""

    name: str = "ce"
    constants: tuple[tuple[str, float], ...] = ()

    def build(self, *, number_of_samples: int, number_of_classes: int) -> Loss:
        """The loss ready for training; see `build_loss`."""
        return build_loss(
            self.name,
            number_of_samples=number_of_samples,
            number_of_classes=number_of_classes,
            **dict(self.constants),
        )
