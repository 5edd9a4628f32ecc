"""Reviewing labels: verdicts, filters, groups, duplicates, audits, second opinions."""
