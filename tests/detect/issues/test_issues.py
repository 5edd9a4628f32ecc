"""Image issues, outliers and duplicates on cases whose answer is known."""

import numpy as np
import pytest
from PIL import Image

from lnl_gui.detect.copies.find import Copies, find_copies
from lnl_gui.detect.copies.orientations import differing_bits
from lnl_gui.detect.issues.duplicates import duplicate_issues, find_duplicates
from lnl_gui.detect.issues.image_quality import find_image_issues
from lnl_gui.detect.issues.issue import IssueResult, flag_unusual
from lnl_gui.detect.issues.outliers import find_outliers
from lnl_gui.detect.neighbours.search import nearest_neighbours

NAMES = ["dark", "bright", "blurry", "low_information", "odd_size", "odd_aspect_ratio", "truncated"]


def facts_of(samples: int, **columns: object) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(0)
    facts = {
        "width": np.full(samples, 32),
        "height": np.full(samples, 32),
        "brightness_low": generator.uniform(0.0, 0.4, samples),
        "brightness_high": generator.uniform(0.6, 1.0, samples),
        "contrast": generator.uniform(0.1, 0.3, samples),
        "sharpness": np.exp(generator.normal(-3.2, 0.6, samples)),
        "entropy": generator.uniform(0.75, 0.96, samples),
        "truncated": np.zeros(samples, bool),
    }
    return {**facts, **{name: np.asarray(value) for name, value in columns.items()}}


def by_name(issues: list[IssueResult]) -> dict[str, IssueResult]:
    return {issue.name: issue for issue in issues}


def test_a_dataset_of_small_images_is_sound() -> None:
    issues = find_image_issues(facts_of(500))
    assert [issue.name for issue in issues] == NAMES
    for issue in issues:
        assert not issue.flagged.any(), issue.name
        assert ((issue.score >= 0) & (issue.score <= 1)).all()
        assert issue.note


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("dark", {"brightness_high": 0.05, "brightness_low": 0.0}),
        ("bright", {"brightness_low": 0.99, "brightness_high": 1.0}),
        ("blurry", {"sharpness": 1e-4}),
        ("low_information", {"entropy": 0.05}),
        ("odd_size", {"width": 400, "height": 400}),
        ("odd_size", {"width": 4, "height": 4}),
        ("odd_aspect_ratio", {"width": 64, "height": 16}),
        ("truncated", {"truncated": True}),
    ],
)
def test_one_odd_image_is_found(name: str, changes: dict[str, float]) -> None:
    facts = facts_of(200)
    for column, value in changes.items():
        facts[column][17] = value
    for issue in find_image_issues(facts):
        assert np.flatnonzero(issue.flagged).tolist() == ([17] if issue.name == name else [])


def test_a_dataset_that_is_dark_as_a_whole_is_not_flagged() -> None:
    facts = facts_of(300, brightness_high=np.random.default_rng(1).uniform(0.1, 0.3, 300))
    dark = by_name(find_image_issues(facts))["dark"]
    assert not dark.flagged.any()
    assert dark.threshold > 0.68 and "whole dataset" in str(dark.note)


def test_flat_images_are_empty_not_blurred() -> None:
    facts = facts_of(100)
    for column in ("sharpness", "contrast", "entropy"):
        facts[column][3] = 0
    issues = by_name(find_image_issues(facts))
    assert issues["low_information"].flagged[3] and not issues["blurry"].flagged[3]


def test_unreadable_images_have_no_score() -> None:
    facts = facts_of(50)
    for column in facts.values():
        column[9] = 0
    for issue in find_image_issues(facts):
        assert np.isnan(issue.score[9]) and not issue.flagged[9]
    nothing = find_image_issues({name: np.zeros(3) for name in facts})
    assert all(np.isnan(issue.score).all() for issue in nothing)
    assert len(find_image_issues({name: np.zeros(0) for name in facts})) == len(NAMES)


def test_blur_is_seen_in_real_pixels() -> None:
    from PIL import ImageFilter

    from lnl_gui.detect.issues.image_quality import blurry

    generator = np.random.default_rng(0)
    noise = generator.integers(0, 256, (64, 64)).astype(np.uint8)
    sharp = Image.fromarray(noise).resize((256, 256), Image.Resampling.BICUBIC)
    soft = sharp.resize((16, 16)).resize((256, 256), Image.Resampling.BICUBIC)
    soft = soft.filter(ImageFilter.GaussianBlur(6))

    def relative_laplacian(image: Image.Image) -> float:
        pixels = np.asarray(image, dtype=np.float64) / 255
        laplacian = sum(np.roll(pixels, shift, axis) for axis in (0, 1) for shift in (-1, 1))
        inner = (laplacian - 4 * pixels)[1:-1, 1:-1]
        return float(inner.var() / (20 * pixels.var()))

    sharpness = np.array([relative_laplacian(sharp)] * 9 + [relative_laplacian(soft)])
    issue = blurry(sharpness, np.full(10, 0.2))
    assert issue.flagged.tolist() == [False] * 9 + [True]


def test_raised_threshold_never_leaves_the_scale() -> None:
    issue = flag_unusual("x", np.array([0.0, 1.0, 1.0, 0.2]), 0.5, "Note.")
    assert 0.5 < issue.threshold <= 1 and not issue.flagged.any()


def test_outliers_stand_apart() -> None:
    generator = np.random.default_rng(0)
    points = generator.normal(size=(300, 8)) + 6 * np.eye(3, 8)[np.arange(300) % 3]
    strange = -6 * np.eye(5, 8)[::-1] + generator.normal(size=(5, 8))
    _, similarity = nearest_neighbours([np.concatenate([points, strange])], 10)
    issue = find_outliers(similarity)
    assert issue.flagged[300:].all() and issue.flagged[:300].mean() < 0.03
    assert issue.score[300:].min() > issue.score[:300].max()


def test_outliers_without_neighbours_or_spread() -> None:
    similarity = np.array([[0.5, 0.4], [0.5, 0.0], [0.0, 0.0], [0.5, 0.4]], np.float32)
    issue = find_outliers(similarity)
    assert np.isnan(issue.score[2]) and not issue.flagged.any()
    assert not find_outliers(np.full((6, 3), 0.9, np.float32)).flagged.any()
    assert np.isnan(find_outliers(np.zeros((4, 0), np.float32)).score).all()


def test_exact_copies_with_conflicts_and_splits() -> None:
    content = np.array([b"a", b"b", b"a", b"c", b"", b"", b"c"])
    labels = np.array([0, 1, 1, 2, 0, 1, 2])
    splits = np.array(["train", "train", "train", "train", "", "", "test"])
    copies = find_copies(content)
    found = find_duplicates(copies, labels=labels, splits=splits)
    assert copies.group.tolist() == [0, -1, 0, 1, -1, -1, 1]
    assert copies.exact.tolist() == [True, False, True, True, False, False, True]
    assert found.conflicting.tolist() == [True, False, True, False, False, False, False]
    assert found.across_splits.tolist() == [False, False, False, True, False, False, True]
    issues = by_name(duplicate_issues(found))
    np.testing.assert_array_equal(issues["exact_duplicate"].flagged, copies.exact)
    np.testing.assert_array_equal(issues["conflicting_duplicate"].flagged, found.conflicting)
    assert not issues["near_duplicate"].flagged.any()


def test_near_copies_are_an_issue_by_likeness() -> None:
    copies = Copies(
        np.array([0, 0, 0, -1, 1, 1], np.int32),
        np.array([False, False, False, False, True, True]),
        np.array([0.97, 0.97, 0.4, 0, 1, 1], np.float32),
        np.zeros(6, bool),
        np.full(6, -1, np.int32),
        np.zeros(6, bool),
    )
    found = find_duplicates(copies, labels=np.array([4, 4, -1, 0, 0, 1]))
    assert found.conflicting.tolist() == [False] * 4 + [True] * 2
    issue = by_name(duplicate_issues(found))["near_duplicate"]
    # A turned copy is one, however little the encoder thinks so; exact ones are another issue.
    assert issue.flagged.tolist() == [True, True, True, False, False, False]


def test_hamming_distance_as_imagehash() -> None:
    import imagehash

    generator = np.random.default_rng(0)
    left, right = generator.integers(0, 2**63, (2, 20)).astype(np.uint64)
    expected = [
        imagehash.hex_to_hash(f"{int(a):016x}") - imagehash.hex_to_hash(f"{int(b):016x}")
        for a, b in zip(left, right, strict=True)
    ]
    assert differing_bits(left, right).tolist() == expected


def test_no_sample_at_all() -> None:
    none = find_copies(np.zeros(0, dtype="S32"))
    found = find_duplicates(none, labels=np.zeros(0, np.int32))
    assert found.conflicting.shape == (0,)
