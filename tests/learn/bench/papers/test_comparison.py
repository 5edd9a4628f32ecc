"""Measured accuracies beside printed ones: intervals by the books, and what differs in words."""

from dataclasses import replace

import pytest

from lnl_gui.learn.bench.papers.catalogue import TABLES, find_tables
from lnl_gui.learn.bench.papers.comparison import compare, differences, interval
from lnl_gui.learn.bench.papers.paper_table import PaperTable, Shortening, chosen
from lnl_gui.learn.bench.papers.planned_constants import planned_constants, setting_of
from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan, check_names
from lnl_gui.learn.bench.published import Setting, published
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.learn.methods.constants import with_constants
from lnl_gui.learn.methods.registry import default_parameters
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.util.errors import UserError

THIRTY = Noise("symmetric_inclusive", 0.3)


def small_cnn() -> PaperTable:
    (table,) = find_tables(["apl-cifar10"])
    return table


def cell(method: str, seed: int, last: float, *, train: float | None = None) -> BenchmarkCell:
    return BenchmarkCell(
        "cifar10",
        THIRTY.kind,
        THIRTY.rate,
        method,
        seed,
        samples=40_000,
        wrong=1,
        seconds=2.0,
        last=last,
        best=last + 0.1,
        train=train,
        tests=10_000,
        curve=(0.1, last),
    )


def test_the_interval_is_students_over_seeds() -> None:
    # Mean .5, deviation .02, t of two degrees of freedom 4.302653 (any table): .02 / sqrt(3) times.
    found = interval([0.48, 0.50, 0.52], tests=10_000)
    assert found.value == pytest.approx(0.5)
    assert found.high - found.value == pytest.approx(4.302653 * 0.02 / 3**0.5, rel=1e-5)
    assert found.value - found.low == pytest.approx(found.high - found.value)


def test_one_seed_has_the_interval_of_its_test_images() -> None:
    # Wilson 1927 for 50 of 100: .5 +- 1.959964 / (2 sqrt(100 + 1.959964^2)).
    found = interval([0.5], tests=100)
    assert found.high == pytest.approx(0.5 + 1.959964 / (2 * (100 + 1.959964**2) ** 0.5), abs=1e-6)


def test_figures_stand_beside_the_printed_ones() -> None:
    cells = [cell("plain:ce", seed, 0.52 + 0.01 * seed, train=0.6) for seed in range(3)]
    (found,) = compare(small_cnn(), cells)
    assert found.seeds == 3 and found.measured.value == pytest.approx(0.53)
    assert found.printed is not None and found.printed.accuracy == pytest.approx(0.534)
    assert found.difference == pytest.approx(-0.004) and not found.differs
    assert found.train == pytest.approx(0.6) and found.curve == pytest.approx((0.1, 0.53))


def test_the_figure_is_the_one_the_paper_prints() -> None:
    (best,) = compare(replace(small_cnn(), figure="best"), [cell("plain:ce", 0, 0.3)])
    assert best.measured.value == pytest.approx(0.4)


def test_what_differs_is_said_with_its_size_and_the_order() -> None:
    cells = [cell("plain:ce", 0, 0.535), cell("plain:nce+rce", 0, 0.2)]
    said = [str(sentence) for sentence in differences(compare(small_cnn(), cells))]
    assert said[0].startswith("1 of 2 printed figures lie within")
    assert "plain:nce+rce, symmetric_inclusive 30" in said[1]
    assert "56.1" in said[1] and "36.1 points lower" in said[1]
    assert "plain:ce > plain:nce+rce; printed is plain:nce+rce > plain:ce" in said[2]
    assert len(said) == 3


def test_nothing_printed_is_said() -> None:
    table = replace(small_cnn(), network="another")
    (said,) = differences(compare(table, [cell("plain:ce", 0, 0.5)]))
    assert "No figure" in str(said)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_can_be_planned_with_constants_its_methods_have(table: PaperTable) -> None:
    sets = {noise.kind: [0] for noise in table.noises if not noise.is_drawn}
    data = BenchmarkData(table.dataset, [], [0], 100, label_sets=sets)  # type: ignore[arg-type]
    check_names(data, BenchmarkPlan(table.noises, table.methods))
    for method, constants in table.constants.items():
        trained = method if method in ("turn", "divide_mix", "unicon") else "plain:ce"
        name = method if method.startswith("plain:") else trained
        defaults = default_parameters(name, setting=setting_of(table), encoder=table.backbone)
        changed = with_constants(defaults, constants)
        assert getattr(changed, "epochs", 0) == constants["epochs"]


def test_constants_are_changed_where_a_method_has_them() -> None:
    shortening = Shortening(epochs=2, constants=(("beta", "0.1"), ("momentum", "0")))
    found = planned_constants(small_cnn(), shortening)
    assert "beta" not in found["plain:ce"] and found["plain:nfl+rce"]["beta"] == 0.1
    assert {values["momentum"] for values in found.values()} == {0.0}
    assert {values["epochs"] for values in found.values()} == {2}
    assert shortening.folder_suffix == "-2-epochs-beta-0.1-momentum-0"
    with pytest.raises(UserError, match="momentum"):
        planned_constants(small_cnn(), Shortening(constants=(("momentun", "0"),)))


def test_a_warm_up_is_no_longer_than_half_of_a_shortened_training() -> None:
    (people,) = find_tables(["dividemix-cifar100n"])
    found = planned_constants(people, Shortening(epochs=4))
    assert (found["divide_mix"]["epochs"], found["divide_mix"]["warm_up_epochs"]) == (4, 2)


def test_printed_figures_belong_to_rows_and_columns_of_tables() -> None:
    found = {
        (table.name, noise, method)
        for table in TABLES
        for noise in table.noises
        for method in table.methods
        if published(Setting(table.dataset, table.network, noise.kind, noise.rate), method)
    }
    # 40 of the small CNN; TURN: 16 and 16 with ViT-B/16, 4 with ConvNeXt-T; 2 of the report on
    # TURTLE; 6 label sets of people.
    assert len(found) == 40 + 32 + 4 + 2 + 6
    setting = Setting("cifar10", "preact-resnet18", "worse", 0.0)
    worse = published(setting, "divide_mix")
    assert worse is not None and worse.accuracy == pytest.approx(0.9256) and "Wei" in worse.source


def test_tables_go_by_their_names_and_papers_by_theirs() -> None:
    assert len(find_tables([])) == len(TABLES)
    assert {table.paper for table in find_tables(["turn"])} == {"turn"}
    with pytest.raises(UserError, match="apl-cifar10"):
        find_tables(["apl-cifar"])
    assert chosen(["b", "a"], ["a", "b", "c"], small_cnn()) == ["a", "b"]
    with pytest.raises(UserError, match="has no d"):
        chosen(["d"], ["a"], small_cnn())
