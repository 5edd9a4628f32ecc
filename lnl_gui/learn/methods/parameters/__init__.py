"""Constants of the training methods and their defaults; reading them needs no torch."""
