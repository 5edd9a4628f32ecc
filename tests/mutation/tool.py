"""mutmut, told what counts as a mutant here; run by `tests.mutation` in a folder of its own.

Left out, because no test should hold a program to them: texts (string literals, and whatever makes
an error, writes to the log or marks a text for translation), and the `strict` of `zip`, an
assertion that never speaks in a program that is right.
"""

import json
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import libcst
from mutmut import __main__ as mutmut
from mutmut.mutation import file_mutation, trampoline
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.mutators import operator_arg_removal, operator_string
from mutmut.runners import harness
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils import file_utils
from mutmut.workers import isolation

TEXTS = {
    "tr",
    "message",
    "message_n",
    "plural",
    "UserError",
    "ValueError",
    "TypeError",
    "IndexError",
    "warn",
    "warning",
    "info",
}
"""Functions whose arguments are there to be read by a person."""


def is_strict(node: libcst.CSTNode) -> bool:
    """Whether it is the argument `strict=...`."""
    return (
        isinstance(node, libcst.Arg)
        and node.keyword is not None
        and (node.keyword.value == "strict")
    )


def change_arguments(node: libcst.Call) -> Iterator[libcst.Call]:
    """As the tool does, but leave `strict` as it is."""
    kept = [argument for argument in node.args if not is_strict(argument)]
    for mutant in operator_arg_removal(node):
        left = [argument for argument in mutant.args if not is_strict(argument)]
        if len(left) != len(kept) or any(a is not b for a, b in zip(left, kept, strict=True)):
            yield mutant


def narrow_operators() -> None:
    """Leave texts out, for this process and those forked from it."""
    file_mutation.mutation_operators = [
        (kind, change_arguments if operator == operator_arg_removal else operator)
        for kind, operator in file_mutation.mutation_operators
        if operator != operator_string
    ]
    skip = file_mutation.MutationVisitor._skip_node_and_children

    def skip_texts(visitor: file_mutation.MutationVisitor, node: libcst.CSTNode) -> bool:
        name = getattr(node, "func", None)
        name = getattr(name, "attr", name)
        named = getattr(name, "value", None)
        return named in TEXTS or is_strict(node) or skip(visitor, node)

    file_mutation.MutationVisitor._skip_node_and_children = skip_texts


IMPORT_TIME: set[str] = set()
"""Functions called while modules are imported, as mutmut names them."""


class ImportTime:
    """Says of those functions that every test depends on them."""

    def __init__(self) -> None:
        self._functions: set[str] = set()

    def pytest_collection_finish(self) -> None:
        self._functions.update(state()._stats)
        state()._stats.clear()

    def pytest_sessionfinish(self) -> None:
        for function in self._functions:
            state().tests_by_mangled_function_name[function] = set(state().duration_by_test)


def run_tests_our_way() -> None:
    """Let mutants of what runs at import take effect, and run the tests once before, not twice."""
    execute = harness.PytestRunner.execute_pytest

    def with_fresh_modules(runner: harness.PytestRunner, params: list[str], **options: Any) -> int:
        if "plugins" in options:
            options["plugins"].append(ImportTime())
        elif function_under_test() in IMPORT_TIME:
            # mutmut imports once and forks, which is too late for these.
            for name in list(sys.modules):
                if name.partition(".")[0] in ("lnl_gui", "tests"):
                    del sys.modules[name]
        try:
            return min(execute(runner, params, **options), 1)
        except Exception:
            # What cannot even be imported any more is as good as a failed test.
            if function_under_test():
                return 1
            raise

    collect = isolation.ForkServerRunner.collect_stats

    def know_import_time(runner: isolation.ForkServerRunner, tests: Iterable[str] | None) -> int:
        result = collect(runner, tests)
        known, every = state().tests_by_mangled_function_name, set(state().duration_by_test)
        IMPORT_TIME.update(name for name, reaching in known.items() if reaching == every)
        return result

    submit = isolation.ForkServerRunner.submit

    def shortest_first(
        runner: isolation.ForkServerRunner, name: str, tests: list[str], *limits: Any
    ) -> None:
        submit(runner, name, sorted(tests, key=state().duration_by_test.__getitem__), *limits)

    harness.PytestRunner.execute_pytest = with_fresh_modules
    isolation.ForkServerRunner.collect_stats = know_import_time
    isolation.ForkServerRunner.submit = shortest_first
    isolation.ForkServerRunner.run_clean_tests = lambda runner, tests: 0


def function_under_test() -> str:
    """Which function the mutant in force changes; empty where there is none."""
    return trampoline.get_mutant_under_test().rpartition("__mutmut_")[0]


def generate() -> list[str]:
    """Write the mutated sources; returns the names of all mutants, sorted."""
    file_utils.copy_src_dir()
    file_utils.copy_also_copy_files()
    mutmut.create_mutants(1)
    return sorted(name for file in results() for name in file.exit_code_by_key)


def results() -> list[SourceFileMutationData]:
    """What is on record of each mutated file."""
    files = [SourceFileMutationData(path=path) for path in file_utils.walk_mutatable_files()]
    for file in files:
        file.load()
    return files


def changed_lines(name: str, path: Path) -> tuple[str, str]:
    """The lines a mutant takes out and puts in."""
    lines = get_diff_for_mutant(name, path=path).splitlines()
    sides = ([], [])
    for line in lines:
        if line[:1] in "-+" and line[:3] not in ("---", "+++"):
            sides["-+".index(line[0])].append(line[1:].strip())
    return " ".join(sides[0]), " ".join(sides[1])


def report(names: Iterable[str]) -> list[dict[str, str]]:
    """State and changed lines of some mutants."""
    chosen, rows = set(names), []
    for file in results():
        for name in chosen & set(file.exit_code_by_key):
            state = status_by_exit_code[file.exit_code_by_key[name]]
            if state == "killed":
                rows.append({"name": name, "state": state})
                continue
            was, now = changed_lines(name, file.path)
            rows.append({"name": name, "state": state, "was": was, "now": now})
    return rows


def module_of(name: str) -> str:
    """`lnl_gui.store.history.merge.x__read__mutmut_3` as `store.history.merge`."""
    return name.rpartition(".")[0].removeprefix("lnl_gui.")


def main(order: dict[str, Any], target: Path) -> None:
    """Test a sample of the mutants, or those named, and write what became of them."""
    narrow_operators()
    run_tests_our_way()
    names = generate()
    if order["modules"]:
        names = [name for name in names if module_of(name) in order["modules"]]
    total = len(names)
    if order["only"]:
        names = [name for name in names if name in order["only"]]
    else:
        random.Random(order["seed"]).shuffle(names)
        names = names[: order["sample"]]
    try:
        mutmut._run(names, 1)
    finally:
        target.write_text(json.dumps({"total": total, "mutants": report(names)}, indent=1))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), Path(sys.argv[2]))
