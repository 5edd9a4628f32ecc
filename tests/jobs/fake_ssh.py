"""Stands in for `ssh`: checks the words it is given and runs the command in a shell here."""

import os
import subprocess
import sys

if __name__ == "__main__":
    at = sys.argv.index("--")
    host, command = sys.argv[at + 1 :]
    if host == "nowhere":
        sys.stderr.write("ssh: Could not resolve hostname nowhere\n")
        sys.exit(255)
    home = os.environ["FAKE_HOME"]
    there = {**os.environ, "HOME": home, "LNL_HOME": home}
    # `ssh` carries no variables of this machine.
    for name in ("LNL_HOST", "LNL_PROCESSES"):
        there.pop(name, None)
    sys.exit(subprocess.run(["sh", "-c", command], cwd=home, env=there).returncode)
