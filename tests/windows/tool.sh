# The scenario of the tool, in Wine: what a Windows user does with a tree, from its first backup to its restore. Sourced by wine.sh.

tool_scenario() {
    checks_passed=0 checks_failed=0
    work=$lab/runs/tool
    rm -rf "$work"
    mkdir -p "$work"
    chmod 700 "$work"
    export ENVELOPECRYPTO_HOME="Z:${work//\//\\}\\keyring"
    local step
    for step in make_kek protect protect_again update rewrap rotate two_runs dead_file replace_open remove_sources restore read_only_output \
        wildcards key_pair sealed_name keyring_passphrase; do
        check_step "$step"
    done
    unset ENVELOPECRYPTO_HOME
    echo "$checks_passed passed, $checks_failed failed, 0 skipped"
    ((checks_failed == 0))
}

# check_step NAME: what differs is written to descriptor 3; nothing there is success.
check_step() {
    local differences
    : > "$work/log"
    differences=$(set +e; "tool_$1" 3>&1 >>"$work/log" 2>&1)
    if [[ -z $differences ]]; then
        ((++checks_passed))
        printf 'tool %-24s ok\n' "$1"
    else
        ((++checks_failed))
        printf 'tool %-24s FAILED\n' "$1"
        sed 's/^/    /' <<< "$differences" | head -n 12
        tail -n 5 "$work/log" | sed 's/^/    | /'
    fi
}

differs() { printf '%s\n' "$*" >&3; }

# envelope CODE ARGUMENTS...: the tool, in $work, which must end with that code.
envelope() {
    local expected=$1 code=0
    shift
    echo "+ envelope $*"
    LAB_WORK=$work in_wine wine64 "$lab/tool/envelope.exe" "$@" </dev/null >"$work/out" 2>"$work/err" || code=$?
    cat "$work/out" "$work/err"
    ((code == expected)) || differs "envelope $1 ended with $code instead of $expected: $(head -c 600 "$work/err")"
}

# statuses EXPECTED: the results of a run with --json, as "Protected 3, Unchanged 5".
statuses() {
    local seen
    seen=$(grep -o '"status":"[A-Za-z]*"' "$work/out" | sort | uniq -c | awk '{ gsub(/"status":|"/, "", $2); printf "%s%s %s", (NR > 1 ? ", " : ""), $2, $1 }')
    [[ $seen == "$1" ]] || differs "results: $seen; expected: $1"
}

no_leftovers() {
    local left
    left=$(find "$work" \( -name '.envelope-*' -o -name '*.lock' \) -not -path '*/keyring/*' -printf '%P ')
    [[ -z $left ]] || differs "left behind: $left"
}

same_tree() {
    local difference
    difference=$(diff -r "$work/$1" "$work/$2" 2>&1 | head -n 5)
    [[ -z $difference ]] || differs "content: $difference"
    difference=$(diff <(cd "$work/$1" && find . -type f -printf '%p %s %T@\n' | sed 's/\(\.[0-9]\{7\}\)[0-9]*$/\1/' | sort) \
        <(cd "$work/$2" && find . -type f -printf '%p %s %T@\n' | sed 's/\(\.[0-9]\{7\}\)[0-9]*$/\1/' | sort) | head -n 4)
    [[ -z $difference ]] || differs "times: $difference"
}

# in_cmd COMMAND...: one of cmd's own, such as attrib.
attribute() { LAB_WORK=$work in_wine wine64 attrib "$@" >/dev/null; }

is_read_only() { LAB_WORK=$work in_wine wine64 attrib "$1" | grep -q '^ *A\{0,1\} *R\|R '; }

long_folder=$(printf 'a-folder-with-a-name-of-50-characters-and-no-less-%s\\' 1 2 3 4 5 6)

tool_make_kek() {
    local tree=$work/data long=${long_folder//\\//}
    mkdir -p "$tree/sub/deep" "$tree/备份/数据" "$tree/${long%/}"
    printf 'first content' > "$tree/a.txt"
    : > "$tree/empty"
    printf 'with blanks' > "$tree/sub/two words.txt"
    printf 'in a bracket' > "$tree/[x].txt"
    printf 'Chinese' > "$tree/备份/数据/客户名单.csv"
    printf 'far below' > "$tree/${long}at-the-end.txt"
    printf 'read-only' > "$tree/sub/read-only.txt"
    head -c 70000 /dev/urandom > "$tree/sub/deep/b.bin"
    head -c 1500000 /dev/urandom > "$tree/two-slots.bin"
    find "$tree" -type f -exec touch -d '2021-03-04T05:06:07.1234567Z' {} +
    attribute +r 'data\sub\read-only.txt'
    (($(find "$tree" -name at-the-end.txt -printf '%P' | wc -c) > 300)) || differs "no path here is long"
    envelope 0 kek new local:a --unprotected
    envelope 0 kek new local:b --unprotected
}

tool_protect() {
    envelope 0 protect data -r -o vault --kek local:a --json
    statuses 'Protected 9'
    grep -q '客户名单' "$work/out" || differs "the Chinese name is not in the output"
    (($(find "$work/vault" -name '*.evc' | wc -l) == 9)) || differs "not 9 envelopes"
    envelope 0 verify vault -r --json
    no_leftovers
}

tool_protect_again() {
    envelope 0 protect data -r -o vault --kek local:a --update --json
    statuses 'Unchanged 9'
    envelope 1 protect data/a.txt -o vault/a.txt.evc --kek local:a
    grep -q DestinationExists "$work/err" || differs "no DestinationExists"
    envelope 0 protect data/a.txt -o vault/a.txt.evc --kek local:a --force
}

tool_update() {
    printf 'other content' > "$work/data/a.txt" && touch -d '2022-01-01T00:00:00.5Z' "$work/data/a.txt"
    printf 'longer than before' > "$work/data/备份/数据/客户名单.csv"
    printf 'new' > "$work/data/new.txt"
    printf 'longer, far below' > "$work/data/${long_folder//\\//}at-the-end.txt"
    envelope 0 protect data -r -o vault --kek local:a --update --json
    statuses 'Protected 4, Unchanged 6'
    no_leftovers
}

tool_rewrap() {
    attribute +r 'vault\sub\two words.txt.evc'
    envelope 0 rewrap vault -r --old-kek local:a --new-kek local:b --json
    statuses 'Rewrapped 10'
    is_read_only 'vault\sub\two words.txt.evc' || differs "a rewrapped file lost its read-only attribute"
    envelope 0 verify vault -r --header-only --allowed-kek local:b
    envelope 0 inspect vault -r --json
    ! grep -q 'local:a' "$work/out" || differs "the old KEK is still in a header"
    no_leftovers
}

tool_rotate() {
    envelope 0 kek rotate local:b
    envelope 0 rewrap vault -r --new-kek local:b --json
    statuses 'Rewrapped 10'
    envelope 0 verify vault -r
    no_leftovers
}

# A second run at the same time: each file is one run's or the other's, and none is harmed.
tool_two_runs() {
    local at first second code_first=0 code_second=0
    mkdir -p "$work/many"
    for ((at = 0; at < 60; at++)); do head -c 3000 /dev/urandom > "$work/many/file$at"; done
    LAB_WORK=$work in_wine wine64 "$lab/tool/envelope.exe" protect many -r -o many-vault --kek local:b --force --quiet >"$work/first" 2>&1 </dev/null & first=$!
    LAB_WORK=$work in_wine wine64 "$lab/tool/envelope.exe" protect many -r -o many-vault --kek local:b --force --quiet >"$work/second" 2>&1 </dev/null & second=$!
    wait "$first" || code_first=$?
    wait "$second" || code_second=$?
    ((code_first == 0 && code_second == 0)) || differs "two protects: $code_first, $code_second: $(head -c 300 "$work/first" "$work/second")"
    LAB_WORK=$work in_wine wine64 "$lab/tool/envelope.exe" rewrap many-vault -r --new-kek local:a --quiet >"$work/first" 2>&1 </dev/null & first=$!
    LAB_WORK=$work in_wine wine64 "$lab/tool/envelope.exe" rewrap many-vault -r --new-kek local:a --quiet >"$work/second" 2>&1 </dev/null & second=$!
    code_first=0 code_second=0
    wait "$first" || code_first=$?
    wait "$second" || code_second=$?
    ((code_first == 0 && code_second == 0)) || differs "two rewraps: $code_first, $code_second: $(head -c 300 "$work/first" "$work/second")"
    envelope 0 unprotect many-vault -r -o many-restored
    same_tree many many-restored
    no_leftovers
}

# What a killed run left goes with the next one over that folder. It waits for the rest of its input, so that it cannot end before.
tool_dead_file() {
    local pid tries
    mkfifo "$work/unending"
    exec 8<>"$work/unending"
    printf 'the beginning' >&8
    LAB_WORK=$work in_wine wine64 "$lab/tool/envelope.exe" protect - -o many-vault/large.evc --kek local:b --quiet >"$work/first" 2>&1 <"$work/unending" 8>&- & pid=$!
    for ((tries = 0; tries < 1200; tries++)); do
        compgen -G "$work/many-vault/.envelope-*.tmp" >/dev/null && break
        sleep 0.05
    done
    LAB_WORK=$work in_wine wine64 taskkill /f /im envelope.exe
    wait "$pid" || true
    exec 8>&-
    rm "$work/unending"
    compgen -G "$work/many-vault/.envelope-*.tmp" >/dev/null || differs "the killed run left nothing, so this shows nothing"
    envelope 0 protect many -r -o many-vault --kek local:b --force
    no_leftovers
}

# Another program has the old file open, and lets others read and rename it.
tool_replace_open() {
    envelope 0 protect data/a.txt -o open.evc --kek local:a
    exec 9< "$work/open.evc"
    envelope 0 protect data/a.txt -o open.evc --kek local:b --force
    exec 9<&-
    no_leftovers
}

tool_remove_sources() {
    cp -a "$work/data" "$work/kept"
    attribute +r 'data\sub\read-only.txt'
    envelope 0 protect data -r -o vault --kek local:b --update --remove-source --json
    local left
    left=$(find "$work/data" -type f -printf '%P ')
    [[ -z $left ]] || differs "not removed: $left"
    no_leftovers
}

tool_restore() {
    envelope 0 unprotect vault -r -o restored --json
    statuses 'Unprotected 10'
    same_tree kept restored
    is_read_only 'restored\sub\read-only.txt' || differs "a read-only file was not restored as one"
    # The same with the envelopes removed, read-only ones too.
    envelope 0 unprotect vault -r -o restored2 --remove-source
    same_tree kept restored2
    local left
    left=$(find "$work/vault" -type f -printf '%P ')
    [[ -z $left ]] || differs "not removed: $left"
    no_leftovers
}

tool_read_only_output() {
    envelope 0 protect restored/a.txt -o once.evc --kek local:a
    attribute +r once.evc
    envelope 0 protect restored/a.txt -o once.evc --kek local:b --force
    envelope 0 verify once.evc
    no_leftovers
}

# cmd and PowerShell expand nothing; a path can be one of a drive's current folder, or begin with \\?\.
tool_wildcards() {
    local name
    mkdir -p "$work/wild/x1" "$work/wild/x2"
    for name in a.sql B.SQL c.txt 'd[1].sql' x1/e.sql x2/报告.sql; do printf '%s' "$name" > "$work/wild/$name"; done
    envelope 0 protect 'wild\*.sql' -o wild-vault --kek local:a --json --summary summary.json
    statuses 'Protected 3'
    grep -q '"protected": 3' "$work/summary.json" || differs "the summary counts: $(tr -d '\n' < "$work/summary.json")"
    envelope 0 protect 'wild\x?\*.sql' 'wild\[c]*' 'wild\d[1].sql' -o wild-vault2 --kek local:a --json
    statuses 'Protected 4'
    grep -q '报告' "$work/out" || differs "the Chinese name is not in the output"
    envelope 0 protect 'Z:wild\*.sql' -o Z:wild-vault3 --kek local:a --json
    statuses 'Protected 3'
    envelope 0 protect "\\\\?\\Z:${work//\//\\}\\wild\\*.sql" -o 'wild-vault4\' --kek local:a --json
    statuses 'Protected 3'
    envelope 1 protect 'wild\*.nothing' -o wild-vault --kek local:a
    grep -q NothingMatched "$work/err" || differs "no NothingMatched"
    envelope 0 verify 'wild-vault*\*' --json
    no_leftovers
}

# Who has the public half encrypts; the private half stays in the keyring.
tool_key_pair() {
    envelope 0 kek new local:pair --key-pair --unprotected
    envelope 0 kek export local:pair --public-key -o pair.pem
    envelope 0 protect 'wild\a.sql' -o pair1.evc --kek pub:pair.pem --json
    envelope 0 protect 'wild\c.txt' -o pair2.evc --kek "pub:Z:${work//\//\\}\\pair.pem" --kek local:a
    envelope 0 rewrap pair2.evc --remove-kek local:a
    envelope 0 kek rotate local:pair
    envelope 0 verify pair1.evc pair2.evc --only-post-quantum
    envelope 0 unprotect pair1.evc pair2.evc -o pairs --allowed-kek local:pair
    [[ $(cat "$work/pairs/pair1" "$work/pairs/pair2") == a.sqlc.txt ]] || differs "the content: $(cat "$work/pairs/"*)"
    envelope 0 kek list --json
    no_leftovers
}

# An envelope whose name tells nothing gets the name that is sealed in it, and never one that is a device, stream or path.
tool_sealed_name() {
    envelope 0 protect 'wild\x2' -r -o named --kek local:a
    mv "$work/named/报告.sql.evc" "$work/named/blob"
    envelope 0 unprotect named -r -o named-back --json
    [[ $(cat "$work/named-back/报告.sql") == x2/报告.sql ]] || differs "restored: $(ls "$work/named-back")"
    envelope 0 unprotect 'named\blob' --restore-name -o 'named-back2\' --json
    [[ -f $work/named-back2/报告.sql ]] || differs "restored: $(ls "$work/named-back2")"
    local name
    for name in NUL 'wild\con' 'ends.' 'ends ' 'wild\a?b' 'a|b' 'a.sql:b' 'a.sql:$DATA'; do
        envelope 1 unprotect 'named\blob' -o "$name"
        grep -q 'NameUnusable' "$work/err" || differs "$name: $(head -c 200 "$work/err")"
    done
    no_leftovers
}

tool_keyring_passphrase() {
    printf 'first passphrase' > "$work/first-passphrase"
    printf 'second passphrase' > "$work/second-passphrase"
    envelope 0 kek new local:c --keyring-passphrase-file first-passphrase --json
    grep -q '"protection":"Passphrase"' "$work/out" || differs "local:c: $(cat "$work/out")"
    envelope 0 protect 'wild\a.sql' -o under-c.evc --kek local:c --keyring-passphrase-file first-passphrase
    envelope 0 keyring passphrase --keyring-passphrase-file first-passphrase --new-passphrase-file second-passphrase --kek local:a
    envelope 1 verify under-c.evc --keyring-passphrase-file first-passphrase
    envelope 0 verify under-c.evc --keyring-passphrase-file second-passphrase
    envelope 0 verify 'wild-vault\*' --keyring-passphrase-file second-passphrase
    envelope 0 kek list --json
    [[ $(grep -c '"protection":"Passphrase"' "$work/out") == 2 ]] || differs "protections: $(cat "$work/out")"
}
