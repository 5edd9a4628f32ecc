"""NT-Xent against its definition written as loops."""

import math

import pytest
import torch
from numpy.testing import assert_allclose

from lnl_gui.learn.methods.contrastive import ProjectionHead, nt_xent


def by_loops(first: torch.Tensor, second: torch.Tensor, temperature: float) -> float:
    both = [*first.tolist(), *second.tolist()]
    count = len(first)

    def cosine(a: list[float], b: list[float]) -> float:
        dot = sum(x * y for x, y in zip(a, b, strict=True))
        return dot / math.sqrt(sum(x * x for x in a)) / math.sqrt(sum(y * y for y in b))

    total = 0.0
    for i, own in enumerate(both):
        partner = (i + count) % (2 * count)
        others = [math.exp(cosine(own, both[j]) / temperature) for j in range(2 * count) if j != i]
        total -= math.log(math.exp(cosine(own, both[partner]) / temperature) / sum(others))
    return total / (2 * count)


@pytest.mark.parametrize("temperature", [0.05, 0.5])
def test_equals_the_definition(temperature: float) -> None:
    generator = torch.Generator().manual_seed(0)
    first = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    second = first + 0.3 * torch.randn(4, 3, generator=generator, dtype=torch.float64)
    found = nt_xent(first, second, temperature=temperature).item()
    assert_allclose(found, by_loops(first, second, temperature), rtol=1e-9)


def test_views_alike_and_samples_apart_cost_least() -> None:
    basis = torch.eye(4)
    good = nt_xent(basis, basis)
    bad = nt_xent(basis, basis.roll(1, dims=0))
    assert good < 1e-6 < bad


def test_half_precision_does_not_overflow() -> None:
    views = torch.ones(8, 16, dtype=torch.float16, requires_grad=True)
    loss = nt_xent(views, views)
    loss.backward()
    assert loss.dtype == torch.float32
    assert_allclose(loss.item(), math.log(15), rtol=1e-3)
    assert views.grad is not None
    assert torch.isfinite(views.grad).all()


def test_the_projection_teaches_the_features() -> None:
    features = torch.randn(4, 6, requires_grad=True)
    head = ProjectionHead(6, outputs=5)
    assert head(features).shape == (4, 5)
    nt_xent(head(features), head(features * 1.1)).backward()
    assert features.grad is not None
