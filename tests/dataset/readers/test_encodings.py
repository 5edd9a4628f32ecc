"""Tables that are not UTF-8, as programs of many countries write them."""

from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

NUMBER = 120
WORDS = [
    ("cp1252", ("señal", "tornillo", "tuerca")),
    ("cp1252", ("façade", "forêt", "église")),
    ("cp1252", ("feijão", "limão", "maçã")),
    ("cp1252", ("hög", "låg", "medel")),
    ("cp1252", ("blå", "grøn", "rød")),
    ("cp1252", ("Größe", "Käfer", "Öl")),
    ("cp1250", ("jabłko", "wiśnia", "śliwka")),
    ("cp1250", ("dítě", "dospělý")),
    ("cp1250", ("alma", "körte", "szőlő")),
    ("cp1251", ("Норма", "Царапина")),
    ("cp1253", ("γάτα", "σκύλος")),
    ("cp1254", ("hasta", "sağlıklı")),
    ("gbk", ("凹坑", "划痕", "合格")),
    ("gbk", ("猫", "狗")),
    ("big5", ("正常", "異常")),
    ("shift_jis", ("キズ", "不良品", "良品")),
    ("euc_kr", ("강아지", "고양이")),
    ("cp850", ("Größe", "Käfer")),
]
AMBIGUOUS = [
    ("cp1252", ("forêt", "champ")),
    ("cp1250", ("kočka", "pes")),
    ("cp1252", ("sølv", "kobber")),
    ("gbk", ("晴", "雨")),
    ("mac_roman", ("señal", "niño")),
    # One letter of UTF-8 by its bytes.
    ("euc_kr", ("캔", "ok")),
]


@pytest.fixture
def root(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", [f"{at}.png" for at in range(NUMBER)])


def read(root: Path, lines: list[bytes], encoding: str | None = None) -> Listing:
    (root / "t.csv").write_bytes(b"\n".join([b"path,label", *lines]))
    return read_dataset(root / "t.csv", encoding=encoding)


def rows(words: tuple[str, ...], number: int) -> list[str]:
    return [f"{at}.png,{words[at % len(words)]}" for at in range(number)]


@pytest.mark.parametrize("number", [8, NUMBER])
@pytest.mark.parametrize(("encoding", "words"), WORDS)
def test_words_are_read_however_often_they_come(
    root: Path, encoding: str, words: tuple[str, ...], number: int
) -> None:
    listing = read(root, [row.encode(encoding) for row in rows(words, number)])
    assert set(listing.class_names) == set(words)
    assert not listing.suspicions
    assert any("is not UTF-8 and was read as" in str(said) for said in listing.warnings)


@pytest.mark.parametrize(("encoding", "words"), AMBIGUOUS)
def test_two_likely_readings_are_shown_and_asked_about(
    root: Path, encoding: str, words: tuple[str, ...]
) -> None:
    lines = [row.encode(encoding) for row in rows(words, NUMBER)]
    [doubt] = [str(said) for said in read(root, lines).suspicions]
    assert words[0] in doubt and "--encoding" in doubt
    named = read(root, lines, encoding)
    assert set(named.class_names) == set(words) and not named.suspicions


def test_words_of_no_known_language_are_asked_about(root: Path) -> None:
    lines = [f"{at}.png,{('x±ñ¶', 'ok')[at % 2]}".encode("cp1252") for at in range(NUMBER)]
    [doubt] = [str(said) for said in read(root, lines).suspicions]
    assert "is not known" in doubt and "x±ñ¶" in doubt and "--encoding" in doubt


def test_symbols_of_western_texts_stay(root: Path) -> None:
    words = ("20 °C", "5 m²", "l’été", "«œuf»", "¿qué?")
    listing = read(root, [row.encode("cp1252") for row in rows(words, NUMBER)])
    assert set(listing.class_names) == set(words)


def test_lines_of_two_encodings_are_read_each_by_its_own(root: Path) -> None:
    texts = rows(("Käfer", "Öl"), 20)
    lines = [row.encode("utf-8" if at < 6 else "cp1252") for at, row in enumerate(texts)]
    listing = read(root, lines)
    assert set(listing.class_names) == {"Käfer", "Öl"}
    assert any("lines in UTF-8 and lines in cp1252" in str(said) for said in listing.warnings)


def test_names_that_were_decoded_wrongly_once_are_named(root: Path) -> None:
    wrong = "Käfer".encode().decode("cp1252")
    listing = read(root, [row.encode() for row in rows(("Käfer", wrong, "Öl"), 24)])
    [said] = [str(said) for said in listing.warnings if "decoded wrongly" in str(said)]
    assert f"`{wrong}` was `Käfer`" in said and "Öl" not in said


@pytest.mark.parametrize(
    "notes",
    [
        *(("20 °C", "21 °C", "22 °C", "23 °C"), ("5 €", "6 €", "7 €"), ("5±1 µm²", "6±1 µm²")),
        *(("ø 5 mm", "Prüfstand"), ("Genève", "Málaga"), ("x±ñ¶", "")),
    ],
)
def test_notes_that_name_no_image_and_no_class_are_not_asked_about(
    root: Path, notes: tuple[str, ...]
) -> None:
    rows = [f"{at}.png,{('cat', 'dog')[at % 2]},{notes[at % len(notes)]}" for at in range(60)]
    text = "\n".join(["path,label,remark", *rows])
    (root / "t.csv").write_bytes(text.encode("cp1252"))
    listing = read_dataset(root / "t.csv")
    assert (listing.class_names, listing.suspicions) == (["cat", "dog"], [])
    assert any("encoding" in str(said) for said in listing.warnings)


@pytest.mark.parametrize(
    "words", [("20 °C", "21 °C", "22 °C", "23 °C"), ("5 €", "6 €", "7 €"), ("5 µm²", "7 µm²")]
)
def test_symbols_behind_different_numbers_are_one_symbol(
    root: Path, words: tuple[str, ...]
) -> None:
    listing = read(root, [row.encode("cp1252") for row in rows(words, NUMBER)])
    assert set(listing.class_names) == set(words) and not listing.suspicions


@pytest.mark.parametrize(
    "words",
    [
        *(("İyi", "kedi"), ("İnek", "at"), ("İ", "k"), ("mưa", "mai"), ("ħut", "kelb")),
        *(("dŵr", "bara"), ("tŷ", "car"), ("aĝo", "kato"), ("կատու", "շուն"), ("шүн", "ит")),
    ],
)
def test_rare_letters_of_utf_8_are_no_chinese(
    tmp_path: Path, make_images: MakeImages, words: tuple[str, str]
) -> None:
    root = make_images(tmp_path / "d", [f"{at}.png" for at in range(20)])
    text = "file,label\n" + "".join(f"{at}.png,{words[at % 2]}\n" for at in range(20))
    (root / "labels.csv").write_text(text, encoding="utf-8")
    listing = read_dataset(root)
    assert [record.label for record in listing.records] == [
        words[int(record.path.removesuffix(".png")) % 2] for record in listing.records
    ]
    assert listing.suspicions == []
