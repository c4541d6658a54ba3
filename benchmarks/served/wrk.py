"""Ask one page, or many in turn, by wrk: C asks cheaply, so that the server has the machine."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

UNITS = {"us": 0.001, "ms": 1, "s": 1000}
IN_TURN = """
local number = tonumber(os.getenv("NUMBER") or 0)
local paths = {%s}
request = function()
  number = number + 1
  return wrk.format("GET", paths[number %% #paths + 1])
end
"""


def check_installed():
    """Stop with a line that says what to do where wrk is missing."""
    if not shutil.which("wrk"):
        sys.exit(
            "wrk is missing: install it (apt install wrk on Debian and Ubuntu; brew install wrk)."
        )


def wrk(address, paths, *, connections, seconds, headers=()):
    """Return {"rate": answers a second, "p50": milliseconds}; stop at any answer but 2xx and 3xx."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s"]
    for header in headers:
        command += ["-H", header]
    with tempfile.TemporaryDirectory() as folder:
        if len(paths) > 1:
            script = Path(folder) / "paths.lua"
            script.write_text(IN_TURN % ", ".join(f'"{path}"' for path in paths))
            command += ["-s", str(script)]
        done = subprocess.run(
            [*command, "--latency", address + paths[0]], capture_output=True, text=True
        )
    said = done.stdout + done.stderr
    if done.returncode or "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"wrk on {paths[0]}:\n{said}")
    amount, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", said).groups()
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        "p50": round(float(amount) * UNITS[unit], 2),
    }
