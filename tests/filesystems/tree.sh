# The trees that are protected, and how two of them are compared. Sourced by run.sh.

# A small tree with names, modes, lengths and times of all kinds; only two-slots is long enough to be rewrapped in place.
make_tree() {
    local tree=$1 file
    mkdir -p "$tree/sub/deep"
    printf 'first content' > "$tree/a.txt"
    : > "$tree/empty"
    printf 'in a bracket' > "$tree/[x].txt"
    printf 'with blanks' > "$tree/sub/two words.txt"
    printf 'not ascii' > "$tree/sub/über.txt"
    printf '#!/bin/sh\n' > "$tree/sub/run.sh"
    head -c 70000 /dev/urandom > "$tree/sub/deep/b.bin"
    head -c 1500000 /dev/urandom > "$tree/two-slots"
    chmod 0755 "$tree/sub/run.sh"
    chmod 0640 "$tree/a.txt"
    find "$tree" -type f -exec touch -d '2021-03-04T05:06:07.123456789Z' {} +
}
tree_files=8

# make_many FOLDER COUNT BYTES
make_many() {
    local at
    mkdir -p "$1"
    for ((at = 0; at < $2; at++)); do
        head -c "$3" /dev/urandom > "$1/$(printf 'file%04d' "$at")"
    done
    find "$1" -type f -exec touch -d '2021-03-04T05:06:07.123456789Z' {} +
}

envelopes_in() { find "$1" -type f -name '*.evc' | wc -l; }

# same_tree EXPECTED FOUND [times]: the same files with the same bytes; with times also their times and modes.
same_tree() {
    local difference
    difference=$(diff -r "$1" "$2" 2>&1 | head -n 3)
    [[ -z $difference ]] || differs "content: $difference"
    if [[ ${3:-} == times ]]; then
        difference=$(diff <(listing "$1") <(listing "$2") | head -n 4)
        [[ -z $difference ]] || differs "times or modes: $difference"
    fi
}
listing() { (cd "$1" && find . -type f -printf '%p %s %m %T@\n' | sort); }

# no_leftovers FOLDER...: no temporary file and no lock.
no_leftovers() {
    local left
    left=$(find "$@" \( -name '.envelope-*' -o -name '*.evc.lock' -o -name '.fuse_hidden*' \) -printf '%P ' 2>&1)
    [[ -z $left ]] || differs "left behind: $left"
}

# all_open FOLDER: whatever has an envelope's name is whole and opens.
all_open() {
    (($(envelopes_in "$1") > 0)) || return
    run verify "$1" -r --quiet
    ((code == 0)) || differs "not every envelope is good: $(grep . "$err" | head -n 3)"
}

# restores_to TREE VAULT: what the vault holds is that tree.
restores_to() {
    rm -rf "$mount/restored"
    well unprotect "$2" -r -o "$mount/restored/" --quiet
    same_tree "$1" "$mount/restored"
    no_leftovers "$mount/restored"
    rm -rf "$mount/restored"
}
