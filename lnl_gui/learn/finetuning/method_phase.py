"""A method as a run's training: the whole network on images, or a head on embeddings."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from lnl_gui.detect.detectors.confident_learning import (
    confident_joint,
    noise_rate,
    transition_matrix,
)
from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities
from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.sources import ArraySource, LabelledSource, Source
from lnl_gui.learn.data.views import Views, embedding_views
from lnl_gui.learn.finetuning.context import RunContext
from lnl_gui.learn.finetuning.phase import Phase
from lnl_gui.learn.finetuning.stages import embedding_notes
from lnl_gui.learn.methods.method import MethodParameters, NoiseEstimate, Setting
from lnl_gui.learn.methods.method_training import lengthened
from lnl_gui.learn.methods.noise_level import adapt
from lnl_gui.learn.methods.registry import (
    build_trainer,
    default_parameters,
    find_method,
)
from lnl_gui.learn.models.embedding_head import EmbeddingHead
from lnl_gui.learn.models.embedding_space import fit_space
from lnl_gui.learn.models.linear_probe import standardisation
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.learn.models.precision import Precision
from lnl_gui.learn.recipes.parameters import ON_EMBEDDING, Recipe
from lnl_gui.learn.training.rollback import Floor
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.util.constants import Constant
from lnl_gui.util.messages import Message, message

LATER = 1.0
"""Standard errors by which a later epoch may be worse and still be taken. Validation labels are as
noisy as those of the training, and early epochs agree with wrong ones best. On 150, 800 and 4 000
images of CIFAR-10N (means over worse and random1, clean test images) the latest epoch within one
error was above the best one by 3, 4 and 2 points for DivideMix, 6, 1 and 1 for UNICON, 30, 2 and 1
for Co-teaching, 4, 6 and 1 for small loss; never below it."""


def method_phase(context: RunContext, recipe: Recipe) -> Phase:
    """The training of a recipe that names a method.

    Raises:
        UserError: for an unknown method, or constants it does not have.
    """
    # First: an unknown name must be an error before any image is read.
    find_method(recipe.method)
    constants: dict[str, Constant] = dict(recipe.constants)
    on_embedding = bool(constants.pop(ON_EMBEDDING, 0.0))
    parameters, notes = _parameters(context, recipe.method, constants, on_embedding)
    inputs = _of_embedding(context) if on_embedding else _of_images(context, parameters)
    # A head is too small to gain by fewer digits.
    precision = Precision(context.precision.device) if on_embedding else context.precision
    trainer = build_trainer(
        inputs.build,
        LabelledViews(
            inputs.views,
            context.samples.labels[context.samples.training].astype(np.int64),
            context.classes,
            context.samples.names(context.samples.training),
        ),
        parameters=parameters,
        dimension=inputs.dimension,
        strategy=Strategy(precision, ranks=context.ranks),
    )
    for learner in trainer.learners:
        # Methods know nothing of it; compilation is the run's affair.
        learner.compile = context.compile
    samples, views = context.samples, inputs.views
    return Phase(
        trainer,
        LabelledSource(inputs.validation, samples.labels[samples.validation]),
        LabelledSource(inputs.holdout, samples.labels[samples.holdout]),
        inputs.as_classifier,
        (views.plain, views.weak, views.strong, inputs.validation, inputs.holdout),
        (*embedding_notes(context), *notes),
        # A head alone cannot be destroyed: the features stay.
        floor=None if on_embedding else Floor(find_method(recipe.method).title),
        later=LATER,
    )


@dataclass(frozen=True)
class _Inputs:
    """What a method trains and is judged on, and how its networks become the classifier.

    Attributes:
        views: of the training samples.
        validation: inputs of the validation part.
        holdout: inputs of the held-out part.
        build: makes a network.
        dimension: of its features.
        as_classifier: puts a trained network's weights into the run's classifier.
    """

    views: Views
    validation: Source
    holdout: Source
    build: Callable[[], nn.Module]
    dimension: int
    as_classifier: Callable[[nn.Module], nn.Module]


def _of_images(context: RunContext, parameters: MethodParameters) -> _Inputs:
    samples, classifier = context.samples, context.classifier
    weakly, strongly = (getattr(parameters, f"{name}_view", name) for name in ("weak", "strong"))
    plain, weak, strong = (
        context.images(samples.training, name) for name in ("none", weakly, strongly)
    )
    # Of the given features, and kept fixed while the backbone learns: the head begins at a scale
    # its rate fits.
    mean, scale = standardisation(context.embedding[samples.training])
    pristine = copy.deepcopy(classifier.backbone)

    def build() -> Classifier:
        head = Head(context.backbone.dimension, context.classes)
        head.mean.copy_(mean)
        head.scale.copy_(scale)
        return Classifier(copy.deepcopy(pristine), head)

    def as_classifier(network: nn.Module) -> nn.Module:
        classifier.load_state_dict(network.state_dict())
        return classifier

    return _Inputs(
        Views(plain, weak, strong),
        context.images(samples.validation),
        context.images(samples.holdout),
        build,
        context.backbone.dimension,
        as_classifier,
    )


def _of_embedding(context: RunContext) -> _Inputs:
    samples, classifier = context.samples, context.classifier
    # On the training samples alone: validation and held-out ones must not shape the features.
    space = fit_space(context.embedding[samples.training])
    features = space.apply(context.embedding)
    width = features.shape[1]

    def as_classifier(network: nn.Module) -> nn.Module:
        layer = network.get_submodule("head")
        # The space is linear, so that the saved model takes plain features.
        space.fill(classifier.head, layer.get_parameter("weight"), layer.get_parameter("bias"))
        return classifier

    return _Inputs(
        embedding_views(features[samples.training], seed=context.seed),
        ArraySource(features[samples.validation]),
        ArraySource(features[samples.holdout]),
        lambda: EmbeddingHead(width, context.classes),
        width,
        as_classifier,
    )


def _parameters(
    context: RunContext, method: str, constants: dict[str, Constant], on_embedding: bool
) -> tuple[MethodParameters, tuple[Message, ...]]:
    """The method's parameters for this run, and what was estimated for them."""
    setting: Setting = "embedding" if on_embedding else "backbone"
    parameters = default_parameters(method, setting=setting, encoder=context.backbone.name)
    samples = context.samples

    def estimate() -> NoiseEstimate:
        rows = samples.training
        return estimated_noise(
            context.embedding[rows],
            samples.labels[rows],
            context.classes,
            groups=None if samples.groups is None else samples.groups[rows],
            seed=context.seed,
        )

    # Constants come after, so that a seed in a recipe would win.
    seeded = replace(parameters, seed=context.seed)
    adapted, noise, chosen = adapt(seeded, constants, estimate)
    # Who says how many epochs wants so many, however few steps they are.
    if "epochs" not in constants:
        adapted = lengthened(adapted, len(samples.training))
    # An estimate that changed nothing need not be told.
    if noise is None or not chosen:
        return adapted, ()
    return adapted, (_said(noise, chosen),)


def _said(noise: NoiseEstimate, chosen: Mapping[str, float]) -> Message:
    """What was set from the estimate, and how to have it otherwise."""
    values = ", ".join(f"{name}={value:g}" for name, value in chosen.items())
    if noise.asymmetric:
        return message(
            "About {rate:.0%} of the labels were taken to be wrong, mostly in one direction; so"
            " {values} (`--set` changes that).",
            rate=noise.rate,
            values=values,
        )
    return message(
        "About {rate:.0%} of the labels were taken to be wrong; so {values} (`--set` changes"
        " that).",
        rate=noise.rate,
        values=values,
    )


def estimated_noise(
    embedding: np.ndarray,
    labels: np.ndarray,
    number_of_classes: int,
    *,
    groups: np.ndarray | None = None,
    seed: int = 0,
) -> NoiseEstimate:
    """Estimate noise rate and transition matrix by confident learning (Northcutt et al. 2021).

    Args:
        embedding: (N, D) of any float type.
        labels: (N,) int given labels.
        number_of_classes: C.
        groups: (N,) int, equal for copies of one image and the like, which stay in one fold; -1
            alone.
        seed: of the folds.
    """
    probabilities = out_of_fold_probabilities(
        [embedding], labels, number_of_classes=number_of_classes, groups=groups, seed=seed
    )
    joint = confident_joint(labels, probabilities)
    return NoiseEstimate(noise_rate(joint), transition_matrix(joint))
