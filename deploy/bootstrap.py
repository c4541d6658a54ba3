"""Make .venv from the two locks, with nothing but a system Python.

Runs on any Python 3.6 or newer as far as it takes to say that 3.11 is needed, so the
syntax here stays old. Every problem that a newcomer can meet is one line that says what
to do; the whole story of a failed installation is in var/install.log.

    python3 deploy/bootstrap.py [--runtime]

`--runtime` leaves the development tools out: for servers.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
VAR_DIR = Path(os.environ.get("VAR_DIR") or str(ROOT / "var"))
OLDEST = (3, 11)
# What pip and uv say when the package index cannot be reached.
NO_NETWORK = re.compile(
    r"name resolution|Name or service not known|No address associated|NewConnectionError"
    r"|Network is unreachable|ConnectTimeout|Connection refused|timed out|dns error"
    r"|Failed to establish|error sending request|Could not connect|ProxyError"
)


class Problem(Exception):
    """Something the person at the keyboard can mend; the text is one line and says how."""


def say(text):
    """Print a line of progress at once, also into a pipe."""
    print(text, flush=True)


def use_new_enough_python():
    """Go on in Python 3.11 or newer: this one, or another that is installed beside it."""
    if sys.version_info >= OLDEST:
        return
    for minor in (13, 12, 11):
        other = shutil.which(f"python3.{minor}")
        # A name on the path may be a mere signpost of a version manager.
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other] + sys.argv)
    raise Problem(
        "Python 3.11 or newer is needed and this is {}.{}: install it "
        "(apt install python3 on Debian 12 or newer), or name one: "
        "make {} PYTHON=/path/to/python3.11".format(
            sys.version_info[0], sys.version_info[1], os.environ.get("MAKE_TARGET", "install")
        )
    )


def main_of(main):
    """Run `main`, turning every problem into one line on the error output and status 1."""
    try:
        use_new_enough_python()
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        sys.exit(130)


def locks(runtime_only):
    """Return the paths of the locks to install, what runs first."""
    paths = [ROOT / "requirements.txt"]
    if not runtime_only:
        paths.append(ROOT / "requirements-dev.txt")
    return paths


def fingerprint(paths):
    """Return a digest over the contents of `paths`."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_installed(runtime_only):
    """Tell whether .venv works and holds what the locks say (or more)."""
    if not STAMP.exists():
        return False
    have = STAMP.read_text().split()
    everything = fingerprint(locks(False))
    wanted = {everything, fingerprint(locks(True))} if runtime_only else {everything}
    return bool(wanted.intersection(have)) and python_works()


def python_works():
    """Tell whether .venv/bin/python starts and is new enough (its base may be gone)."""
    check = f"import sys; sys.exit(sys.version_info < {OLDEST!r})"
    try:
        return subprocess.call([str(PYTHON), "-c", check], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def has_venv_module():
    """Tell whether this Python can make environments (Debian packs that apart)."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


def make_venv(uv):
    """Make .venv anew, with pip in it where this Python can, else by uv."""
    if has_venv_module():
        command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    elif uv:
        command = [uv, "venv", "--quiet", "--python", sys.executable, str(VENV)]
        shutil.rmtree(str(VENV), ignore_errors=True)
    else:
        raise Problem(
            "Python's venv module is missing: install it "
            "(apt install python3-venv on Debian and Ubuntu), then run the same command again."
        )
    say("Making .venv with Python {}.{}.{}".format(*sys.version_info[:3]))
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode != 0:
        log = write_log(made.stdout.decode("utf-8", "replace"))
        raise Problem(f"Could not make .venv; {log} says why.")


def write_log(text):
    """Keep `text` as var/install.log and return its path."""
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    log = VAR_DIR / "install.log"
    log.write_text(text)
    return log


def run_installer(command, total):
    """Run pip or uv, saying how far it is; return (status, output)."""
    process = subprocess.Popen(
        command,
        cwd=str(ROOT),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    lines, seen = [], 0
    for line in process.stdout:
        lines.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            seen += 1
            if seen % 20 == 0:
                say(f"  {seen} of {total} packages")
        elif line.startswith("Installing collected"):
            say("  unpacking")
    return process.wait(), "".join(lines)


def install_packages(runtime_only, uv):
    """Install the locks into .venv, every file checked against its hash."""
    names = []
    for path in locks(runtime_only):
        names += ["-r", str(path)]
    pins = set()
    for path in locks(runtime_only):
        pins.update(re.findall(r"^([A-Za-z0-9._-]+)==", path.read_text(), re.MULTILINE))
    say(f"Installing {len(pins)} packages (checked against their hashes)")
    ways = []
    if uv:
        ways.append(
            [uv, "pip", "install", "--python", str(PYTHON), "--compile-bytecode"]
            + ["--require-hashes"]
            + names
        )
    if subprocess.call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0:
        ways.append(
            [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
            + ["--progress-bar", "off", "--retries", "1", "--require-hashes"]
            + names
        )
    story = ""
    for command in ways:
        status, output = run_installer(command, len(pins))
        if status == 0:
            return
        story += output
    log = write_log(story)
    if NO_NETWORK.search(story):
        raise Problem(
            "The packages could not be fetched: no network? Connect (or set PIP_INDEX_URL to "
            f"a mirror), then run the same command again; {log} has the details."
        )
    raise Problem(f"The packages could not be installed; {log} says why.")


def install(runtime_only=False):
    """Make sure that .venv holds what the locks say; quick when it does."""
    if is_installed(runtime_only):
        return
    uv = shutil.which("uv")
    if not python_works():
        make_venv(uv)
    install_packages(runtime_only, uv)
    kept = {fingerprint(locks(runtime_only))}
    if not runtime_only:
        kept.add(fingerprint(locks(True)))
    STAMP.write_text("\n".join(sorted(kept)) + "\n")


def main(arguments):
    """Install, as `make install` does."""
    install(runtime_only="--runtime" in arguments)
    say("Installed in .venv")


if __name__ == "__main__":
    main_of(main)
