#!/bin/sh
# Leave a Chromium for the browser tests: an installed one, else Playwright's own, else Debian's when we may install it.
# Without one the tests say that they were skipped and why; with CI=true that is a failure.
python=${1:-python3}
for name in "$CHROMIUM" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
ls "$HOME"/.cache/ms-playwright/chromium-*/ >/dev/null 2>&1 && exit 0
echo "no Chromium found; trying Playwright's own" >&2
timeout 300 "$python" -m playwright install chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "trying apt" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -qq -y chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null && exit 0
fi
echo "no Chromium could be had: install one, or name it in CHROMIUM; the browser tests will say that they were skipped" >&2
exit 0
