#!/bin/sh
# Write requirements.txt (what runs) and requirements-dev.txt (on top of it) anew.
# The locks hold for every platform and every Python from 3.11, and name no package index.
# Versions stay as they are unless pyproject.toml asks for others: "$@" takes --upgrade.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)
if [ ! -x "$uv" ]; then
    echo "uv is missing: install it (.venv/bin/python -m pip install uv), then run make lock again." >&2
    exit 1
fi
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --custom-compile-command "make lock" "$@"
}
compile pyproject.toml -o requirements.txt "$@"
compile --group dev -c requirements.txt -o requirements-dev.txt "$@"
