"""The short form of the campaign on metadata; the long one by command."""

from pathlib import Path

from tests.campaign.mutated_metadata import campaign


def test_no_mutated_table_is_a_fault(tmp_path: Path) -> None:
    figures = campaign(tmp_path, 48)
    assert not [name for name in figures if name.startswith("fault")]
    assert figures["read"] + figures["refused"] == 48
