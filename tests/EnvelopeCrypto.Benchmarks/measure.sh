# How compare.sh measures, and where. Sourced, not run.

: "${COMPARE_PATIENCE:=3}"    # seconds to wait, at most, for other work on the machine to pause

declare -A folders=()
declare -A peak_of=()
first_place=
left_out=()
traced_bytes=

say() { echo "compare: $*" >&2; }
fail() { say "$*"; exit 1; }
leave_out() { left_out+=("$1 ($2)"); say "$1 is missing: no $2"; }
has() { [[ " ${tools[*]} " == *" $1 "* ]]; }
fresh() { rm -rf "$1"; }

# A folder of our own in each place; in the first of them one more for the keyring and whatever else is needed.
start_workspace() {
    trap remove_workspace EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    add_place memory "$1"
    add_place disk "$2"
    [[ -n $first_place ]] || fail "neither COMPARE_MEMORY nor COMPARE_DISK names a folder that can be written to"
    work=$(mktemp -d "$(dirname "${folders[$first_place]}")/envelope-compare.XXXXXX")
    results=$work/results.tsv
    : > "$results"
    export ENVELOPECRYPTO_HOME=$work/keyring GNUPGHOME=$work/gnupg
    unset ENVELOPECRYPTO_KEK ENVELOPECRYPTO_ALLOWED_KEK
    # What dotnet and pwsh leave behind goes with it, and no build server stays that would miss it.
    mkdir "$work/tmp"
    export TMPDIR=$work/tmp MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
}

# add_place NAME FOLDER: an empty one is not wanted.
add_place() {
    [[ -n $2 ]] || return 0
    [[ -d $2 && -w $2 ]] || { leave_out "$2" "figures for $1"; return 0; }
    folders[$1]=$(mktemp -d "$2/envelope-compare.XXXXXX")
    first_place=${first_place:-$1}
}

remove_workspace() {
    [[ ! -d ${GNUPGHOME:-} ]] || gpgconf --kill all 2> /dev/null || true
    cd /
    rm -rf "${work:-/nonexistent}" ${folders[@]+"${folders[@]}"}
}

# Other work takes its share of the processors, most from whoever uses several: waits for a moment without, but not for ever.
wait_for_quiet() {
    [[ -r /proc/loadavg ]] || return 0
    local tries=$((COMPARE_PATIENCE * 20)) calm=0 running
    while ((tries-- > 0 && calm < 3)); do
        read -r _ _ _ running _ < /proc/loadavg
        if ((${running%/*} <= 1)); then calm=$((calm + 1)); else calm=0; fi
        sleep 0.05
    done
}

# measure PLACE WORK TOOL COMMAND...: seconds of wall clock and of processor time, appended to the results.
measure() {
    local place=$1 what=$2 tool=$3 TIMEFORMAT='%R %U %S' times status=0
    shift 3
    [[ $place != disk ]] || sync
    wait_for_quiet
    { times=$( { time "$@" > "$work/out" 2>&1; } 2>&1 ); } || status=$?
    ((status == 0)) || { tail -3 "$work/out" >&2; fail "$tool failed at: $what"; }
    awk -v OFS='\t' -v place="$place" -v what="$what" -v tool="$tool" '{ print place, what, tool, $1, $2 + $3 }' <<< "$times" >> "$results"
}

# peak NAME COMMAND...: the largest resident set, KiB.
peak() {
    local name=$1
    shift
    /usr/bin/time -f '%M' -o "$work/peak" "$@" > "$work/out" 2>&1 || { tail -3 "$work/out" >&2; fail "it failed at: $name"; }
    peak_of[$name]=$(tail -1 "$work/peak")
}

# median PLACE WORK TOOL COLUMN: 4 is wall clock, 5 processor time; empty when nothing was measured.
median() {
    values "$@" | awk '{ value[NR] = $1 } END { if (NR) printf "%.4g", (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}

# The same of the round that other work on the machine disturbed least.
fastest() {
    values "$@" | awk 'NR == 1'
}

values() {
    awk -F '\t' -v place="$1" -v what="$2" -v tool="$3" -v column="$4" '$1 == place && $2 == what && $3 == tool { print $column }' "$results" | sort -n
}
