"""The training loop: learner, optimiser, checkpoints, resume."""
