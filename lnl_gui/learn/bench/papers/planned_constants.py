"""The constants of a table's methods as a run takes them: the paper's, or what was changed."""

from collections.abc import Mapping

from lnl_gui.learn.bench.papers.paper_table import PaperTable, Shortening
from lnl_gui.learn.bench.plan import RELABEL
from lnl_gui.learn.methods.constants import constants_of, with_constants
from lnl_gui.learn.methods.method import Setting
from lnl_gui.learn.methods.registry import default_parameters
from lnl_gui.util.constants import Constant, as_constant
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message


def setting_of(table: PaperTable) -> Setting:
    """What a table trains, on which the defaults of its methods depend."""
    if table.on_features:
        return "embedding"
    return "backbone" if table.backbone else "scratch"


def planned_constants(
    table: PaperTable, shortening: Shortening
) -> dict[str, Mapping[str, Constant]]:
    """What differs from each method's defaults, by method.

    Args:
        table: whose methods they are.
        shortening: epochs of all, and constants by name of those methods that have them.

    Raises:
        UserError: for a constant that no method of the table has, suggesting the nearest, or a
            value that it cannot take.
    """
    known = {method: _known(table, method) for method in table.methods}
    planned = {method: dict(table.constants.get(method, {})) for method in table.methods}
    for name, value in shortening.constants:
        having = [method for method in table.methods if name in known[method]]
        if not having:
            every = {each for names in known.values() for each in names}
            raise UserError(
                message("No method of {table} has a constant {name}.", table=table.name, name=name),
                known_names(name, sorted(every)),
                code="unknown_constant",
            )
        for method in having:
            planned[method][name] = as_constant(name, value, known[method][name])
    if shortening.epochs:
        for values in planned.values():
            values["epochs"] = shortening.epochs
            if "warm_up_epochs" in values:
                # A run that was made short must leave its warm-up, or it would be plain training.
                least = max(1, shortening.epochs // 2)
                values["warm_up_epochs"] = min(int(values["warm_up_epochs"]), least)
    return {method: values for method, values in planned.items() if values}


def _known(table: PaperTable, method: str) -> Mapping[str, Constant]:
    name = "plain:ce" if method.startswith(RELABEL) else method
    defaults = default_parameters(name, setting=setting_of(table), encoder=table.backbone)
    return constants_of(with_constants(defaults, table.constants.get(method, {})))
