"""Table of the encoders that have a name of their own, with download size and dimensions.

Another package adds an encoder by an entry point in the group `lnl_gui.encoders` whose object is an
`EncoderInfo`; its `source` is the dotted name of the module that builds it.
"""

from lnl_gui.encoders.encoder import EncoderInfo
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import by_name, near_names
from lnl_gui.util.messages import message
from lnl_gui.util.plugins import plugins

ENTRY_POINT_GROUP = "lnl_gui.encoders"

_APACHE, _MIT, _NONCOMMERCIAL = "apache-2.0", "mit", "cc-by-nc-4.0"
_APPLE, _DINOV3 = "apple-amlr", "dinov3-license"
"""As the hub and timm name licences."""

# Sizes and dimensions are written out, so that the list needs neither torch nor a network.
_TABLE = (
    EncoderInfo(
        "bundled",
        message("EfficientNet-Lite2 (bundled)"),
        message(
            "A small ImageNet model that needs no download. DINOv2 or CLIP do better"
            " where they can be had."
        ),
        "bundled",
        0,
        260,
        1280,
        "tf_efficientnet_lite2",
        license=_APACHE,
    ),
    EncoderInfo(
        "bundled-fast",
        message("EfficientNet-Lite0 (bundled)"),
        message("Twice as fast as the default and a little less exact; needs no download."),
        "bundled",
        0,
        224,
        1280,
        "tf_efficientnet_lite0",
        license=_APACHE,
    ),
    EncoderInfo(
        "dinov2-s",
        message("DINOv2 ViT-S/14"),
        message("Self-supervised on 142 M images; the best quality for its size."),
        "timm",
        88_200_000,
        224,
        384,
        "vit_small_patch14_dinov2.lvd142m",
        license=_APACHE,
    ),
    EncoderInfo(
        "dinov2-b",
        message("DINOv2 ViT-B/14"),
        message("Self-supervised on 142 M images; a good choice with a GPU."),
        "timm",
        346_300_000,
        224,
        768,
        "vit_base_patch14_dinov2.lvd142m",
        license=_APACHE,
    ),
    EncoderInfo(
        "dinov2-l",
        message("DINOv2 ViT-L/14"),
        message("Self-supervised on 142 M images; large, for a GPU."),
        "timm",
        1_217_500_000,
        224,
        1024,
        "vit_large_patch14_dinov2.lvd142m",
        license=_APACHE,
    ),
    EncoderInfo(
        "dinov2-g",
        message("DINOv2 ViT-g/14"),
        message("Self-supervised on 142 M images; the largest, for a GPU with memory to spare."),
        "timm",
        4_546_000_000,
        224,
        1536,
        "vit_giant_patch14_dinov2.lvd142m",
        license=_APACHE,
    ),
    EncoderInfo(
        "dinov3-s",
        message("DINOv3 ViT-S/16"),
        message(
            "Self-supervised on 1,689 M images; DINOv2's successor, small enough for a processor."
            " Weights under Meta's DINOv3 licence."
        ),
        "timm",
        86_300_000,
        256,
        384,
        "vit_small_patch16_dinov3.lvd1689m",
        license=_DINOV3,
    ),
    EncoderInfo(
        "dinov3-b",
        message("DINOv3 ViT-B/16"),
        message(
            "Self-supervised on 1,689 M images; fine distinctions, with a GPU."
            " Weights under Meta's DINOv3 licence."
        ),
        "timm",
        342_600_000,
        256,
        768,
        "vit_base_patch16_dinov3.lvd1689m",
        license=_DINOV3,
    ),
    EncoderInfo(
        "clip-vit-b-32",
        message("CLIP ViT-B/32"),
        message("Trained on images with captions; also votes by the class names."),
        "open_clip",
        605_200_000,
        224,
        512,
        "ViT-B-32",
        "openai",
        license=_MIT,
    ),
    EncoderInfo(
        "clip-vit-l-14",
        message("CLIP ViT-L/14"),
        message("Trained on images with captions; large; also votes by the class names."),
        "open_clip",
        1_710_500_000,
        224,
        768,
        "ViT-L-14",
        "openai",
        license=_MIT,
    ),
    EncoderInfo(
        "siglip2-b",
        message("SigLIP2 ViT-B/16"),
        message(
            "Trained on images with captions of many languages; its images alone, no class names."
        ),
        "timm",
        371_500_000,
        224,
        768,
        "vit_base_patch16_siglip_224.v2_webli",
        license=_APACHE,
    ),
    EncoderInfo(
        "mobileclip-s2",
        message("MobileCLIP-S2"),
        message(
            "Trained on images with captions; fast on a processor; also votes by the class names."
            " Weights for research only."
        ),
        "open_clip",
        397_500_000,
        256,
        512,
        "MobileCLIP-S2",
        "datacompdr",
        license=_APPLE,
    ),
    EncoderInfo(
        "mobileclip2-s2",
        message("MobileCLIP2-S2"),
        message(
            "MobileCLIP's successor, as fast; also votes by the class names."
            " Weights for research only."
        ),
        "open_clip",
        397_500_000,
        256,
        512,
        "MobileCLIP2-S2",
        "dfndr2b",
        license=_APPLE,
    ),
    EncoderInfo(
        "vit-b-16",
        message("ViT-B/16"),
        message("Supervised on ImageNet-21k and ImageNet-1k."),
        "timm",
        346_300_000,
        224,
        768,
        "vit_base_patch16_224.augreg2_in21k_ft_in1k",
        license=_APACHE,
    ),
    EncoderInfo(
        "vit-b-16-in21k",
        message("ViT-B/16, ImageNet-21k"),
        message("Supervised on ImageNet-21k alone, what the TURTLE report fine-tunes."),
        "timm",
        410_400_000,
        224,
        768,
        "vit_base_patch16_224.augreg_in21k",
        license=_APACHE,
    ),
    EncoderInfo(
        "convnext-t",
        message("ConvNeXt-T"),
        message("A convolutional network, supervised on ImageNet-22k and ImageNet-1k."),
        "timm",
        114_400_000,
        224,
        768,
        "convnext_tiny.fb_in22k_ft_in1k",
        license=_APACHE,
    ),
    EncoderInfo(
        "mae-b",
        message("MAE ViT-B/16"),
        message("Masked autoencoder; made for fine-tuning, weak without it. Weights CC BY-NC 4.0."),
        "timm",
        343_200_000,
        224,
        768,
        "vit_base_patch16_224.mae",
        license=_NONCOMMERCIAL,
    ),
    EncoderInfo(
        "msn-b",
        message("MSN ViT-B/16"),
        message(
            "Masked siamese network, good with few labels. Weights CC BY-NC 4.0,"
            " converted on loading."
        ),
        "timm",
        343_300_000,
        224,
        768,
        "vit_base_patch16_224",
        "msn",
        license=_NONCOMMERCIAL,
    ),
    EncoderInfo(
        "resnet-50",
        message("ResNet-50"),
        message("The classic convolutional network, supervised on ImageNet-1k."),
        "timm",
        102_500_000,
        224,
        2048,
        "resnet50.a1_in1k",
        license=_APACHE,
    ),
)
_ALIASES = {
    "lite2": "bundled",
    "lite0": "bundled-fast",
    "dinov2": "dinov2-b",
    "dinov3": "dinov3-b",
    "siglip2": "siglip2-b",
    "mobileclip": "mobileclip-s2",
    "mobileclip2": "mobileclip2-s2",
    "clip": "clip-vit-b-32",
}


def list_encoders() -> list[EncoderInfo]:
    """Encoders with a name of their own, other packages' last; `timm:`, `open_clip:` work too."""
    return [*_TABLE, *plugins(ENTRY_POINT_GROUP, EncoderInfo)]


def find_encoder(name: str) -> EncoderInfo | None:
    """The encoder of the table with this name or alias; None when there is none."""
    wanted = _ALIASES.get(name, name)
    return by_name(list_encoders()).get(wanted)


def known_names() -> list[str]:
    """Names and aliases of the table."""
    return [*(info.name for info in list_encoders()), *_ALIASES]


def unknown_name(name: str, known: list[str]) -> UserError:
    """The error for a name that is none of `known`, with the nearest ones."""
    nearest = near_names(name, known, count=4)
    hint = (
        message("Did you mean {names}?", names=", ".join(nearest))
        if nearest
        else message("See the list of encoders.")
    )
    return UserError(
        message("There is no encoder named {name}.", name=repr(name)), hint, code="unknown_encoder"
    )
