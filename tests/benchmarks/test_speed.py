"""The report of the speed benchmark: shares, both tables and a picture that can be drawn."""

import json
from pathlib import Path
from xml.etree import ElementTree

from tests.benchmarks.speed.growth import Point
from tests.benchmarks.speed.measures import Measure, alternate
from tests.benchmarks.speed.report import machine, write_report


def test_a_report_says_the_floor_s_share_and_the_growth(tmp_path: Path) -> None:
    measures = [
        Measure("reading", "32 px", 4.0, 1.0, "decoding", 8.0),
        Measure("reading", "another's", 9.0, 1.0, "decoding", 9.0, peer=True, note="recall .9"),
    ]
    points = [Point("detection", 10**n, 0.1 * 10 ** (n - 3), 1.0, 5.0) for n in (3, 4, 5)]
    write_report(tmp_path, measures, points, machine())
    text = (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert "| reading | 32 px | 4.00 | decoding | 1.00 | 25% | 8.00 |" in text
    assert "*another's*" in text and "recall .9" in text and "| 100,000 |" in text
    found = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert found["measures"][0]["share"] == 0.25 and found["growth"][2]["samples"] == 100_000
    drawn = ElementTree.fromstring((tmp_path / "growth.svg").read_text(encoding="utf-8"))
    (line,) = [part for part in drawn if part.tag.endswith("polyline")]
    xs, ys = zip(*(map(float, p.split(",")) for p in line.attrib["points"].split()), strict=True)
    # Tenfold samples in tenfold time: a straight line on two logarithmic axes.
    assert abs(xs[0] + xs[2] - 2 * xs[1]) < 0.2
    assert abs(ys[0] + ys[2] - 2 * ys[1]) < 0.2 and ys[0] > ys[2]


def test_path_and_floor_take_turns() -> None:
    calls: list[str] = []
    alternate(lambda: calls.append("path"), lambda: calls.append("floor"), rounds=2)
    assert calls == ["path", "floor"] * 3
