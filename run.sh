#!/usr/bin/env bash
# Builds what is needed and runs it. Can be called from any directory:
#   ./run.sh              the three examples (images, read, fill) in worker processes, each compared with the plain loop
#   ./run.sh test [...]   all tests; further arguments go to `dotnet test`
#   ./run.sh bench [...]  benchmarks, side by side with Python
#   ./run.sh soak [...]   calls of all kinds at once, for a minute, while workers are killed; --seconds S, --workers N, --seed SEED
#   ./run.sh COMMAND ...  images, read, fill or doctor; see ./run.sh --help
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
framework=net10.0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

fail() {
    printf 'run.sh: %s\n' "$*" >&2
    exit 2
}

require_dotnet() {
    local needed='the .NET SDK 10 or later is needed'
    command -v dotnet > /dev/null || fail "dotnet is not on the PATH; $needed (https://dot.net/download)"
    # Run in the repository, because a global.json in the current directory would apply otherwise.
    local version
    version=$(cd -- "$root" && dotnet --version 2> /dev/null) \
        || fail "$needed; installed: $(dotnet --list-sdks 2> /dev/null | cut -d' ' -f1 | paste -sd' ' -)"
    ((${version%%.*} >= 10)) || fail "$needed; this is $version"
}

# Builds a project or solution. Shows the output only if the build fails.
build() {
    local log
    log=$(mktemp)
    if ! (cd -- "$root" && dotnet build "$1" --configuration Release --verbosity quiet) > "$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        fail "building $1 failed"
    fi
    rm -f "$log"
}

# Installs other implementations from Debian and npm for the cross-checks. Tests that miss one are skipped and say so.
install_for_tests() {
    local missing=() theme log
    /usr/bin/python3 -c 'import cv2, numpy, msgpack' 2> /dev/null || missing+=(python3-opencv python3-numpy python3-msgpack)
    command -v node > /dev/null || missing+=(nodejs)
    command -v npm > /dev/null || missing+=(npm)
    for theme in gnome oxygen; do
        [[ -d /usr/share/icons/$theme ]] || missing+=("$theme-icon-theme")
    done
    log=$(mktemp)
    if ((${#missing[@]} > 0)); then
        if ((EUID != 0)) || ! command -v apt-get > /dev/null; then
            echo "run.sh: not all of these are installed: ${missing[*]}; some tests will be skipped" >&2
        elif ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"; } > "$log" 2>&1; then
            tail -n 5 "$log" >&2
            echo "run.sh: installing ${missing[*]} failed; some tests will be skipped" >&2
        fi
    fi
    install_node_modules "$log"
    rm -f "$log"
}

# Installs exactly what package-lock.json names, once for each version of that file.
install_node_modules() {
    local directory=$root/tests/ProcessPool.Protocol.Tests/CrossChecks
    command -v npm > /dev/null || return 0
    cmp --silent "$directory/package-lock.json" "$directory/node_modules/installed-lock.json" && return
    if npm ci --prefix "$directory" --ignore-scripts --no-audit --no-fund > "$1" 2>&1; then
        cp "$directory/package-lock.json" "$directory/node_modules/installed-lock.json"
    else
        tail -n 5 "$1" >&2
        echo 'run.sh: npm ci failed; some tests will be skipped' >&2
    fi
}

require_dotnet
case ${1-} in
    test)
        shift
        install_for_tests
        build ProcessPool.sln
        # One project at a time, because tests of time limits would disturb each other.
        exec dotnet test "$root/ProcessPool.sln" --configuration Release --no-build -m:1 "$@"
        ;;
    bench)
        shift
        [[ -f $root/bench/ProcessPool.Bench.csproj ]] || fail 'there is no bench/ProcessPool.Bench.csproj'
        build bench/ProcessPool.Bench.csproj
        exec dotnet "$root/bench/bin/Release/$framework/ProcessPool.Bench.dll" "$@"
        ;;
    soak)
        shift
        build tests/ProcessPool.Soak/ProcessPool.Soak.csproj
        exec dotnet "$root/tests/ProcessPool.Soak/bin/Release/$framework/ProcessPool.Soak.dll" "$@"
        ;;
    *)
        build Coordinator/ProcessPool.Coordinator.csproj
        # exec, so that signals reach the command directly.
        exec dotnet "$root/Coordinator/bin/Release/$framework/ProcessPool.Coordinator.dll" "$@"
        ;;
esac
