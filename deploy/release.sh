#!/bin/sh
# Releases side by side, one of them current. As root:
#   release.sh add NAME CHECKOUT   install the checkout as NAME and build its warehouse; what serves is not touched
#   release.sh switch NAME         make NAME current; processes restart one by one, each asked whether it is ready
#   release.sh back                switch to the release that was current before
# A switch that does not get ready is taken back. PORTS and PREFIX must say what SERVE_OPTIONS say.
set -eu

ROOT=${ROOT:-/srv/oss-ai-monitor}
ACCOUNT=${ACCOUNT:-oss-ai-monitor}
PORTS=${PORTS:-"5006 5007"}
PREFIX=${PREFIX:-/monitor}
PATIENCE=${PATIENCE:-120}
FOLLOW=${FOLLOW:-} # of a server that shows what another machine publishes: what follow.env says
PAUSE=${PAUSE:-3} # seconds, longer than the proxy's fail_timeout: until it asks a process again that was away

say() { echo "$*" >&2; }
fail() { say "$*"; exit 1; }
as_account() { if [ "$(id -u)" = 0 ]; then runuser --user "$ACCOUNT" -- "$@"; else "$@"; fi; }
current() { basename "$(readlink "$ROOT/current" 2>/dev/null || echo none)"; }

point() { # to a release, in one step
    ln -sfn "releases/$1" "$ROOT/current.new"
    mv -fT "$ROOT/current.new" "$ROOT/current"
}

is_ready() { # a port, within PATIENCE seconds
    "$ROOT/current/venv/bin/python" - "http://127.0.0.1:$1$PREFIX/readyz" "$PATIENCE" <<'ASK'
import sys, time, urllib.request
address, end = sys.argv[1], time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    try:
        with urllib.request.urlopen(address, timeout=5):
            sys.exit(0)
    except OSError:
        time.sleep(0.5)
sys.exit(1)
ASK
}

restart() { # one after another, so that somebody always serves
    [ -z "$FOLLOW" ] || systemctl try-restart oss-ai-monitor-follow
    for port in $PORTS; do
        systemctl restart "oss-ai-monitor@$port"
        is_ready "$port" || return 1
        say "port $port is ready"
        sleep "$PAUSE"
    done
}

add() {
    release=$ROOT/releases/$1
    [ ! -e "$release" ] || fail "$1 is there already: give a release another name"
    trap '[ -e "$release/warehouse/oss_ai_monitor.duckdb" ] || say "$1 is not whole: rm -r $release, then add it again"' EXIT
    mkdir -p "$ROOT/releases" "$ROOT/landing" "$ROOT/refresh" "$ROOT/logouts" "$release/warehouse"
    python3 -m venv "$release/venv"
    "$release/venv/bin/pip" install --quiet --constraint "$2/constraints.txt" "$2"
    cp -R "$2/README.md" "$2/docs" "$release/"
    ln -s "$ROOT/landing" "$release/warehouse/landing" # what has landed belongs to all releases
    ln -s "$ROOT/refresh" "$release/warehouse/refresh"
    [ "$(id -u)" != 0 ] || chown -R "$ACCOUNT:" "$ROOT/landing" "$ROOT/refresh" "$ROOT/logouts" "$release/warehouse"
    if [ -n "$FOLLOW" ]; then
        as_account "$release/venv/bin/oss-ai-monitor" --warehouse "$release/warehouse" follow "$FOLLOW"
    elif [ -n "$(ls "$ROOT/landing")" ]; then
        as_account "$release/venv/bin/oss-ai-monitor" --warehouse "$release/warehouse" build
    else
        as_account "$release/venv/bin/oss-ai-monitor" --warehouse "$release/warehouse" refresh
    fi
}

switch() {
    before=$(current)
    [ -e "$ROOT/releases/$1/warehouse/oss_ai_monitor.duckdb" ] || fail "$1 has no warehouse: release.sh add $1 CHECKOUT"
    point "$1"
    if restart; then
        [ "$before" = "$1" ] || echo "$before" > "$ROOT/before"
        say "$1 serves"
        return
    fi
    [ "$before" != none ] || fail "$1 is not ready: journalctl --unit 'oss-ai-monitor@*' says why"
    point "$before"
    restart || say "$before is not ready either"
    fail "$1 was not ready and $before is current again: journalctl --unit 'oss-ai-monitor@*' says why"
}

case ${1:-} in
    add) [ $# = 3 ] || fail "release.sh add NAME CHECKOUT"; add "$2" "$3" ;;
    switch) [ $# = 2 ] || fail "release.sh switch NAME"; switch "$2" ;;
    back) [ -e "$ROOT/before" ] || fail "no release was current before"; switch "$(cat "$ROOT/before")" ;;
    *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
