"""A trained model that was cut short or spoilt is told without loading it."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from lnl_gui.store.jobs.model_folder import CARD, WEIGHTS, model_damage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model as the library for such files writes it."""
    generator = np.random.default_rng(0)
    tensors = {
        name: generator.normal(size=shape).astype(np.float32)
        for name, shape in (("head.weight", (3, 4)), ("head.bias", (3,)), ("scale", ()))
    }
    save_file(tensors, tmp_path / WEIGHTS, metadata={"format": "pt"})
    (tmp_path / CARD).write_text(json.dumps({"class_names": ["cat", "dog"]}), encoding="utf-8")
    return tmp_path


def write_header(folder: Path, header: object, *, content: bytes = b"") -> None:
    text = json.dumps(header).encode()
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", len(text)) + text + content)


def test_a_model_is_whole_until_a_byte_of_its_weights_is_missing(folder: Path) -> None:
    assert model_damage(folder) is None
    whole = (folder / WEIGHTS).read_bytes()
    for length in range(len(whole)):
        (folder / WEIGHTS).write_bytes(whole[:length])
        found = model_damage(folder)
        assert found is not None and WEIGHTS in found, length
    (folder / WEIGHTS).write_bytes(whole + b"\0")
    assert model_damage(folder) == WEIGHTS
    (folder / WEIGHTS).unlink()
    assert model_damage(folder) == f"{CARD}, {WEIGHTS}"


def test_a_model_without_numbers_is_as_long_as_its_header(folder: Path) -> None:
    write_header(folder, {"__metadata__": {"format": "pt"}})
    assert model_damage(folder) is None
    write_header(folder, {"__metadata__": {"format": "pt"}}, content=b"1")
    assert model_damage(folder) == WEIGHTS


@pytest.mark.parametrize(
    "header",
    [
        [],
        {"a": {}},
        {"a": {"data_offsets": [0]}},
        {"a": {"data_offsets": 4}},
        {"a": {"data_offsets": [0, "4"]}},
        {"": {"data_offsets": [0, 4]}},
        {"a": None},
    ],
)
def test_a_header_that_says_no_place_of_its_numbers_is_damage(folder: Path, header: object) -> None:
    write_header(folder, header, content=b"1234")
    assert model_damage(folder) == f"{CARD}, {WEIGHTS}"


@pytest.mark.parametrize("length", [100_000_001, 2**63, 2**64 - 1])
def test_a_header_that_claims_to_be_endless_is_not_read(folder: Path, length: int) -> None:
    text = b'{"a": {"data_offsets": [0, 4]}}'
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", length) + text)
    assert model_damage(folder) == WEIGHTS


@pytest.mark.parametrize(
    ("card", "found"),
    [
        ("{}", CARD),
        ('{"class_names": []}', CARD),
        ('["class_names"]', CARD),
        ("", f"{CARD}, {WEIGHTS}"),
        ('{"class_names": ["cat"', f"{CARD}, {WEIGHTS}"),
        ("[" * 100_000, f"{CARD}, {WEIGHTS}"),
    ],
)
def test_a_card_that_names_no_class_is_damage(folder: Path, card: str, found: str) -> None:
    (folder / CARD).write_text(card, encoding="utf-8")
    assert model_damage(folder) == found
    (folder / CARD).unlink()
    assert model_damage(folder) is not None
