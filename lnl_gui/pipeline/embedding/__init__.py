"""Jobs that embed images."""
