"""Settings of the review, kept among the preferences."""

from dataclasses import dataclass, fields

from lnl_gui.gui.settings.settings import Settings
from lnl_gui.store.jobs.parameters import PCA


@dataclass(frozen=True)
class ReviewSettings:
    """The remembered values, or how they come."""

    reviewer: str = ""
    """Whose verdicts these are; "" for the name of the account."""
    rerank_every: int = 25
    """Verdicts after which the rest is ranked anew; 0 for never."""
    auto_advance: bool = True
    """Whether a verdict moves on to the next sample."""
    target_percent: float = 1.0
    """Share of wrong labels among the rest that is good enough."""
    next_samples: int = 100
    """How many samples the budget is about."""
    map_projection: str = PCA
    """How the map places the images: pca, umap or tsne."""


def review_settings(settings: Settings) -> ReviewSettings:
    """The values among the preferences; what is missing or of another type is as it comes."""
    # The projection's name in settings of earlier versions.
    kept = {
        "map_projection": dict(settings.preferences).get("map_layout"),
        **dict(settings.preferences),
    }
    values = {
        field.name: kept[field.name]
        for field in fields(ReviewSettings)
        if isinstance(kept.get(field.name), int | float if field.type is float else field.type)  # type: ignore[arg-type]  # plain types all
    }
    return ReviewSettings(**values)
