#!/usr/bin/env bash
# Builds the tool and measures it beside other tools in one run. Prints tables in Markdown; progress goes to standard error.
#
#   tests/EnvelopeCrypto.Benchmarks/compare.sh                                             # about 15 minutes
#   COMPARE_MIB=64 COMPARE_FILES=1000 COMPARE_ROUNDS=1 tests/EnvelopeCrypto.Benchmarks/compare.sh   # under 2 minutes
#
# The tools take turns, so that all of them meet the same disturbances, and medians count. Nothing is written but three temporary
# folders, two of them in the first place; they are removed at the end, after Ctrl+C too, and with them what dotnet and pwsh leave.
# Tools and places that are missing are named and left out.
set -euo pipefail

: "${COMPARE_MIB:=1024}"           # the large file
: "${COMPARE_FILES:=10000}"        # small files of 4 KiB
: "${COMPARE_ROUNDS:=5}"
: "${COMPARE_MEMORY=/dev/shm}"     # a memory file system; empty leaves it out
: "${COMPARE_DISK=${TMPDIR:-/tmp}}" # a disk; empty leaves it out
: "${COMPARE_SPARSE_GIB:=10}"      # the envelope that is rewrapped
: "${COMPARE_ENVELOPE:=}"          # a tool that is built already

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/measure.sh"
source "$here/tools.sh"
source "$here/report.sh"

main() {
    start_workspace "$COMPARE_MEMORY" "$COMPARE_DISK"
    build_tool
    find_tools
    local place
    for place in memory disk; do
        [[ -n ${folders[$place]:-} ]] || continue
        make_material "${folders[$place]}"
        for ((round = 1; round <= COMPARE_ROUNDS; round++)); do
            say "$place, round $round of $COMPARE_ROUNDS"
            large_file "$place"
            small_files "$place"
            rewraps "$place"
        done
        rm -rf "${folders[$place]:?}"/*
    done
    make_material "$work"
    starts
    peaks
    traced_rewrap
    powershell
    print_report
}

# Fresh plaintext of random bytes, and a small tree in folders of a hundred files.
make_material() {
    cd "$1"
    head -c "$((COMPARE_MIB * 1024 * 1024))" /dev/urandom > large
    mkdir tree
    local made=0
    while ((made < COMPARE_FILES)); do
        local folder=tree/$((made / 100))
        mkdir "$folder"
        head -c 409600 /dev/urandom | split -b 4096 -d -a 2 - "$folder/file"
        made=$((made + 100))
    done
    # Rewrapping reads the header and the first bytes of the body: what follows can be a hole.
    head -c "$((2 * 1024 * 1024))" /dev/urandom > two
    "$envelope" protect two --kek local:old --quiet
    mkdir sparse
    for ((i = 0; i <= 20; i++)); do
        cp two.evc "sparse/$i.evc"
        truncate -s "${COMPARE_SPARSE_GIB}G" "sparse/$i.evc"
    done
}

large_file() {
    cd "${folders[$1]}"
    for tool in "${tools[@]}"; do
        fresh "large.$tool"
        [[ $tool != restic ]] || prepare_restic "large.$tool"
        measure "$1" encrypt "$tool" "encrypt_$tool" large "large.$tool"
        fresh back && measure "$1" decrypt "$tool" "decrypt_$tool" "large.$tool" back
        cmp -s large back || fail "$tool gave other bytes back"
        rm -rf "large.$tool" back
    done
}

# Nothing is deleted before the round is over: a file system can be slow at making files right after it lost some.
small_files() {
    cd "${folders[$1]}"
    for tool in cp rclone restic envelope; do
        has "$tool" || continue
        [[ $tool != restic ]] || prepare_restic vault.restic
        measure "$1" "encrypt tree" "$tool" "encrypt_tree_$tool" tree "vault.$tool"
        measure "$1" "decrypt tree" "$tool" "decrypt_tree_$tool" "vault.$tool" "restored.$tool"
        diff -rq tree "restored.$tool" > /dev/null || fail "$tool gave other files back"
    done
}

rewraps() {
    cd "${folders[$1]}"
    measure "$1" headers envelope "$envelope" inspect vault.envelope --recurse --quiet
    measure "$1" "rewrap tree" envelope "$envelope" rewrap vault.envelope -r --old-kek local:old --new-kek local:new --quiet
    [[ $1 != disk ]] || ! command -v python3 > /dev/null || measure "$1" "rewrap tree" "plain loop" python3 "$here/loop.py" vault.envelope
    # One and twenty-one: what twenty cost without the start of the program.
    measure "$1" "rewrap 1" envelope "$envelope" rewrap sparse/0.evc --new-kek local:new --quiet
    measure "$1" "rewrap 21" envelope "$envelope" rewrap sparse -r --new-kek local:other --throttle-limit 1 --quiet
    "$envelope" rewrap sparse -r --new-kek local:old --quiet
    rm -rf vault.* restored.*
}

starts() {
    cd "$work"
    head -c 4096 /dev/urandom > small
    for ((i = 0; i < 4 * COMPARE_ROUNDS; i++)); do
        measure "$first_place" start envelope "$envelope" --version
        fresh small.evc && measure "$first_place" "one small file" envelope "$envelope" protect small --kek local:old --quiet
    done
}

# The largest resident set of a process: idle, and with the large file and the tree.
peaks() {
    [[ -x /usr/bin/time ]] || { leave_out /usr/bin/time "peak memory"; return; }
    cd "$work"
    peak idle "$envelope" --version
    peak encrypt "$envelope" protect large -o peak.evc --kek local:old --quiet
    peak decrypt "$envelope" unprotect peak.evc -o peak.back --quiet
    rm peak.evc peak.back
    peak "encrypt a pipe" bash -c "exec '$envelope' protect - --kek local:old < large > peak.evc"
    peak "encrypt tree" "$envelope" protect tree -r -o vault --kek local:old --quiet
    ! has age || peak "age, encrypt" age -r "$age_recipient" -o peak.age large
    rm -rf peak.* vault
}

# What a rewrap of a large envelope reads and writes of it, by the calls it makes.
traced_rewrap() {
    command -v strace > /dev/null || { leave_out strace "bytes that a rewrap reads and writes"; return; }
    cd "$work"
    # A file for each thread, or the calls of several would be broken apart.
    strace -ff -y -qq -o trace -e trace=read,pread64,write,pwrite64 "$envelope" rewrap sparse/0.evc --new-kek local:new --quiet
    traced_bytes=$(cat trace.* | awk '/sparse\/0\.evc>/ { sum += $NF } END { print sum + 0 }')
    rm trace.*
}

powershell() {
    local home
    # That of the project's tool manifest.
    home=$(cd "$here/../.." && dotnet tool restore > /dev/null && dotnet pwsh -NoProfile -NonInteractive -Command '$PSHOME') || { leave_out "dotnet pwsh" "cmdlets"; return; }
    say "PowerShell"
    cd "$work"
    dotnet build "$here/../../src/EnvelopeCrypto.PowerShell" -c Release --artifacts-path "$work/build" "-p:ModuleFolder=$work/module/EnvelopeCrypto/" > build.log \
        || { tail build.log >&2; fail "the module does not build"; }
    dotnet "$home/pwsh.dll" -NoProfile -NonInteractive -File "$here/compare.ps1" -Module "$work/module/EnvelopeCrypto" -Place "$first_place" -Rounds "$COMPARE_ROUNDS" >> "$results"
}

main
