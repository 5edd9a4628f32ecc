"""Steps of the set-up, run by the system's Python before anything is installed."""
