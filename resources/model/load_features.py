"""Classify images: `python load_model.py IMAGE...` (pip install open_clip_torch)."""

import json
import logging
import sys
from collections import OrderedDict
from pathlib import Path

import open_clip
import timm
import torch
from PIL import Image, ImageOps
from safetensors.torch import load_file
from timm.data import create_transform

FOLDER = Path(__file__).resolve().parent
CARD = json.loads((FOLDER / "model.json").read_text(encoding="utf-8"))
NETWORK, CLASSES = CARD["architecture"], CARD["class_names"]

logging.getLogger().setLevel("ERROR")  # open_clip warns of the random weights it begins with
if NETWORK["library"] == "open_clip":
    visual = open_clip.create_model(NETWORK["name"], **NETWORK["arguments"]).visual
    visual.output_tokens = False
    features = torch.nn.Sequential(OrderedDict(visual=visual))
else:
    features = timm.create_model(NETWORK["name"], num_classes=0, **NETWORK["arguments"])
weights = load_file(FOLDER / "model.safetensors")
head = torch.nn.Linear(weights["head.weight"].shape[1], len(CLASSES))
model = torch.nn.Sequential(OrderedDict(backbone=features, head=head))
model.load_state_dict(weights)
model.eval()
transform = create_transform(**CARD["transform"])


def open_image(file: str) -> Image.Image:
    """An image file upright in RGB, transparency on white."""
    image = ImageOps.exif_transpose(Image.open(file))
    if image.mode[0] in "IF":
        raise ValueError("it has more than 8 bits a pixel: make it 8-bit first, as README.md says")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return image.convert("RGB")


if __name__ == "__main__":
    failed = False
    for file in sys.argv[1:]:
        try:
            image = open_image(file)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            failed = True
            print(f"{file} was left out: {error}", file=sys.stderr)
            continue
        with torch.inference_mode():
            probabilities = model(transform(image)[None]).softmax(dim=1)[0]
        best = int(probabilities.argmax())
        print(f"{file}\t{CLASSES[best]}\t{float(probabilities[best]):.4f}")
    # An error for the script that calls this, once all others are classified.
    if failed:
        sys.exit(1)
