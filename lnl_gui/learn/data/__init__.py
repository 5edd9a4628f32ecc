"""Training samples: sources, augmentation, views, holdout, cached activations."""
