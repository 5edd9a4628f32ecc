"""The container's recipe and the cluster's examples: what shows without building them."""

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.cli.parser import make_parser
from lnl_gui.learn.recipes.registry import find_recipe

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT / "packaging" / "cluster"


def _instructions() -> list[tuple[str, str]]:
    """(instruction, words) of the file, continued lines joined."""
    text = (ROOT / "packaging" / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(None, 1)) for line in whole.splitlines() if line]  # type: ignore[misc]


def test_what_is_copied_is_there_and_enough_to_build_the_wheel() -> None:
    found = _instructions()
    stages = [words.rpartition(" AS ")[2] for kind, words in found if kind == "FROM"]
    copied = set()
    for kind, words in found:
        if kind != "COPY":
            continue
        *sources, _target = shlex.split(words)
        if sources[0].startswith("--from="):
            assert sources.pop(0).removeprefix("--from=") in stages
            continue
        assert all((ROOT / source).exists() for source in sources), words
        copied |= set(sources)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = build["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"], "README.md", "LICENSE"} <= copied
    extras = next(words for kind, words in found if kind == "ARG" and words.startswith("EXTRAS"))
    known = build["project"]["optional-dependencies"]
    assert set(extras.partition("=")[2].split(",")) <= known.keys()


def test_it_runs_the_program_and_not_as_root() -> None:
    found = dict(_instructions())
    assert found["ENTRYPOINT"] == '["lnl-gui"]'
    assert found["USER"] == "lnl"
    # The user comes after everything that needs root, and nothing is left of the caches.
    runs = " ".join(words for kind, words in _instructions() if kind == "RUN")
    assert runs.count("pip install") == runs.count("--no-cache-dir")
    assert "rm -rf /var/lib/apt/lists" in runs


def test_the_commands_of_the_examples_are_the_programs() -> None:
    script = (CLUSTER / "train.sbatch").read_text(encoding="utf-8")
    command = script.partition("-m lnl_gui ")[2]
    words = shlex.split(command.replace("$project", "p").replace("$recipe", "full"))
    assert make_parser(words).parse_args(words).project.name == "p"
    find_recipe(re.findall(r"recipe=\$\{2:-(\w+)\}", script)[0])
    if (bash := shutil.which("bash")) is not None:
        subprocess.run([bash, "-n", str(CLUSTER / "train.sbatch")], check=True)


def test_the_job_of_kubernetes_mounts_what_it_names() -> None:
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load((CLUSTER / "job.yaml").read_text(encoding="utf-8"))
    pod = job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert {one["name"] for one in container["volumeMounts"]} == {
        one["name"] for one in pod["volumes"]
    }
    options = make_parser(container["args"]).parse_args(container["args"])
    mounted = [one["mountPath"] for one in container["volumeMounts"]]
    assert str(options.source) in mounted and pod["securityContext"]["runAsNonRoot"]


def _rendered(template: str, values: dict[str, Any], release: str) -> str:
    """What Helm makes of a template that only puts in values, as JSON."""

    def value(match: re.Match[str]) -> str:
        found: Any = {"Values": values, "Release": {"Name": release}}
        for name in match[1].split(".")[1:]:
            found = found[name]
        return json.dumps(found)

    return re.sub(r"\{\{ ((?:\.\w+)+) \| toJson \}\}", value, template)


def test_the_chart_makes_the_job_of_the_plain_example() -> None:
    yaml = pytest.importorskip("yaml")
    chart = CLUSTER / "chart"
    about = yaml.safe_load((chart / "Chart.yaml").read_text(encoding="utf-8"))
    assert about["apiVersion"] == "v2" and about["name"] == "lnl-gui"
    assert re.fullmatch(r"\d+\.\d+\.\d+", about["version"])
    values = yaml.safe_load((chart / "values.yaml").read_text(encoding="utf-8"))
    template = (chart / "templates" / "job.yaml").read_text(encoding="utf-8")
    made = _rendered(template, values, "lnl-gui")
    assert "{{" not in made
    assert yaml.safe_load(made) == yaml.safe_load((CLUSTER / "job.yaml").read_text("utf-8"))
    # Every value is used, and other ones arrive where they belong.
    other = {**values, "claims": {"images": "pictures", "work": "mine"}, "image": 'a"b'}
    pod = yaml.safe_load(_rendered(template, other, "clean"))["spec"]["template"]["spec"]
    assert pod["containers"][0]["image"] == 'a"b'
    claims = [one.get("persistentVolumeClaim", {}).get("claimName") for one in pod["volumes"]]
    assert claims == ["pictures", "mine", None]
    assert all(f".Values.{name}" in template for name in values)
