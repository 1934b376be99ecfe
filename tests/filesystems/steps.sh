# The steps that one run after the other takes. Sourced by run.sh.

step_protect() {
    well protect "$source" -r -o "$vault/" --kek local:a --json
    statuses "Protected $tree_files"
    (($(envelopes_in "$vault") == tree_files)) || differs "$(envelopes_in "$vault") envelopes"
    no_leftovers "$vault"
    all_open "$vault"
}

# A newer time, an older time, another length, a new file: all are changes.
step_update() {
    printf 'other content' > "$source/a.txt" && touch -d '2022-01-01T00:00:00.5Z' "$source/a.txt"
    head -c 70000 /dev/urandom > "$source/sub/deep/b.bin" && touch -d '2019-01-01T00:00:00.5Z' "$source/sub/deep/b.bin"
    printf 'longer than before' > "$source/[x].txt" && touch -d '2021-03-04T05:06:07.123456789Z' "$source/[x].txt"
    printf 'new' > "$source/new" && touch -d '2021-03-04T05:06:07.123456789Z' "$source/new"
    well protect "$source" -r -o "$vault/" --kek local:a --update --json
    # What was missed is mended, so that the steps to come fail for faults of their own.
    statuses "Protected 4, Unchanged $((tree_files - 3))" || run protect "$source" -r -o "$vault/" --kek local:a --force --quiet
    no_leftovers "$vault"
}

step_update_again() {
    well protect "$source" -r -o "$vault/" --kek local:a --update --json
    statuses "Unchanged $((tree_files + 1))"
}

# On the disk with all digits of its times, on the mount with what it keeps of them.
step_restore() {
    well unprotect "$vault" -r -o "$plain/restored/" --quiet
    same_tree "$source" "$plain/restored" times
    rm -rf "$plain/restored"
    restores_to "$source" "$vault"
}

step_rewrap_in_place() {
    local before
    before=$(stat -c '%i %s' "$vault/two-slots.evc")
    well rewrap "$vault/two-slots.evc" --old-kek local:a --new-kek local:b --json
    statuses "Rewrapped 1"
    [[ $(stat -c '%i %s' "$vault/two-slots.evc") == "$before" ]] || differs "it is another file, or has another length"
    opens_with_b_alone "$vault/two-slots.evc"
}

step_rewrap_beside() {
    well rewrap "$vault" -r --old-kek local:a --new-kek local:b --json
    statuses "Rewrapped $tree_files, Unchanged 1"
    opens_with_b_alone "$vault"
    no_leftovers "$vault"
    restores_to "$source" "$vault"
}

step_update_after_rewrap() {
    well protect "$source" -r -o "$vault/" --kek local:b --update --json
    statuses "Unchanged $((tree_files + 1))"
}

opens_with_b_alone() {
    local keks
    well verify "$1" -r --header-only --allowed-kek local:b --quiet
    keks=$("$tool" inspect "$1" -r --json 2>&1 | grep -c 'local:a')
    ((keks == 0)) || differs "$keks still have the old KEK"
}

step_remove_source() {
    cp -a "$source" "$mount/gone"
    cp -a "$mount/gone" "$plain/kept"
    well protect "$mount/gone" -r -o "$mount/gone-vault/" --kek local:a --remove-source
    all_gone "$mount/gone"
    no_leftovers "$mount/gone-vault"
    restores_to "$plain/kept" "$mount/gone-vault"
}

# What was protected before is proven too, and goes.
step_update_remove_source() {
    rm -rf "$mount/gone" "$mount/gone-vault"
    cp -a "$source" "$mount/gone"
    well protect "$mount/gone" -r -o "$mount/gone-vault/" --kek local:a --quiet
    well protect "$mount/gone" -r -o "$mount/gone-vault/" --kek local:a --update --remove-source
    all_gone "$mount/gone"
    restores_to "$plain/kept" "$mount/gone-vault"
}

step_unprotect_remove_source() {
    well unprotect "$mount/gone-vault" -r -o "$mount/back/" --remove-source
    all_gone "$mount/gone-vault"
    same_tree "$plain/kept" "$mount/back"
    rm -rf "$mount/gone" "$mount/gone-vault" "$mount/back" "$plain/kept"
}

all_gone() {
    local left
    left=$(find "$1" -type f -printf '%P ' 2>&1)
    [[ -z $left ]] || differs "still there: $left"
}

# A keyring on this file system: it works, or it is refused because others could read it.
step_keyring() {
    local home=$mount/home
    run_in "$home" kek new local:k --unprotected
    if ((code == 1)); then
        only_errors KeyringNotPrivate "$err" "kek new"
        return
    fi
    ((code == 0)) || differs "kek new: exit code $code: $(head -n 3 "$err")"
    ENVELOPECRYPTO_HOME=$home well kek rotate local:k
    ENVELOPECRYPTO_HOME=$home well protect "$source/a.txt" -o "$mount/k.evc" --kek local:k
    ENVELOPECRYPTO_HOME=$home well verify "$mount/k.evc"
    ENVELOPECRYPTO_HOME=$home well kek remove local:k --yes
    no_leftovers "$home"
    rm -rf "$home" "$mount/k.evc"
}

run_in() {
    local ENVELOPECRYPTO_HOME=$1
    export ENVELOPECRYPTO_HOME
    shift
    run "$@"
}

# Two files whose names differ in case, in runs of their own: two envelopes, or where no case is known the first one's stays.
step_case_twin() {
    mkdir -p "$plain/twins"
    printf 'upper' > "$plain/twins/A.txt"
    printf 'lower case' > "$plain/twins/a.txt"
    well protect "$plain/twins/A.txt" -o "$mount/twins/" --kek local:a
    run protect "$plain/twins/a.txt" -o "$mount/twins/" --kek local:a --update
    if (($(envelopes_in "$mount/twins") == 2)); then
        restores_to "$plain/twins" "$mount/twins"
    else
        ((code == 1)) || differs "exit code $code"
        only_errors DestinationExists "$err" "the second run"
        [[ $("$tool" unprotect "$mount/twins/A.txt.evc" -o - -q) == upper ]] || differs "the envelope of A.txt is gone"
    fi
    rm -rf "$mount/twins" "$plain/twins"
}

# A name that the file system cannot take is said to be one, at once; no other file suffers.
step_odd_name() {
    mkdir -p "$plain/odd"
    printf 'odd' > "$plain/odd/a?b"
    printf 'plain' > "$plain/odd/c"
    local before=$SECONDS
    run protect "$plain/odd" -r -o "$mount/odd/" --kek local:a --remove-source
    ((code == 0)) || only_errors NameUnusable "$err" "protect"
    ((SECONDS - before < 8)) || differs "it waited for a lock that nobody holds"
    [[ ! -e $plain/odd/c && $("$tool" unprotect "$mount/odd/c.evc" -o - -q) == plain ]] || differs "the other file was not protected"
    [[ ! -e $plain/odd/a?b || ! -e $mount/odd/a?b.evc ]] || differs "its envelope is there, and its source too"
    no_leftovers "$mount/odd"
    rm -rf "$mount/odd" "$plain/odd"
}

step_require_mount() {
    well protect "$source/a.txt" -o "$mount/" --kek local:a --require-mount
    badly DestinationNotMounted protect "$source" -r -o "$plain/no-mount/" --kek local:a --require-mount
    [[ ! -e $plain/no-mount ]] || differs "something was written where nothing is mounted"
    rm -f "$mount/a.txt.evc"
}

# The first write to a file that lies in the lower layer copies it up: it has another number from then on.
step_rewrap_lower() {
    cp -a "$root/overlay/lower/old-source" "$plain/old"
    well rewrap "$mount/old-vault" -r --old-kek local:a --new-kek local:b --json
    statuses "Rewrapped $tree_files"
    opens_with_b_alone "$mount/old-vault"
    restores_to "$plain/old" "$mount/old-vault"
    well protect "$mount/old-source" -r -o "$mount/old-gone/" --kek local:a --remove-source
    all_gone "$mount/old-source"
    restores_to "$plain/old" "$mount/old-gone"
    rm -rf "$plain/old"
}
