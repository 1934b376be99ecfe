# Two runs at once, and runs that are killed. Sourced by run.sh.

many_files=400
busy='EnvelopeBusy|SourceChanged|DestinationExists'

# both FIRST... -- SECOND...: two runs of the tool at the same time. Each is done, or says that the other was in its way.
both() {
    local first=() pid codes=()
    while [[ $1 != -- ]]; do first+=("$1"); shift; done
    shift
    "$tool" "${first[@]}" >"$root/first.out" 2>"$root/first.err" </dev/null &
    pid=$!
    "$tool" "$@" >"$root/second.out" 2>"$root/second.err" </dev/null
    codes+=($?)
    wait "$pid"
    codes+=($?)
    echo "+ envelope ${first[*]} -- beside it: envelope $*: exit codes ${codes[*]}"
    cat "$root/first.err" "$root/second.err"
    ((codes[0] <= 1 && codes[1] <= 1)) || differs "exit codes ${codes[*]}: $(head -qn 2 "$root/first.err" "$root/second.err")"
    only_errors "$busy" "$root/first.err" "the first run"
    only_errors "$busy" "$root/second.err" "the second run"
}

step_two_protects() {
    make_many "$plain/many" $many_files 3000
    well protect "$plain/many" -r -o "$mount/both/" --kek local:a --quiet
    both protect "$plain/many" -r -o "$mount/both/" --kek local:a --force -- protect "$plain/many" -r -o "$mount/both/" --kek local:a --force
    (($(envelopes_in "$mount/both") == many_files)) || differs "$(envelopes_in "$mount/both") envelopes of $many_files"
    all_open "$mount/both"
    no_leftovers "$mount/both"
}

step_two_rewraps() {
    both rewrap "$mount/both" -r --new-kek local:b -- rewrap "$mount/both" -r --new-kek local:b
    well rewrap "$mount/both" -r --new-kek local:b --quiet
    opens_with_b_alone "$mount/both"
    all_open "$mount/both"
    no_leftovers "$mount/both"
}

# Neither takes the other's work away: the newer sources are in the vault after one more update. They are newer than the envelopes'
# encryption, which is what counts once those were rewrapped.
step_protect_beside_rewrap() {
    make_many "$plain/many" $many_files 3000
    find "$plain/many" -type f -exec touch -d '1 hour' {} +
    both protect "$plain/many" -r -o "$mount/both/" --kek local:b --update -- rewrap "$mount/both" -r --old-kek local:b --new-kek local:a
    all_open "$mount/both"
    well protect "$plain/many" -r -o "$mount/both/" --kek local:b --update --quiet
    restores_to "$plain/many" "$mount/both"
    no_leftovers "$mount/both"
    rm -rf "$mount/both"
}

# killed_after LINES ARGUMENTS...: the tool, killed when it has told of so many files.
killed_after() {
    local lines=$1 pid at
    shift
    rm -f "$root/pipe"
    mkfifo "$root/pipe"
    "$tool" "$@" >"$root/pipe" 2>"$root/killed.err" </dev/null &
    pid=$!
    exec 5<"$root/pipe"
    for ((at = 0; at < lines; at++)); do
        read -r -u 5 _ || break
    done
    kill -9 "$pid" 2>/dev/null
    exec 5<&-
    wait "$pid" 2>/dev/null
    code=$?
    echo "+ envelope $*, killed after $at files: exit code $code"
    # FUSE answers the end of a process before it lets go of its locks.
    find "$mount" -name '.envelope-*.tmp' -exec flock --wait 10 {} true ';'
    ((code == 137)) || differs "it had ended before it was killed, with exit code $code: $(head -n 3 "$root/killed.err")"
}

step_kill_protect() {
    killed_after 20 protect "$plain/many" -r -o "$mount/killed/" --kek local:a
    all_open "$mount/killed"
    well protect "$plain/many" -r -o "$mount/killed/" --kek local:a --update --quiet
    (($(envelopes_in "$mount/killed") == many_files)) || differs "$(envelopes_in "$mount/killed") envelopes of $many_files"
    all_open "$mount/killed"
    no_leftovers "$mount/killed"
}

step_kill_replace() {
    killed_after 20 protect "$plain/many" -r -o "$mount/killed/" --kek local:a --force
    (($(envelopes_in "$mount/killed") == many_files)) || differs "$(envelopes_in "$mount/killed") envelopes of $many_files"
    all_open "$mount/killed"
    well protect "$plain/many" -r -o "$mount/killed/" --kek local:a --force --quiet
    no_leftovers "$mount/killed"
}

step_kill_rewrap() {
    killed_after 20 rewrap "$mount/killed" -r --new-kek local:b
    all_open "$mount/killed"
    well rewrap "$mount/killed" -r --new-kek local:b --quiet
    opens_with_b_alone "$mount/killed"
    no_leftovers "$mount/killed"
}

step_kill_unprotect() {
    local file
    killed_after 20 unprotect "$mount/killed" -r -o "$mount/back/"
    for file in "$mount/back"/*; do
        cmp -s "$file" "$plain/many/${file##*/}" || differs "cut off: ${file##*/}"
    done
    well unprotect "$mount/killed" -r -o "$mount/back/" --update --quiet
    same_tree "$plain/many" "$mount/back"
    no_leftovers "$mount/back"
    rm -rf "$mount/back" "$mount/killed" "$plain/many"
}
