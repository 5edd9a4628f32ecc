"""The project folder: database, arrays, journal of verdicts, runs."""
