"""Parts and shares as people write them."""

import pytest

from lnl_gui.util.errors import UserError
from lnl_gui.util.split_shares import SplitShare, parse_shares


@pytest.mark.parametrize("text", ["train=.8,val=.2", "train=80, val=20", "train = 80%,val=20 %"])
def test_shares_of_one_or_of_a_hundred(text: str) -> None:
    assert parse_shares(text) == (SplitShare("train", 0.8), SplitShare("val", 0.2))


def test_no_parts_are_asked_for() -> None:
    assert parse_shares("keep") == parse_shares("none") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no name with a share"),
        ("train", "no name with a share"),
        ("train=.8,test=x", "no name with a share"),
        ("train=1.2,test=-.2", "no name with a share"),
        ("train=nan", "no name with a share"),
        ("train=.8,test=.1", "add up to 0.9"),
        ("train=.5,Train=.5", "named twice"),
        ("a/b=1", "no folder"),
        ("..=1", "no folder"),
    ],
)
def test_what_is_no_list_of_parts_is_refused(text: str, why: str) -> None:
    with pytest.raises(UserError, match=why) as caught:
        parse_shares(text)
    assert caught.value.code == "split_shares" and "train=.8" in str(caught.value.hint)
