import pytest
import torch
from torch import nn

from lnl_gui.learn.models.frozen import equals_whole
from lnl_gui.learn.models.network import Classifier, Head, chain, cut, set_mode, set_trainable
from lnl_gui.learn.models.parts import Part
from tests.learn.drawn import backbone

MODELS = ("test_resnet", "test_vit", "test_efficientnet", "test_convnext")
PARTS: tuple[Part, ...] = ("last_block", "last_three_blocks")


def _classifier(name: str) -> tuple[Classifier, object]:
    opened = backbone(name)
    torch.manual_seed(0)
    classifier = Classifier(opened.model, Head(opened.dimension, 3))
    return classifier.eval(), opened


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("part", PARTS)
def test_the_two_parts_of_a_cut_equal_the_whole(name: str, part: Part) -> None:
    classifier, opened = _classifier(name)
    split = cut(classifier, opened, part)
    assert split is not None
    side = opened.preprocessing.image_size
    images = torch.randn(2, 3, side, side)
    with torch.no_grad():
        assert torch.allclose(split.trained(split.frozen(images)), classifier(images), atol=1e-5)
    assert equals_whole(split, classifier, opened.preprocessing)


@pytest.mark.parametrize("name", MODELS)
def test_only_the_last_block_and_what_follows_learns(name: str) -> None:
    classifier, opened = _classifier(name)
    set_trainable(classifier, opened, "last_block")
    side = opened.preprocessing.image_size
    classifier(torch.randn(2, 3, side, side)).sum().backward()
    learning = {id(p) for p in classifier.parameters() if p.grad is not None}
    wanted = {id(p) for p in (*opened.blocks[-1].parameters(), *classifier.head.parameters())}
    assert wanted <= learning
    before = {id(p) for block in opened.blocks[:-1] for p in block.parameters()}
    assert not before & learning


def test_all_and_nothing_but_the_head() -> None:
    classifier, opened = _classifier("test_resnet")
    set_trainable(classifier, opened, "full")
    assert all(p.requires_grad for p in classifier.parameters())
    set_trainable(classifier, opened, "head")
    learning = [p for p in classifier.parameters() if p.requires_grad]
    assert {id(p) for p in learning} == {id(p) for p in classifier.head.parameters()}


def test_a_cut_that_computes_something_else_is_refused() -> None:
    classifier, opened = _classifier("test_resnet")
    split = cut(classifier, opened, "last_block")
    assert split is not None
    with torch.no_grad():
        wrong = type(split)(nn.Sequential(split.frozen, nn.ReLU6()), split.trained)
        next(split.frozen.parameters()).mul_(30)
    assert not equals_whole(wrong, classifier, opened.preprocessing)


def test_unknown_layouts_have_no_chain() -> None:
    assert chain(nn.Sequential(nn.Linear(2, 2))) is None


def test_frozen_batch_norm_keeps_its_statistics() -> None:
    classifier, opened = _classifier("test_resnet")
    trained = set_trainable(classifier, opened, "last_block")
    norms = [m for m in opened.blocks[-1].modules() if isinstance(m, nn.BatchNorm2d)]
    set_mode(classifier, trained, batch_norm=False)
    assert norms and not any(norm.training for norm in norms)
    set_mode(classifier, trained, batch_norm=True)
    assert all(norm.training for norm in norms)
    first = next(m for m in classifier.modules() if isinstance(m, nn.BatchNorm2d))
    assert not first.training
