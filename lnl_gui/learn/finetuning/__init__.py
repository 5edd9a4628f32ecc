"""Fine-tuning by recipe: the probe and the stages, or one of the methods, then a saved model."""
