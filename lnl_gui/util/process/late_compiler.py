"""torch's compiler is loaded once it is used: importing it takes as long as importing torch.

torchvision, timm and every optimiser import `torch._dynamo`, and with it sympy and half of torch's
Python code, only to say that a function is not to be traced or that a traced graph ends, and
processes that train together only to let it forget its rules. A stand-in answers this until
anything else is asked of the compiler, which then loads it.
"""

import functools
import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader, MetaPathFinder
else:
    # Nothing that they bring is used, and importing them takes a tenth of the time of `--help`.
    Loader = MetaPathFinder = object

COMPILER = "torch._dynamo"
HELPERS = "torch._dynamo.utils"
RULES = "torch._dynamo.trace_rules"


def install() -> None:
    """Put the stand-in where the compiler is not loaded; a second call changes nothing."""
    if COMPILER not in sys.modules and not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def load() -> ModuleType:
    """The compiler itself, in place of the stand-in."""
    sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, _Finder)]
    for name in (COMPILER, HELPERS):
        if isinstance(sys.modules.get(name), _StandIn):
            sys.modules.pop(name, None)
    return importlib.import_module(COMPILER)


class _StandIn(ModuleType):
    """A module whose attributes, but for those it has been given, are the real one's."""

    def __getattr__(self, name: str) -> Any:
        # Whoever looks through all modules asks for such names, and does not want the compiler.
        if name.startswith("__"):
            raise AttributeError(name)
        load()
        return getattr(importlib.import_module(self.__name__), name)


class _Finder(MetaPathFinder):
    """Finds the stand-in; a submodule is asked for by those who use the compiler."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == COMPILER:
            return ModuleSpec(name, _StandInLoader(), is_package=True)
        if name.startswith(f"{COMPILER}."):
            real = load()
            if name in sys.modules:
                return ModuleSpec(name, _PresentLoader(sys.modules[name]))
            return PathFinder.find_spec(name, real.__path__, target)
        return None


class _StandInLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        helpers, rules = _StandIn(HELPERS), _StandIn(RULES)
        answers = {"disable": _disable, "graph_break": _graph_break}
        module.__dict__.update(answers, utils=helpers, trace_rules=rules)
        helpers.__dict__["is_compile_supported"] = _is_compile_supported
        rules.__dict__["clear_lru_cache"] = _forget_rules
        # Found there by imports of it, which then do not ask for the rest.
        sys.modules[HELPERS] = helpers


class _PresentLoader(Loader):
    """Gives a module that loading its package has brought along, as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._module, self._spec = module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


def _real() -> ModuleType | None:
    found = sys.modules.get(COMPILER)
    return None if found is None or isinstance(found, _StandIn) else found


def _disable(
    function: Callable[..., Any] | None = None, *arguments: Any, **options: Any
) -> Callable[..., Any]:
    """`torch._dynamo.disable`, which changes nothing as long as nothing is traced."""
    if function is None:
        return lambda given: _disable(given, *arguments, **options)
    disabled: list[Callable[..., Any]] = []

    @functools.wraps(function)
    def as_it_is(*given: Any, **named: Any) -> Any:
        real = _real()
        if real is None:
            return function(*given, **named)
        if not disabled:
            disabled.append(real.disable(function, *arguments, **options))
        return disabled[0](*given, **named)

    return as_it_is


def _graph_break(*arguments: Any, **options: Any) -> None:
    """`torch._dynamo.graph_break`, which does nothing outside a traced function."""
    real = _real()
    if real is not None:
        real.graph_break(*arguments, **options)


def _forget_rules() -> None:
    """`torch._dynamo.trace_rules.clear_lru_cache`, called where processes begin to train together.

    What is not loaded has looked up no rule yet.
    """
    real = _real()
    if real is not None:
        real.trace_rules.clear_lru_cache()


def _is_compile_supported(device: Any) -> Any:
    """`torch._dynamo.utils.is_compile_supported`, asked when an operator runs."""
    load()
    return importlib.import_module(HELPERS).is_compile_supported(device)
