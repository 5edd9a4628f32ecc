"""From a name to a running encoder: timm, open_clip and MSN models on OpenVINO or torch."""
