"""Benchmark of detectors and training methods on labels whose errors are known."""
