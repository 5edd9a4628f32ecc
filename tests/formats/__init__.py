"""Every format in both directions: as tools write it, and as they read what this program wrote.

`python -m tests.formats` prints a table of format, tool and how either direction went. A tool that
is not installed here may be in another environment: `--python PATH`, as often as needed, names one
that has it.
"""
