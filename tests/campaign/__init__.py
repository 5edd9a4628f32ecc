"""Kills, full disks, damage and hostile input, tried one by one: what survives and what is lost.

The short form runs with the other tests; `python -m tests.campaign` tries everything and prints
how much was tried, how much survived and how much was lost.
"""
