"""Jobs that write what leaves a project: exports, models, reports."""
