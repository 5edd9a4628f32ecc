"""The consensus of the detectors: one calibrated suspicion and one suggestion per sample."""
