"""Names of files in messages, shortened so that they still tell the files apart."""

from lnl_gui.dataset.listing import shorten


def test_long_paths_that_begin_alike_show_their_ends() -> None:
    around = "/".join(["a folder of a long name"] * 4)
    said = str(shorten([f"{around}/{number}.png" for number in range(7)]))
    assert all(f"/{number}.png`" in said for number in range(5)) and said.endswith("and 2 more")
    assert len(said) < 5 * 70


def test_other_names_show_their_beginnings() -> None:
    assert str(shorten(["a" * 70, "b" * 70, "c"])) == f"`{'a' * 60}`, `{'b' * 60}`, `c`"
    assert str(shorten(["d" * 70, "d" * 70])) == f"`{'d' * 60}`, `{'d' * 60}`"
