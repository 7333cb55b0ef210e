#!/bin/sh
# The tests run against real servers. Install what is absent when we may; otherwise name it and fail.
set -eu

missing=""
need() { # need PACKAGE, then the test that says it is there
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
postgres_here() { ls /usr/lib/postgresql/*/bin/initdb || command -v initdb; }
chromium_here() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
dovecot_here() { PATH=$PATH:/usr/sbin command -v dovecot && ls /usr/lib/dovecot/imap; }
libarchive_here() { ls /usr/lib/*/libarchive.so.13 || ls /usr/lib/libarchive.so*; }
english_here() { ls /usr/share/tesseract-ocr/*/tessdata/eng.traineddata || ls /usr/share/tessdata/eng.traineddata; }

need postgresql postgres_here
need redis-server command -v redis-server
need chromium chromium_here
need tesseract-ocr-eng english_here
need dovecot-imapd dovecot_here
need libarchive13 libarchive_here
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null && as_root="sudo -n"
    if [ -z "$as_root" ]; then
        echo "Missing for the tests:$missing" >&2
        echo "Install with: sudo apt install$missing" >&2
        exit 1
    fi
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# shellcheck disable=SC2086
$as_root apt-get install -y -q --no-install-recommends $missing
