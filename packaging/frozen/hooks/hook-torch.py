"""torch: what its dynamic imports reach, its libraries, and the sources that TorchScript reads."""

from frozen.modules import modules_of
from PyInstaller.utils.hooks import PY_DYLIB_PATTERNS, collect_dynamic_libs

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
# 30 MB of sources that neither TorchScript nor a listing of a folder reads.
_WITHOUT_SOURCES = (
    "torch._functorch",
    "torch._inductor",
    "torch._vendor",
    "torch.ao",
    "torch.distributed",
    "torch.fx",
    "torch.testing",
)
module_collection_mode = {"torch": "pyz+py"} | dict.fromkeys(_WITHOUT_SOURCES, "pyz")
module_collection_mode["torch._inductor.kernel"] = "pyz+py"
# Tables of options read the comments in their own source.
module_collection_mode |= {
    name: "pyz+py" for name in hiddenimports if "config" in name.rpartition(".")[2]
}
binaries = collect_dynamic_libs("torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"])
binaries += collect_dynamic_libs("torch", search_patterns=["torch_shm_manager"])
# torch finds its libraries beside itself, and links at the top would lead it astray.
bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
