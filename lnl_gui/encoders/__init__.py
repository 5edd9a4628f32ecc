"""Pretrained image encoders by name, and the embedding loop."""
