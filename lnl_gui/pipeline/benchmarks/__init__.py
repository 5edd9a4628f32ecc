"""Jobs that measure detectors and training on labels whose errors are known."""
