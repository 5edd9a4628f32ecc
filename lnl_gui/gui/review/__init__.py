"""Reviewing labels: the model under review, verdicts, filters, groups, audits, second opinions."""
