"""Noise-robust training methods, one module a method, and their registry."""
