"""torch's compiler stays unloaded until it is used, and is then what it always was."""

import subprocess
import sys

PRELUDE = """
import sys
from lnl_gui.util.process import late_compiler
late_compiler.install()
import torch
"""
USED = """
import timm, torchvision, open_clip
network = timm.create_model("efficientnet_lite0", num_classes=3)
for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
    optimiser = kind(network.parameters(), lr=1e-3)
    network(torch.zeros(2, 3, 32, 32)).sum().backward()
    optimiser.step()
    optimiser.zero_grad()
    optimiser.load_state_dict(optimiser.state_dict())
store = torch.distributed.HashStore()
torch.distributed.init_process_group("gloo", rank=0, world_size=1, store=store)
torch.distributed.destroy_process_group()
assert not {"sympy", "torch._dynamo.eval_frame", "torch._inductor"} & set(sys.modules)
"""
COMPILED = """
from torch.compiler import disable

@disable
def apart(x):
    return x + 1

before = apart(torch.ones(2))
rules = torch._dynamo.trace_rules
rules.clear_lru_cache()
assert "sympy" not in sys.modules
import torch._dynamo.config as config
from torch._dynamo.utils import counters
assert "clear_lru_cache" in vars(torch._dynamo.trace_rules)
rules.clear_lru_cache()
assert rules.dynamo_dir is torch._dynamo.trace_rules.dynamo_dir is not None
assert config is torch._dynamo.config is sys.modules["torch._dynamo.config"]
assert config.__spec__.name == "torch._dynamo.config"
assert "optimize" in vars(torch._dynamo) and "sympy" in sys.modules
assert torch.equal(apart(torch.ones(2)), before)

def graphs(function):
    counters.clear()
    torch._dynamo.reset()
    compiled = torch.compile(function, backend="eager")
    assert torch.equal(compiled(torch.ones(2)), function(torch.ones(2)))
    return counters["stats"]["unique_graphs"]

# What was marked before is left out of a graph as what is marked now: two parts, not one.
marked = torch._dynamo.disable(lambda x: x + 1)
assert graphs(lambda x: (x * 2 + 1) * 3) == 1
assert graphs(lambda x: marked(x * 2) * 3) == 2
assert graphs(lambda x: apart(x * 2) * 3) == 2
weight = torch.ones(2, requires_grad=True)
weight.sum().backward()
torch.optim.SGD([weight], lr=.5).step()
assert weight.tolist() == [.5, .5]
from torchvision.ops.roi_align import is_compile_supported
assert is_compile_supported("cpu") == torch._dynamo.utils.is_compile_supported("cpu")
late_compiler.install()
assert "optimize" in vars(torch._dynamo)
"""


def test_networks_do_without_the_compiler_and_it_is_there_for_whom_uses_it() -> None:
    # One process after the other's parts: importing torch and timm takes most of either.
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + USED + COMPILED],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
