#!/usr/bin/env bash
# Builds what is needed, if anything has changed since it was built, and runs it. Can be called from any directory:
#   ./run.sh              the three examples (images, read, fill) in worker processes, each compared with the plain loop
#   ./run.sh test [...]   all tests; further arguments go to `dotnet test`
#   ./run.sh bench [...]  benchmarks, side by side with Python
#   ./run.sh soak [...]   calls of all kinds at once, for a minute, while workers are killed; --seconds S, --workers N, --seed SEED
#   ./run.sh COMMAND ...  images, read, fill or doctor; see ./run.sh --help
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

command=Coordinator/ProcessPool.Coordinator.csproj
# A file beside a program that could not be compiled ahead of time.
plain=not-compiled-ahead-of-time

fail() {
    printf 'run.sh: %s\n' "$*" >&2
    exit 2
}

needed='the .NET SDK 10 or later is needed'
command -v dotnet > /dev/null || fail "dotnet is not on the PATH; $needed (https://dot.net/download)"

require_sdk() {
    # Run in the repository, because a global.json in the current directory would apply otherwise.
    local version
    version=$(cd -- "$root" && dotnet --version 2> /dev/null) \
        || fail "$needed; installed: $(dotnet --list-sdks 2> /dev/null | cut -d' ' -f1 | paste -sd' ' -)"
    ((${version%%.*} >= 10)) || fail "$needed; this is $version"
}

# The folder in which run.sh builds a program. It holds all that the program needs.
folder_of() { echo "obj/run/$(basename "$1" .csproj)"; }

# Builds the solution, or a program that is compiled ahead of time. Shows the output only if the build fails.
build() {
    local log reason
    log=$(mktemp)
    if [[ $1 == *.sln ]]; then
        dotnet_into "$log" build "$1" || fail_with "$log" "building $1 failed"
    elif ! publish "$log" "$1" --use-current-runtime -p:PublishReadyToRun=true; then
        reason=$(sed -n '/ error /{s/.* error \(.*\)/\1/p;q;}' "$log")
        # Works where there is no compiler for ahead of time. If that was not the reason, it fails as well, and tells.
        publish "$log" "$1" || fail_with "$log" "building $1 failed"
        echo "run.sh: $1 could not be compiled ahead of time, so it starts more slowly: ${reason:-for an unknown reason}" >&2
        touch "$root/$(folder_of "$1")/$plain"
    fi
    rm -f "$log"
}

# The folder is made anew, so that a program that still runs keeps its files, and none is left of an earlier build.
publish() {
    rm -rf "${root:?}/$(folder_of "$2")"
    dotnet_into "$1" publish "$2" --artifacts-path obj/run --output "$(folder_of "$2")" "${@:3}"
}

# Runs dotnet in the repository, with its output in a file. Without the lock, which build servers would keep.
dotnet_into() (
    cd -- "$root" && dotnet "${@:2}" --configuration Release --verbosity quiet > "$1" 2>&1 9>&-
)

fail_with() {
    cat "$1" >&2
    rm -f "$1"
    fail "$2"
}

# Builds a program or the solution, unless it was built from what is here now and its output is as it was then. What a build depends
# on is noted before it starts, so an edit that comes while it runs makes the next one. A note of an earlier build is removed first,
# so a build that is interrupted leaves none.
build_if_changed() {
    local note first=''
    note=$root/obj/run/$(basename "$1")
    mkdir -p "$root/obj/run"
    lock "$root/obj/run/lock"
    [[ -e $note.inputs ]] || first='; the first time it fetches packages and takes some minutes'
    inputs > "$note.inputs"
    { cat "$note.inputs"; outputs "$1"; } > "$note.new"
    if ! cmp -s "$note.new" "$note.built" 2> /dev/null; then
        rm -f "$note.built"
        require_sdk
        echo "run.sh: building $1$first" >&2
        build "$1"
        { cat "$note.inputs"; outputs "$1"; } > "$note.new"
        mv "$note.new" "$note.built"
    fi
    exec 9>&-
}

# Waits until no other run.sh builds here. The lock ends with this process, or when descriptor 9 is closed.
lock() {
    exec 9>> "$1"
    local waiting='run.sh: waiting for another run.sh that is building'
    if command -v flock > /dev/null; then
        flock -n 9 || { echo "$waiting" >&2; flock 9; }
    elif command -v perl > /dev/null; then
        # macOS has no flock.
        perl -e 'open(my $file, ">>&=", 9) or die $!; flock($file, 6) or do { print STDERR "$ARGV[0]\n"; flock($file, 2) or die $! }' "$waiting"
    fi
}

# GNU and busybox, or BSD: name, size, times of content and status to the nanosecond, inode.
if stat -c %n / > /dev/null 2>&1; then
    stat=(stat -c '%n %s %y %z %i')
else
    stat=(stat -f '%N %z %Fm %Fc %i')
fi

# All that a build depends on: sources, settings, packages and the SDK. Sources are compared by their content as well, because an
# edit may leave size and time as they are where times are coarse.
inputs() (
    cd -- "$root"
    find . \( -name .git -o -name bin -o -name obj -o -name out -o -name node_modules -o -name TestResults -o -path ./docs -o -path ./images \) -prune \
        -o \( -type f -o -type l \) -exec "${stat[@]}" {} + -type f -exec cksum {} + | LC_ALL=C sort || true
    # The version that a build writes into assemblies names the commit.
    git rev-parse HEAD 2> /dev/null || true
    printf '%s\n' "${NUGET_PACKAGES-}" "${DOTNET_ROOT-}" "${MSBuildSDKsPath-}"
    local directory=$root name
    while [[ $directory != / ]]; do
        directory=$(dirname "$directory")
        for name in Directory.Build.targets Directory.Build.rsp NuGet.Config NuGet.config nuget.config; do
            [[ ! -f ${directory%/}/$name ]] || "${stat[@]}" "${directory%/}/$name"
        done
    done
    [[ ! -f ${HOME-}/.nuget/NuGet/NuGet.Config ]] || "${stat[@]}" "$HOME/.nuget/NuGet/NuGet.Config"
    sdk
)

# The installation that `dotnet` on the PATH belongs to, and what is installed there.
sdk() {
    local program target
    program=$(command -v dotnet)
    while [[ -L $program ]]; do
        target=$(readlink "$program")
        [[ $target == /* ]] || target=$(dirname "$program")/$target
        program=$target
    done
    "${stat[@]}" "$program"
    target=$(dirname "$program")
    if [[ -d $target/sdk ]]; then
        find "$target/sdk" "$target/shared" "$target/packs" "$target/sdk-manifests" -prune -exec "${stat[@]}" {} + 2> /dev/null || true
        find "$target"/sdk/* "$target"/shared/*/* -prune -exec "${stat[@]}" {} + 2> /dev/null || true
    else
        # A script that starts another dotnet.
        dotnet --version 2>&1 || true
    fi
}

# What a build has made.
outputs() (
    cd -- "$root"
    if [[ $1 == *.sln ]]; then
        solution_outputs
    else
        { find "$(folder_of "$1")" -type f -exec "${stat[@]}" {} + 2> /dev/null || true; } | LC_ALL=C sort
        # Without the compiler a build is good for today.
        [[ ! -e $(folder_of "$1")/$plain ]] || date +%F
    fi
)

# What builds have made in the folders of the projects, and whether the packages are there that the tests need.
solution_outputs() {
    local found=(find . \( -name .git -o -name node_modules \) -prune -o -type f)
    { "${found[@]}" \( -path '*/bin/Release/*' -o -path '*/obj/project.assets.json' \) -exec "${stat[@]}" {} + || true; } | LC_ALL=C sort
    { "${found[@]}" -path '*/obj/project.assets.json' -exec sed -n '/^  "packageFolders"/,/^  }/s/^    "\(.*\)": {.*/\1/p' {} + || true; } | LC_ALL=C sort -u \
        | while read -r folder; do [[ ! -d $folder ]] || echo "$folder"; done
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

run() {
    build_if_changed "$1"
    # exec, so that signals reach the program directly.
    exec dotnet "$root/$(folder_of "$1")/$(basename "$1" .csproj).dll" "${@:2}"
}

case ${1-} in
    test)
        shift
        install_for_tests
        build_if_changed ProcessPool.sln
        # One project at a time, because tests of time limits would disturb each other.
        exec dotnet test "$root/ProcessPool.sln" --configuration Release --no-build -m:1 "$@"
        ;;
    bench)
        shift
        build_if_changed "$command"
        run bench/ProcessPool.Bench.csproj "$@"
        ;;
    soak)
        shift
        run tests/ProcessPool.Soak/ProcessPool.Soak.csproj "$@"
        ;;
    *)
        run "$command" "$@"
        ;;
esac
