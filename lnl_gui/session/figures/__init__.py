"""Figures of an open project: counts, rates and gains, each from columns alone."""
