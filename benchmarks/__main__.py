"""Run the benchmarks, or one by name: python -m benchmarks [NAME]. What `make bench` does."""

import subprocess
import sys
from pathlib import Path

from benchmarks.scratch.digitalgov import LEFT_OUT

HERE = Path(__file__).parent


def main(names):
    """Run each benchmark in a process of its own; stop at the first that fails.

    One that says itself that it has nothing to work on is no failure.
    """
    there = sorted(path.stem for path in HERE.glob("[a-z]*.py"))
    for name in names or there:
        if name not in there:
            sys.exit(f"There is no benchmark {name}. There are: {', '.join(there)}")
        print(f"== {name}", flush=True)
        status = subprocess.call([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent)
        if status not in {0, LEFT_OUT}:
            sys.exit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
