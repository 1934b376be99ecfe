#!/usr/bin/env bash
# How the tool's time and memory grow with the size of a file and with the number of files. Prints tables in Markdown.
#
#   tests/EnvelopeCrypto.Benchmarks/growth.sh                                          # about 40 minutes, 16 GiB of memory, 70 GiB of disk
#   GROWTH_SIZES="1K 1M" GROWTH_COUNTS="1 100" tests/EnvelopeCrypto.Benchmarks/growth.sh    # seconds
#
# Files beyond GROWTH_MEMORY_MIB are on the disk, and all of them where there is no memory file system. The large files are holes, which
# read as zeros; envelopes have none. What there is no room for is left out; where there is room for an envelope and not for its plaintext
# beside it, it is verified instead of decrypted.
set -euo pipefail

: "${GROWTH_SIZES:=1K 64K 1M 16M 256M 1G 4G 16G 64G}"
: "${GROWTH_COUNTS:=1 10 100 1000 10000 100000 1000000}"
: "${GROWTH_MEMORY_MIB:=1024}"
: "${COMPARE_ROUNDS:=3}"
: "${COMPARE_MEMORY=/dev/shm}"    # a memory file system; empty leaves it out
: "${COMPARE_DISK=${TMPDIR:-/tmp}}"    # a disk; empty leaves it out
: "${COMPARE_ENVELOPE:=}"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/measure.sh"
source "$here/tools.sh"

main() {
    start_workspace "$COMPARE_MEMORY" "$COMPARE_DISK"
    build_tool
    local size count
    echo "| size | where | encrypt | decrypt | rewrap | memory |"
    echo "| --- | --- | --- | --- | --- | --- |"
    for size in $GROWTH_SIZES; do
        one_file "$size"
    done
    echo
    echo "| files of 4 KiB | encrypt | again, unchanged | decrypt | rewrap | headers | memory |"
    echo "| --- | --- | --- | --- | --- | --- | --- |"
    for count in $GROWTH_COUNTS; do
        many_files "$count"
    done
}

one_file() {
    local place=memory
    (($(numfmt --from=iec "$1") <= GROWTH_MEMORY_MIB * 1024 * 1024)) || place=disk
    [[ $place == disk || -n ${folders[memory]:-} ]] || place=disk
    [[ -n ${folders[$place]:-} ]] || { say "no disk: a file of $1 is left out"; return 0; }
    local room=$((1024 * $(df --output=avail "${folders[$place]}" | tail -1))) size
    size=$(numfmt --from=iec "$1")
    ((room > size * 11 / 10)) || { say "no room: a file of $1 is left out"; return 0; }
    say "a file of $1 in ${folders[$place]}"
    cd "${folders[$place]}"
    truncate -s "$1" plain
    for ((round = 0; round < COMPARE_ROUNDS; round++)); do
        rm -f plain.evc back
        measure "$place" "encrypt $1" envelope "$envelope" protect plain --kek local:old --quiet
        if ((room > size * 22 / 10)); then
            measure "$place" "decrypt $1" envelope "$envelope" unprotect plain.evc -o back --quiet
            rm back
        else
            measure "$place" "verify $1" envelope "$envelope" verify plain.evc --quiet
        fi
        measure "$place" "rewrap $1" envelope "$envelope" rewrap plain.evc --new-kek local:new --quiet
    done
    rm plain.evc
    memory "$envelope" protect plain --kek local:old --quiet
    local back="decrypt $1" verified=
    ((room > size * 22 / 10)) || { back="verify $1"; verified=" to verify"; }
    echo "| ${1}iB | $place | $(seconds "$place" "encrypt $1") | $(seconds "$place" "$back")$verified | $(seconds "$place" "rewrap $1") | $used |"
    rm plain plain.evc
}

many_files() {
    cd "$work"
    # A page of memory or a block for each file, two for its envelope, one for what comes back.
    ((1024 * $(df --output=avail . | tail -1) > $1 * 16384 * 11 / 10)) || { say "no room: $1 files are left out"; return 0; }
    say "$1 files"
    local made=0
    while ((made < $1)); do
        mkdir -p "tree/$((made / 100))"
        local more=$(($1 - made < 100 ? $1 - made : 100))
        head -c $((more * 4096)) /dev/urandom | split -b 4096 -d -a 2 - "tree/$((made / 100))/file"
        made=$((made + more))
    done
    for ((round = 0; round < COMPARE_ROUNDS; round++)); do
        rm -rf vault back
        measure memory "encrypt $1 files" envelope "$envelope" protect tree -r -o vault --kek local:old --quiet
        measure memory "again $1 files" envelope "$envelope" protect tree -r -o vault --kek local:old --update --quiet
        measure memory "decrypt $1 files" envelope "$envelope" unprotect vault -r -o back --quiet
        measure memory "rewrap $1 files" envelope "$envelope" rewrap vault -r --new-kek local:new --quiet
        measure memory "headers $1 files" envelope "$envelope" inspect vault -r --quiet
    done
    rm -rf vault back
    memory "$envelope" protect tree -r -o vault --kek local:old --quiet
    local row="| $1 |" what
    for what in encrypt again decrypt rewrap headers; do
        row+=" $(seconds memory "$what $1 files") |"
    done
    echo "$row $used |"
    rm -rf tree vault
}

# Wall clock, and processor time.
seconds() { echo "$(median "$1" "$2" envelope 4) s ($(median "$1" "$2" envelope 5) s)"; }

memory() {
    used="?"
    [[ -x /usr/bin/time ]] || { "$@"; return; }
    peak it "$@"
    used="$((peak_of[it] / 1024)) MiB"
}

main
