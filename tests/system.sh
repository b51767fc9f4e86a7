#!/bin/sh
# Leave what some tests ask of the system: a screen that nobody sits at (Xvfb) and the libraries of Qt for the tests of the
# window; on CI also nginx and openssl for those of deploy/, which elsewhere would begin to serve.
# Without them the tests say that they were skipped and why; with CI=true that is a failure.
packages="xvfb libasound2 libdbus-1-3 libegl1 libfontconfig1 libgbm1 libgl1 libnspr4 libnss3 libx11-xcb1 libxcb-cursor0
    libxcb-dri3-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-xkb1 libxcomposite1 libxdamage1
    libxkbcommon-x11-0 libxkbfile1 libxrandr2 libxtst6 fonts-dejavu-core"
[ "$(uname -s)" = Linux ] || exit 0
[ "$CI" = true ] && packages="$packages nginx-light openssl"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    # shellcheck disable=SC2086 # words, each a package
    dpkg --status $packages >/dev/null 2>&1 && exit 0
    echo "installing what the tests ask of the system by apt" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-cache show libasound2t64 >/dev/null 2>&1 && packages=$(echo "$packages" | sed 's/libasound2 /libasound2t64 /')
    # shellcheck disable=SC2086
    apt-get install -qq -y --no-install-recommends $packages >/dev/null && exit 0
fi
command -v Xvfb >/dev/null 2>&1 && exit 0
echo "no Xvfb: install it, or the tests of the window will say that they were skipped" >&2
exit 0
