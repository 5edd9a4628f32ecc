"""Processes and threads: how the program starts, computes, crashes and ends."""
