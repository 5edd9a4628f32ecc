"""What ships beside LNL: found by the files taken, every licence told, nothing under the GPL."""

import importlib
import json
import sys
import tomllib
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import licences
import pytest
from cyclonedx.schema import SchemaVersion
from frozen import licence_texts, macos, sbom, shipped
from frozen.licence_texts import Part
from frozen.sources import ROOT
from packaging.requirements import Requirement

EXTRAS = ("onnx", "formats", "tune")
"""Of `packaging/build.py`."""


def installed(
    site: Path,
    name: str,
    *,
    licence: str = "MIT",
    text: str = "Be free.",
    files: tuple[str, ...] = (),
) -> list[Path]:
    """Install a distribution into a folder as an installer does; its own files."""
    info = f"{name.replace('-', '_')}-1.0.dist-info"
    written = {f"{info}/METADATA": f"Name: {name}\nVersion: 1.0\nLicense-Expression: {licence}\n"}
    if text:
        written[f"{info}/licenses/LICENSE"] = text
    written |= {file: f"content of {file}" for file in files}
    for file, content in written.items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(content)
    record = "\n".join(f"{file},," for file in (*written, f"{info}/RECORD"))
    (site / info / "RECORD").write_text(record)
    return [site / file for file in files]


def found_in(site: Path, files: list[Path]) -> shipped.Shipped:
    return shipped.shipped(files, distributions(path=[str(site)]))


def test_only_what_was_taken_is_shipped(tmp_path: Path) -> None:
    taken = installed(tmp_path, "used", files=("used/a.py", "used.libs/libz-12ab.so.1"))
    installed(tmp_path, "unused", files=("unused.py",))
    installed(tmp_path, "named-only", files=("named.py",))
    installed(tmp_path, "pyinstaller", files=("PyInstaller/x.py",))
    installed(tmp_path, "lnl-gui", files=("own.py",))
    metadata = tmp_path / "named_only-1.0.dist-info" / "METADATA"
    found = found_in(tmp_path, [*taken, metadata, tmp_path / "own.py", Path(shipped.__file__)])
    assert [each.name for each in found.distributions] == ["pyinstaller", "used"]
    assert found.libraries == {"used": ["libz-12ab.so.1"]} and found.system == {}


def test_pyinstaller_s_tables_are_read(tmp_path: Path) -> None:
    own, link, module = tmp_path / "x" / ".." / "lib.so", "lib.so", tmp_path / "m.py"
    rows = [("lib.so", str(own), "BINARY"), ("l", link, "SYMLINK"), ("p", "/p", "EXECUTABLE")]
    with pytest.raises(SystemExit, match=r"COLLECT-00\.toc is missing"):
        shipped.sources(tmp_path)
    (tmp_path / "COLLECT-00.toc").write_text(repr((rows,)))
    (tmp_path / "PYZ-00.toc").write_text(
        repr(("x", [("m", str(module), "PYMODULE"), ("n", "-", "P")]))
    )
    assert shipped.sources(tmp_path) == [tmp_path / "lib.so", module]


def test_libraries_of_the_system_are_named_by_their_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, unknown = tmp_path / "libknown.so.1", tmp_path / "libreadline.so.8"
    monkeypatch.setattr(
        shipped, "_asked", lambda command: f"known1:amd64: {known}" if str(known) in command else ""
    )
    cuda = tmp_path / "libcudart.so.13"
    found = found_in(tmp_path, [known, unknown, cuda, tmp_path / "not-a-library.txt"])
    assert found.system == {"": [unknown], "known1": [known]}
    said = licence_texts.faults([], found)
    assert len(said) == 2 and all(str(unknown) in line for line in said)
    assert "licence is unknown" in said[0] and "prompt" in said[1]


def part(**values: object) -> Part:
    usual = {"name": "a", "version": "1", "kind": "pypi", "licence": "MIT", "texts": (("L", "t"),)}
    return Part(**{**usual, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, None),
        ({"texts": ()}, "no text of its licence"),
        ({"licence": ""}, "names no licence"),
        ({"licence": "GPL-2.0-only"}, "leave it out"),
        ({"licence": "AGPL-3.0-or-later AND MIT"}, "leave it out"),
        ({"licence": "GNU General Public License v3"}, "leave it out"),
        ({"licence": "GPL-2.0-only OR GPL-3.0-only"}, "leave it out"),
        ({"licence": "GPL-2.0-only OR MIT", "note": "x"}, None),
        ({"licence": "GPL-3.0-only WITH GCC-exception-3.1", "note": "x"}, None),
        ({"licence": "LGPL-3.0-only"}, "where its sources are"),
        ({"licence": "LGPL-3.0-only", "note": "there"}, None),
        ({"libraries": ("libx265-4883ecb5.so.217",)}, "pi-heif reads HEIC"),
        ({"libraries": ("libx11.so",)}, None),
    ],
)
def test_what_must_not_be_shipped_as_it_is(values: dict[str, object], said: str | None) -> None:
    faults = licence_texts.faults([part(**values)], shipped.Shipped())
    assert (len(faults) == 1 and said in faults[0]) if said else faults == []


def test_pillow_heif_is_not_shipped_and_pi_heif_is() -> None:
    """Of the real wheels: the one holds the encoder x265, the other none."""
    said = {}
    for name in ("pillow-heif", "pi-heif"):
        try:
            each = distribution(name)
        except ImportError:
            pytest.skip(f"{name} is not installed")
        files = [Path(str(each.locate_file(file))) for file in each.files or ()]
        found = shipped.shipped(files, [each])
        said[name] = licence_texts.faults(licence_texts.parts(found), found)
    assert said["pi-heif"] == []
    if sys.platform == "linux":
        assert any("x265" in line for line in said["pillow-heif"])


def closure() -> dict[str, Distribution]:
    """What LNL needs, and what that needs, as far as it is installed here."""
    found: dict[str, Distribution] = {}
    # From the file, not from what is installed: that may be of an older state.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [line for name in EXTRAS for line in project["optional-dependencies"][name]]
    waiting = [Requirement(line) for line in (*project["dependencies"], *lines)]
    waiting = [each for each in waiting if each.marker is None or each.marker.evaluate()]
    while waiting:
        wanted = waiting.pop()
        name = licence_texts.canonical(wanted.name)
        try:
            each = found.get(name) or distribution(name)
        except ImportError:
            continue
        is_new, found[name] = name not in found, each
        for line in each.requires or () if is_new or wanted.extras else ():
            inner = Requirement(line)
            extras = (*wanted.extras, "")
            if inner.marker is None or any(inner.marker.evaluate({"extra": e}) for e in extras):
                waiting += [inner] if licence_texts.canonical(inner.name) not in found else []
    return found


def test_everything_that_lnl_needs_has_a_licence_that_allows_it() -> None:
    needed = closure()
    assert {"torch", "pyside6-essentials", "pi-heif"} <= needed.keys()
    for name, each in needed.items():
        # Of CUDA, which no bundle holds.
        if name.startswith(("nvidia", "cuda", "triton")):
            continue
        licence = licence_texts.licence_of(each)
        assert licence and not licence_texts.is_gpl(licence), name
        if "GPL" in licence or "MPL" in licence:
            assert name in licence_texts.NOTES, name
        assert name in licence_texts.WITHOUT_TEXT or licence_texts.texts_of(each), name


def parts(site: Path) -> list[Part]:
    taken = installed(site, "One", text="Same.", files=("one.py", "one.libs/libq-1.so"))
    taken += installed(site, "two", licence="Apache-2.0 OR MIT", text="Same.", files=("two.py",))
    taken += installed(site, "three", licence="Public words", text="Other: Ä.", files=("three.py",))
    return licence_texts.parts(found_in(site, taken))


def test_each_text_is_there_once_and_each_part_is_named(tmp_path: Path) -> None:
    text = licences.document(parts(tmp_path), "1.2.3")
    assert text.count("Same.") == 1 and "The text is that of one, LICENSE." in text
    assert "Other: Ä." in text and "Libraries inside: libq-1.so" in text
    assert "two 1.0" in text.split("=" * 80)[0] and "Apache-2.0 OR MIT" in text
    python = text.split("=" * 80)[1]
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in python.upper()


def test_the_list_of_parts_follows_the_schema_and_is_the_same_again(tmp_path: Path) -> None:
    listed = parts(tmp_path)
    text = sbom.bill(listed, release="1.2.3", epoch=1_700_000_000)
    # Seconds of building grammars, for this test alone.
    validation = importlib.import_module("cyclonedx.validation.json")
    assert validation.JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert sbom.bill(listed, release="1.2.3", epoch=1_700_000_000) == text
    assert sbom.bill(listed[:-1], release="1.2.3", epoch=1_700_000_000) != text
    read = json.loads(text)
    assert read["metadata"]["component"]["purl"] == "pkg:pypi/lnl-gui@1.2.3"
    assert read["metadata"]["timestamp"].startswith("2023-11-14T22:13:20")
    urls = {each["purl"]: each for each in read["components"]}
    assert {"pkg:pypi/one@1.0", "pkg:pypi/two@1.0", "pkg:pypi/three@1.0"} <= urls.keys()
    assert urls["pkg:pypi/one@1.0"]["components"][0]["name"] == "libq-1.so"
    assert urls["pkg:pypi/two@1.0"]["licenses"] == [{"expression": "Apache-2.0 OR MIT"}]
    assert urls["pkg:pypi/three@1.0"]["licenses"] == [{"license": {"name": "Public words"}}]


@pytest.mark.parametrize(("name", "inside"), [("lnl-gui", ""), ("LNL.app", "Contents/Resources")])
def test_the_program_carries_both(tmp_path: Path, name: str, inside: str) -> None:
    program, dist = tmp_path / name, tmp_path / "dist"
    for folder in (program / inside, dist):
        folder.mkdir(parents=True)
    made = licences.write(program, dist, [part()], epoch=0)
    written = {path.name: path.read_bytes() for path in (program / inside).iterdir()}
    assert written.keys() >= {"LICENSE", licences.LICENCES, licences.BILL}
    assert [path.read_bytes() for path in made] == [
        written[licences.LICENCES],
        written[licences.BILL],
    ]
    assert all(b"\r" not in content for content in written.values())


def test_a_bundle_is_sealed_again_where_no_key_seals_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(macos.subprocess, "run", lambda command, **_: ran.append(command))
    macos.seal(Path("LNL.app"), {macos.IDENTITY_VARIABLE: "Developer ID"})
    assert ran == []
    macos.seal(Path("LNL.app"), {})
    assert ran == [["codesign", "--force", "--deep", "--sign", "-", "LNL.app"]]
