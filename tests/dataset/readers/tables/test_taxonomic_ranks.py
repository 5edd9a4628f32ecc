"""Tables of observations, where `class` is Aves or Mammalia and the species is the label."""

from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

RANKS = ["kingdom", "phylum", "class", "order", "family", "genus", "species"]
TAXA = [
    ["Animalia", "Chordata", "Mammalia", "Carnivora", "Canidae", "Vulpes", "Vulpes vulpes"],
    ["Animalia", "Chordata", "Mammalia", "Carnivora", "Mustelidae", "Meles", "Meles meles"],
    ["Animalia", "Chordata", "Aves", "Passeriformes", "Turdidae", "Turdus", "Turdus merula"],
    ["Animalia", "Chordata", "Aves", "Passeriformes", "Paridae", "Parus", "Parus major"],
]


def read(folder: Path, make_images: MakeImages, names: list[str], taxa: list[list[str]]) -> Listing:
    make_images(folder, [f"{i:02d}.png" for i in range(24)])
    rows = [[f"{i:02d}.png", *taxa[(i * 5 + i // 4) % len(taxa)]] for i in range(24)]
    text = "\n".join(map(",".join, [["file", *names], *rows]))
    (folder / "images.csv").write_text(text, encoding="utf-8")
    return read_dataset(folder / "images.csv")


@pytest.mark.parametrize("first", [0, 2, 3])
@pytest.mark.parametrize("spelled", [str.lower, str.title])
def test_species_is_the_label_beside_other_ranks(
    tmp_path: Path, make_images: MakeImages, first: int, spelled: object
) -> None:
    names = [spelled(name) for name in RANKS[first:]]  # type: ignore[operator]
    listing = read(tmp_path / "a", make_images, names, [taxon[first:] for taxon in TAXA])
    assert listing.class_names == sorted(taxon[-1] for taxon in TAXA)
    assert listing.suspicions == []


def test_ranks_in_german(tmp_path: Path, make_images: MakeImages) -> None:
    names = ["Klasse", "Ordnung", "Familie", "Gattung", "Spezies"]
    listing = read(tmp_path / "a", make_images, names, [taxon[2:] for taxon in TAXA])
    assert listing.class_names == sorted(taxon[-1] for taxon in TAXA)


def test_a_class_that_is_finer_than_the_ranks_is_the_label(
    tmp_path: Path, make_images: MakeImages
) -> None:
    taxa = [
        [f"{taxon[-1]} {sex}", taxon[4], taxon[5]] for taxon in TAXA for sex in ("male", "female")
    ]
    listing = read(tmp_path / "a", make_images, ["class", "family", "genus"], taxa)
    assert listing.class_names == sorted(taxon[0] for taxon in taxa)
    # The same classes in each genus.
    taxa = [[sex, *taxon[4:6]] for taxon in TAXA for sex in ("male", "female")]
    listing = read(tmp_path / "c", make_images, ["class", "family", "genus"], taxa)
    assert listing.class_names == ["female", "male"]
    # As many classes as genera: one says what the other does.
    taxa = [[word, *taxon[4:6]] for word, taxon in zip("abcd", TAXA, strict=True)]
    listing = read(tmp_path / "b", make_images, ["class", "family", "genus"], taxa)
    assert listing.class_names == list("abcd")


def test_ranks_without_a_species_are_no_label(tmp_path: Path, make_images: MakeImages) -> None:
    with pytest.raises(UserError, match="--label-column"):
        read(tmp_path / "a", make_images, RANKS[2:6], [taxon[2:6] for taxon in TAXA])
    listing = read_dataset(tmp_path / "a" / "images.csv", label_column="class")
    assert listing.class_names == ["Aves", "Mammalia"]


def test_epithets_that_genera_share_are_doubted(tmp_path: Path, make_images: MakeImages) -> None:
    taxa = [[*taxon[2:6], taxon[-1].split()[1]] for taxon in TAXA]
    listing = read(tmp_path / "a", make_images, RANKS[2:], taxa)
    assert listing.class_names == ["major", "meles", "merula", "vulpes"]
    assert listing.suspicions == []
    taxa[0][-1] = taxa[2][-1] = "vulgaris"
    (doubt,) = map(str, read(tmp_path / "b", make_images, RANKS[2:], taxa).suspicions)
    assert "several genera" in doubt and "`vulgaris`" in doubt
