"""The banner: the job at work, how the last one ended, the next step."""
