"""Images inside files of tables and records."""
