#!/bin/sh
# Installs the kernel that reads STEP files (OpenCASCADE) into .venv-step: 380 MB unpacked.
# Safe to run again: it does nothing when the right version is there. It has a virtual environment
# of its own so that nothing else ever loads it.
set -eu
cd "$(dirname "$0")/.."
version=8.0.1.1.0
venv=.venv-step

# Two runs must not install over each other: the lock is this very file.
exec 9<scripts/step.sh
flock 9

installed() {
    "$venv/bin/python" -c 'import importlib.metadata as m; print(m.version("cadquery-ocp-novtk"))' 2>/dev/null
}
if [ "$(installed || true)" = "$version" ]; then
    exit 0
fi
python=${PYTHON:-}
if [ -z "$python" ]; then
    python=$(command -v python3.11 || command -v python3)
fi
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    "cadquery-ocp-novtk==$version" "$(grep '^numpy==' requirements.txt)"
echo "OpenCASCADE $(installed) is installed in $venv"
