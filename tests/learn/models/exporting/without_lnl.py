"""Runs an exported folder in a process of its own that cannot import this program.

Called as `python -I without_lnl.py FOLDER PICTURE`; prints one JSON object: the logits of the
picture by format, and what the folder's script prints for it.
"""

import contextlib
import io
import json
import runpy
import sys
import warnings
from pathlib import Path


class Refuse:
    """An import hook that knows this program and refuses it."""

    def find_spec(self, name: str, *rest: object) -> None:
        if name.partition(".")[0] == "lnl_gui":
            raise ImportError(f"{name} cannot be imported here")


sys.meta_path.insert(0, Refuse())
try:
    import lnl_gui  # noqa: F401
except ImportError:
    pass
else:
    raise SystemExit("the program can be imported")

import numpy as np  # noqa: E402
import timm  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402

warnings.simplefilter("ignore")
folder, picture = Path(sys.argv[1]), sys.argv[2]
there = {file.name for file in folder.iterdir()}
logits: dict[str, list[float]] = {}
said = io.StringIO()
sys.argv[1:] = [picture]
with contextlib.redirect_stdout(said):
    script = runpy.run_path(str(folder / "load_model.py"), run_name="__main__")
image = Image.open(picture).convert("RGB")
prepared = script["transform"](image)[None]
two = torch.cat([prepared, prepared])
with torch.inference_mode():
    logits["timm"] = script["model"](prepared)[0].tolist()
    if "config.json" in there:
        hub = timm.create_model(f"local-dir:{folder}", pretrained=True).eval()
        transform = timm.data.create_transform(**timm.data.resolve_model_data_config(hub))
        logits["timm of the hub"] = hub(transform(image)[None])[0].tolist()
        from transformers import AutoImageProcessor, AutoModelForImageClassification

        own = AutoModelForImageClassification.from_pretrained(folder)
        processor = AutoImageProcessor.from_pretrained(folder)
        answer = own(**processor(image, return_tensors="pt")).logits[0]
        logits["transformers"] = answer.tolist()
        best = int(answer.argmax())
        probability = float(answer.softmax(dim=0)[best])
        said.write(f"transformers\t{own.config.id2label[best]}\t{probability:.4f}\n")
    if "model.pt2" in there:
        extra = {"class_names": "", "preprocessing": ""}
        program = torch.export.load(folder / "model.pt2", extra_files=extra)
        assert json.loads(extra["class_names"]) == script["CLASSES"]
        logits["torch-export"] = program.module()(two)[1].tolist()
if "model.onnx" in there:
    import onnxruntime

    for name in ("model.onnx", "model-int8.onnx"):
        session = onnxruntime.InferenceSession(str(folder / name))
        known = session.get_modelmeta().custom_metadata_map
        assert json.loads(known["class_names"]) == script["CLASSES"]
        assert json.loads(known["preprocessing"])["mean"]
        assert session.get_inputs()[0].shape[0] == session.get_outputs()[0].shape[0] == "batch"
        logits[name] = session.run(["logits"], {"images": two.numpy()})[0][1].tolist()
if "model.xml" in there:
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    core = openvino.Core()
    read = core.read_model(folder / "model.xml")
    assert json.loads(read.get_rt_info(["model_info", "class_names"]).astype(str))
    compiled = core.compile_model(read, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    logits["openvino"] = np.array(compiled({"images": two.numpy()})["logits"])[1].tolist()
print(json.dumps({"logits": logits, "said": said.getvalue()}))
