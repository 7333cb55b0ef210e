#!/bin/sh
# Make the virtual environment; on Debian and Ubuntu the venv module is a package of its own.
# Usage: venv.sh PYTHON TARGET
set -eu
python=$1
target=$2
"$python" -m venv "$target" && exit 0
rm -rf "$target"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null && as_root="sudo -n"
    [ -n "$as_root" ] || { echo "Missing: the venv module. Install it with: sudo apt install python$version-venv" >&2; exit 1; }
fi
$as_root apt-get update -q
$as_root apt-get install -y -q "python$version-venv"
exec "$python" -m venv "$target"
