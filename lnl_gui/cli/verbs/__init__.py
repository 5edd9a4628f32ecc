"""One module for each verb of the command line, and what belongs to one verb alone."""
