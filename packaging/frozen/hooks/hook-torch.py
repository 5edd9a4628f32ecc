"""torch: what its dynamic imports reach, its libraries, and the sources that TorchScript reads."""

from frozen.modules import modules_of
from PyInstaller.utils.hooks import PY_DYLIB_PATTERNS, collect_dynamic_libs

module_collection_mode = "pyz+py"
warn_on_missing_hiddenimports = False
_UNUSED = (
    "torch.testing._internal",
    "torch.utils.tensorboard",
    "torch.utils.benchmark",
    "torch.distributed.pipelining",
    "torch.distributed.elastic",
    "torch._inductor.codegen.cuda",
    "torch.include",
    "torch.bin",
)
hiddenimports = [name for name in modules_of("torch") if not name.startswith(_UNUSED)]
binaries = collect_dynamic_libs("torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"])
binaries += collect_dynamic_libs("torch", search_patterns=["torch_shm_manager"])
# torch finds its libraries beside itself, and links at the top would lead it astray.
bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
