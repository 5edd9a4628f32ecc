"""Noise-robust losses on logits and targets, and their registry by name."""
