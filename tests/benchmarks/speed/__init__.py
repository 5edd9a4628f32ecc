"""One table of every path a person waits for, each beside the least it could take."""
