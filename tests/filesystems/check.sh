# The workspace, what has to be undone, and how a step is checked and shown. Sourced by run.sh.

passed=0 failed=0 skipped=0
tool=
undo=()

start() {
    root=$(mktemp -d "${TMPDIR:-/tmp}/envelope-filesystems.XXXXXX")
    trap 'undo_all 0; rm -rf --one-file-system "$root"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    step_log=$root/step.log
    # Nothing of the user's own: no keyring, no KEK, no Region is met by a run here.
    unset "${!ENVELOPECRYPTO_@}" "${!AWS_@}"
    export ENVELOPECRYPTO_HOME=$root/keyring HOME=$root
    build_tool
    printf 'the passphrase of a test' > "$root/passphrase"
    # Outside of all mounts, so that only the steps about keyrings meet the file system by them.
    "$tool" kek new local:a --unprotected --quiet && "$tool" kek new local:b --unprotected --quiet || exit 2
}

build_tool() {
    [[ -z $tool ]] || return 0
    local project=$here/../../src/EnvelopeCrypto.Cli
    dotnet publish "$project" -c Release -p:ToolFramework=net10.0 --use-current-runtime --artifacts-path "$root/build" -o "$root/tool" >"$root/build.log" 2>&1 \
        || { cat "$root/build.log" >&2; exit 2; }
    tool=$root/tool/envelope
}

# undo_later COMMAND...: at the end of this mount, in the opposite order.
undo_later() { undo+=("$(printf '%q ' "$@")"); }

undo_all() {
    local at
    for ((at = ${#undo[@]} - 1; at >= $1; at--)); do
        eval "${undo[at]}" >/dev/null 2>&1
        unset "undo[at]"
    done
    undo=("${undo[@]}")
}

# here_is KIND: the paths that the steps use. The mount is $mount; what fills it up goes to $backing, which can be the disk behind it.
# $plain is on the disk, whose times have more digits than many mounts keep.
here_is() {
    mount=$root/$1/mount
    backing=$mount share=
    plain=$root/$1/plain
    source=$plain/source
    vault=$mount/vault
    mkdir -p "$mount" "$plain"
}

# check KIND STEP: runs it by itself; whatever it says to differs is what failed.
check() {
    local kind=$1 step=$2 differences
    : > "$step_log"
    differences=$("step_$step" 3>&1 >>"$step_log" 2>&1)
    if [[ -z $differences ]]; then
        ((passed++))
        printf '%-16s %-24s ok\n' "$kind" "$step"
    else
        ((failed++))
        printf '%-16s %-24s FAILED\n' "$kind" "$step"
        printf '%s\n' "$differences" | head -n "${FILESYSTEMS_LINES:-12}" | sed 's/^/    /'
    fi
    [[ -z ${FILESYSTEMS_LOG:-} ]] || { printf '\n===== %s %s\n%s\n' "$kind" "$step" "$differences"; cat "$step_log"; } >> "$FILESYSTEMS_LOG"
}

skip() {
    ((skipped++))
    printf '%-16s %-24s skipped: %s\n' "$1" "(all)" "${2:-it cannot be mounted here: $(tail -n 1 "$step_log")}"
}

differs() { printf '%s\n' "$*" >&3; }

# run ARGUMENTS...: the tool; what it printed is $out and $err, its exit code $code.
run() {
    out=$root/out err=$root/err
    echo "+ envelope $*"
    "$tool" "$@" >"$out" 2>"$err" </dev/null
    code=$?
    cat "$out" "$err"
    echo "+ exit code $code"
    # A stack trace or a runtime that aborts is never an answer.
    if ((code > 3)) || grep -qE '^ +at |Unhandled exception' "$err"; then
        differs "the tool broke down (exit code $code): $(head -n 3 "$err")"
    fi
}

# well ARGUMENTS...: the tool, which must succeed.
well() {
    run "$@"
    ((code == 0)) || differs "envelope $1: exit code $code: $(grep . "$err" | head -n 3)"
}

# badly ERROR ARGUMENTS...: the tool, which must fail by one of these ids (a pattern of grep -E).
badly() {
    local ids=$1
    shift
    run "$@"
    ((code == 1)) || differs "envelope $1: exit code $code instead of 1: $(head -n 3 "$err")"
    only_errors "$ids" "$err" "envelope $1"
}

# only_errors IDS FILE WHO: no error by another id is there.
only_errors() {
    local others
    others=$(grep '^envelope: .*\[[A-Za-z]*\]$' "$2" | grep -vE "\[($1)\]\$" | head -n 3)
    [[ -z $others ]] || differs "$3: $others"
}

# count STATUS: how many results of a run with --json have it.
count() { grep -c "\"status\":\"$1\"" "$out"; }

# statuses EXPECTED: the results of a run with --json, as "Protected 3, Unchanged 5"; false when they differ.
statuses() {
    local seen
    seen=$(grep -o '"status":"[A-Za-z]*"' "$out" | sort | uniq -c | awk '{ gsub(/"status":|"/, "", $2); printf "%s%s %s", (NR > 1 ? ", " : ""), $2, $1 }')
    [[ $seen == "$1" ]] || { differs "results: $seen; expected: $1"; return 1; }
}
