# What compare.sh prints: the machine, each tool beside ours, and the goals. Sourced, not run.

work_of=(encrypt decrypt "encrypt tree" "decrypt tree")

print_report() {
    print_machine
    local place
    for place in memory disk; do
        [[ -z ${folders[$place]:-} ]] || print_comparison "$place"
    done
    print_goals
    ((${#left_out[@]} == 0)) || { echo; printf 'Left out, since it is not here: %s\n' "${left_out[@]}"; }
}

print_machine() {
    echo "$(nproc) processors, $(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), Linux $(uname -r)," \
        ".NET $(runtime)." \
        "Large file: $COMPARE_MIB MiB; tree: $COMPARE_FILES files of 4 KiB; medians of $COMPARE_ROUNDS rounds; load at the end $(cut -d ' ' -f 1 /proc/loadavg)."
    echo "Tools: $(versions | paste -sd ';' | sed 's/;/; /g')."
}

runtime() {
    command -v dotnet > /dev/null || { echo "of an unknown version"; return; }
    dotnet --list-runtimes | awk '/^Microsoft.NETCore.App/ { version = $2 } END { print version }'
}

versions() {
    cp --version | head -1
    ! has age || echo "age $(age --version)"
    ! has rclone || rclone version | head -1
    ! has restic || restic version | cut -d ' ' -f 1-2
    ! has gpg || gpg --version | head -1
    ! has openssl || openssl version | cut -d ' ' -f 1-2
    echo "envelope $("$envelope" --version)"
}

# Seconds of wall clock (and of processor time), and the wall clock as a multiple of ours.
print_comparison() {
    local place=$1 tool what ours theirs
    echo
    echo "| ${place} |$(printf ' %s |' "${work_of[@]}")"
    echo "| --- |$(printf -- ' --- |%.0s' "${work_of[@]}")"
    for tool in "${tools[@]}" cmdlets; do
        local row="| $tool |" any=
        for what in "${work_of[@]}"; do
            theirs=$(median "$place" "$what" "$tool" 4)
            ours=$(median "$place" "$what" envelope 4)
            if [[ -z $theirs ]]; then row+=" |"; continue; fi
            any=1
            row+=$(awk -v wall="$theirs" -v cpu="$(median "$place" "$what" "$tool" 5)" -v ours="$ours" \
                'BEGIN { printf " %.2f s (%.2f s), %.2f times ours |", wall, cpu, wall / ours }')
        done
        [[ -z $any ]] || echo "${row//, 1.00 times ours/}"
    done
}

# The goals are for 1 GiB and 10,000 files.
print_goals() {
    echo
    ((COMPARE_MIB >= 1024 && COMPARE_FILES >= 10000)) || printf '%s\n\n' \
        "This run is smaller than the goals are meant for: it measures mostly the start of the programs, and a **no** below says little."
    echo "| work | goal | measured | reached |"
    echo "| --- | --- | --- | --- |"
    if [[ -n ${folders[memory]:-} ]]; then
        goal_ratio memory encrypt cp 0.95
        goal_ratio memory decrypt cp 1
        if has age; then
            goal_ratio memory encrypt age 0.5
            goal_ratio memory decrypt age 0.4
        fi
        if has rclone; then
            goal_ratio memory "encrypt tree" rclone 0.6
            goal_ratio memory "decrypt tree" rclone 0.6
        fi
        goal_rate memory "rewrap tree" "rewrap $COMPARE_FILES small files" 15000
        goal_rate memory headers "read $COMPARE_FILES headers" 40000
        [[ -z $(median memory "encrypt tree" cmdlets 4) ]] || goal_cmdlets
    fi
    # There each file waits for the disk: that is what a rewrap is for.
    [[ -z $(median disk "rewrap tree" "plain loop" 4) ]] || goal_ratio disk "rewrap tree" "plain loop" 1.2
    local place
    for place in memory disk; do
        [[ -z ${folders[$place]:-} ]] || goal_rewrap "$place"
    done
    [[ -z $traced_bytes ]] || goal "rewrap $COMPARE_SPARSE_GIB GiB: bytes read and written" "at most 65536" "$traced_bytes" "$traced_bytes <= 65536"
    goal_seconds "start: envelope --version" start envelope 0.010
    goal_seconds "one small file, start included" "one small file" envelope 0.015
    goal_seconds "module import" "module import" cmdlets 0.030
    goal_peaks
    local size
    size=$(($(stat -c %s "$envelope") / 1048576))
    goal "the program" "at most 20 MiB" "$size MiB" "$size <= 20"
    print_more
}

# goal WORK GOAL MEASURED CONDITION
goal() {
    echo "| $1 | $2 | $3 | $(awk "BEGIN { print ($4) ? \"yes\" : \"**no**\" }") |"
}

goal_ratio() {
    local ours theirs ratio best
    ours=$(median "$1" "$2" envelope 4)
    theirs=$(median "$1" "$2" "$3" 4)
    ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $theirs }")
    best=$(awk "BEGIN { printf \"%.2f\", $(fastest "$1" "$2" envelope 4) / $(fastest "$1" "$2" "$3" 4) }")
    goal "$2, $1" "at most $4 times $3" "$ratio times ($ours s, $theirs s); fastest rounds $best times" "$ratio <= $4"
}

goal_rate() {
    local rate best
    rate=$(awk "BEGIN { printf \"%d\", $COMPARE_FILES / $(median "$1" "$2" envelope 4) }")
    best=$(awk "BEGIN { printf \"%d\", $COMPARE_FILES / $(fastest "$1" "$2" envelope 4) }")
    goal "$3, $1" "$4 a second" "$rate a second, start included; fastest round $best" "$rate >= $4"
}

# The difference of two runs that were disturbed least: less than nothing says only that both were disturbed.
goal_rewrap() {
    local milliseconds
    milliseconds=$(awk "BEGIN { printf \"%.1f\", ($(fastest "$1" "rewrap 21" envelope 4) - $(fastest "$1" "rewrap 1" envelope 4)) / 20 * 1000 }")
    if [[ $milliseconds == -* ]]; then
        echo "| rewrap $COMPARE_SPARSE_GIB GiB, $1 | 2 ms of work | too disturbed to tell | |"
    else
        goal "rewrap $COMPARE_SPARSE_GIB GiB, $1" "2 ms of work" "$milliseconds ms" "$milliseconds <= 2"
    fi
}

goal_seconds() {
    local seconds
    seconds=$(median "$first_place" "$2" "$3" 4)
    [[ -z $seconds ]] || goal "$1" "at most $4 s" "$seconds s" "$seconds <= $4"
}

# A warm shell, the same tree in the same run.
goal_cmdlets() {
    local what ours ratio
    for what in "encrypt tree" "decrypt tree"; do
        ours=$(median memory "$what" cmdlets 4)
        ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $(median memory "$what" envelope 4) }")
        goal "$what, cmdlets" "at most 1.15 times the tool" "$ratio times ($ours s)" "$ratio <= 1.15"
    done
}

goal_peaks() {
    local name
    for name in encrypt decrypt "encrypt a pipe"; do
        [[ -n ${peak_of[$name]:-} ]] || continue
        goal "peak memory: $name" "at most 40 MiB" "$((peak_of[$name] / 1024)) MiB" "$((peak_of[$name] / 1024)) <= 40"
    done
    [[ -z ${peak_of["encrypt tree"]:-} ]] \
        || goal "peak memory: encrypt tree" "at most 64 MiB" "$((peak_of["encrypt tree"] / 1024)) MiB" "$((peak_of["encrypt tree"] / 1024)) <= 64"
}

print_more() {
    local more=()
    add_more "rewrap of the tree on the disk, flushed file by file:" disk "rewrap tree" envelope
    add_more "rewrap of one large envelope, start included:" "$first_place" "rewrap 1" envelope
    add_more "that rewrap in a warm PowerShell:" "$first_place" "rewrap 1" cmdlets
    add_more "the tree's there:" "$first_place" "rewrap tree" cmdlets
    add_more "its headers there:" "$first_place" headers cmdlets
    [[ -z ${peak_of[idle]:-} ]] || more+=("idle process: $((peak_of[idle] / 1024)) MiB")
    [[ -z ${peak_of["age, encrypt"]:-} ]] || more+=("age: $((peak_of["age, encrypt"] / 1024)) MiB")
    echo
    echo "Without a goal: $(printf '%s\n' "${more[@]}" | paste -sd ';' | sed 's/;/; /g')."
}

# add_more WORDS PLACE WORK TOOL: what was not measured is not said.
add_more() {
    local seconds
    seconds=$(median "$2" "$3" "$4" 4)
    [[ -z $seconds ]] || more+=("$1 $seconds s")
}
