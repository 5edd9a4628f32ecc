"""Jobs that train: fine-tuning, hyper-parameter search, benchmarks of training."""
