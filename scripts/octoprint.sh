#!/bin/sh
# Installs a real OctoPrint, with its bundled virtual printer, into .venv-octoprint.
# Safe to run again: it does nothing when the right version is there.
# It has a virtual environment of its own because it pins old versions of what we use.
set -eu
cd "$(dirname "$0")/.."
version=1.11.8
venv=.venv-octoprint

# Two test runs must not install over each other: the lock is this very file.
exec 9<scripts/octoprint.sh
flock 9

installed() {
    "$venv/bin/python" -c 'import importlib.metadata as m; print(m.version("OctoPrint"))' 2>/dev/null
}
if [ "$(installed || true)" = "$version" ]; then
    echo "OctoPrint $version is installed in $venv"
    exit 0
fi
python=${PYTHON:-}
if [ -z "$python" ]; then
    python=$(command -v python3.11 || command -v python3)
fi
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "OctoPrint==$version"
echo "OctoPrint $(installed) is installed in $venv"
