"""The command line: its parser, settings, progress and exit codes; its verbs in `verbs`."""
