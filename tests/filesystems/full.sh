# A disk that is full. Whatever a run says, what it called done is there, whole, and what was there before is there still.
# Sourced by run.sh.

full='DiskFull|OutputFailed|KeyringUnavailable'

# leave_room BYTES: fills the disk but for that much; of tmpfs-inodes, but for as many files as those bytes are MiB.
leave_room() {
    if [[ $mount == */tmpfs-inodes/* ]]; then
        leave_inodes $((($1 + 1048575) / 1048576))
        return
    fi
    head -c "$1" /dev/zero > "$backing/room"
    fallocate -l "$(($(stat -f -c '%a * %S' "$backing") - 1048576))" "$backing/ballast" 2>/dev/null || rm -f "$backing/ballast"
    cat /dev/zero > "$backing/ballast-too" 2>/dev/null
    rm "$backing/room"
    sync -f "$backing"
}

leave_inodes() {
    local at
    mkdir -p "$backing/inodes"
    for ((at = 0; ; at++)); do : 2>/dev/null > "$backing/inodes/$at" || break; done 2>/dev/null
    rm -f $(seq -f "$backing/inodes/%g" 0 $(($1 - 1)))
}

room_again() { rm -rf "$backing/ballast" "$backing/ballast-too" "$backing/room" "$backing/inodes"; sync -f "$backing"; }

# behind PATH: the same on the disk behind the mount, where what is only in a cache is not to be seen.
behind() { [[ -n $share ]] && echo "$share/${1#"$mount/"}" || echo "$1"; }

step_full_protect() {
    make_many "$plain/big" 8 1000000
    leave_room 3000000
    run protect "$plain/big" -r -o "$mount/full/" --kek local:a --json
    ((code == 1)) || differs "exit code $code on a full disk"
    only_errors "$full" "$err" protect
    (($(count Protected) == $(envelopes_in "$(behind "$mount/full")"))) \
        || differs "$(count Protected) were told to be protected, $(envelopes_in "$(behind "$mount/full")") are there"
    all_open "$(behind "$mount/full")"
    no_leftovers "$mount/full"
    room_again
    well protect "$plain/big" -r -o "$mount/full/" --kek local:a --update --quiet
    all_open "$(behind "$mount/full")"
    (($(envelopes_in "$(behind "$mount/full")") == 8)) || differs "$(envelopes_in "$(behind "$mount/full")") envelopes of 8"
}

# Good envelopes are replaced by whole ones, or not at all.
step_full_update() {
    find "$plain/big" -type f -exec touch -d '2023-03-04T05:06:07.5Z' {} +
    leave_room 1500000
    run protect "$plain/big" -r -o "$mount/full/" --kek local:a --update --json
    only_errors "$full" "$err" update
    (($(envelopes_in "$(behind "$mount/full")") == 8)) || differs "$(envelopes_in "$(behind "$mount/full")") envelopes of 8"
    all_open "$(behind "$mount/full")"
    no_leftovers "$mount/full"
    room_again
    well protect "$plain/big" -r -o "$mount/full/" --kek local:a --update --quiet
    restores_to "$plain/big" "$mount/full"
    rm -rf "$mount/full"
}

step_full_unprotect() {
    local file
    well protect "$plain/big" -r -o "$plain/vault/" --kek local:a --quiet
    leave_room 3000000
    run unprotect "$plain/vault" -r -o "$mount/out/" --json
    ((code == 1)) || differs "exit code $code on a full disk"
    only_errors "$full" "$err" unprotect
    for file in "$(behind "$mount/out")"/file*; do
        [[ ! -e $file ]] || cmp -s "$file" "$plain/big/${file##*/}" || differs "not whole: ${file##*/}, $(stat -c %s "$file") bytes"
    done
    no_leftovers "$mount/out"
    room_again
    rm -rf "$mount/out"
}

# From a pipe, and into one that the shell put into a file here.
step_full_pipe() {
    leave_room 1000000
    cat "$plain/big"/* | "$tool" protect - -o "$mount/pipe.evc" --kek local:a >"$root/out" 2>"$root/err"
    code=${PIPESTATUS[1]}
    piped "from a pipe" "$code" "$(behind "$mount/pipe.evc")"
    ((code == 0)) || [[ ! -e $mount/pipe.evc ]] || differs "an envelope of $(stat -c %s "$mount/pipe.evc") bytes is there"
    rm -f "$mount/pipe.evc"
    "$tool" protect "$plain/big/file0000" -o - --kek local:a >"$mount/redirected.evc" 2>"$root/err"
    piped "to standard output" $? "$(behind "$mount/redirected.evc")"
    room_again
    rm -f "$mount/redirected.evc"
}

piped() {
    cat "$root/err"
    (($2 <= 1)) || differs "$1: exit code $2: $(head -n 3 "$root/err")"
    (($2 > 0)) || "$tool" verify "$3" --quiet 2>"$root/err" || differs "$1: exit code 0, and it is not whole: $(cat "$root/err")"
}

step_full_rewrap() {
    well protect "$source" -r -o "$mount/rewrapped/" --kek local:a --quiet
    leave_room 0
    run rewrap "$mount/rewrapped" -r --new-kek local:b
    only_errors "$full" "$err" rewrap
    (($(envelopes_in "$(behind "$mount/rewrapped")") == tree_files + 1)) || differs "envelopes are missing"
    all_open "$(behind "$mount/rewrapped")"
    room_again
    well rewrap "$mount/rewrapped" -r --new-kek local:b --quiet
    opens_with_b_alone "$(behind "$mount/rewrapped")"
    no_leftovers "$mount/rewrapped"
    rm -rf "$mount/rewrapped"
}

# The worst that was seen: a backup of 0 bytes was called exported, and the KEK was removed.
step_full_export() {
    local home=$plain/home
    ENVELOPECRYPTO_HOME=$home well kek new local:old --unprotected
    leave_room 0
    run_in "$home" kek export local:old -o "$mount/old.kek.evc" --kek passphrase --passphrase-file "$root/passphrase"
    if ((code == 0)); then
        ENVELOPECRYPTO_HOME=$home well kek remove local:old --yes
        run_in "$home" kek import "$(behind "$mount/old.kek.evc")" --unprotected --passphrase-file "$root/passphrase"
        ((code == 0)) || differs "exported and removed, and the backup of $(stat -c %s "$(behind "$mount/old.kek.evc")") bytes gives: $(cat "$err")"
    else
        only_errors "$full" "$err" "kek export"
        [[ ! -e $mount/old.kek.evc ]] || differs "a backup of $(stat -c %s "$mount/old.kek.evc") bytes is there"
    fi
    room_again
    rm -rf "$home" "$mount/old.kek.evc"
}

# A KEK that was made is there when it is wanted; one that was not made is in nobody's way.
step_full_kek_new() {
    local home=$mount/full-home made
    mkdir -m 0700 "$home"
    leave_room 0
    run_in "$home" kek new local:k --unprotected
    made=$code
    ((made == 0)) || only_errors "$full|KeyringNotPrivate" "$err" "kek new"
    room_again
    if grep -q KeyringNotPrivate "$err"; then return; fi
    ((made == 0)) || ENVELOPECRYPTO_HOME=$home well kek new local:k --unprotected
    [[ -z $share ]] || (($(find "$(behind "$home")" -type f -size 0 -name '*.json' | wc -l) == 0)) || differs "files of 0 bytes: $(find "$(behind "$home")" -size 0 -printf '%P ')"
    ENVELOPECRYPTO_HOME=$home well protect "$source/a.txt" -o "$mount/k.evc" --kek local:k
    rm -rf "$home" "$mount/k.evc" "$plain/big" "$plain/vault"
}
