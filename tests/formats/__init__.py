"""Every format as the tool writes it that people have it from, read back and compared.

`python -m tests.formats` prints a table of format, tool and result. A tool that is not installed
here may be in another environment: `--python PATH` names one that has it.
"""
