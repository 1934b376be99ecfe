#!/usr/bin/env bash
# One scenario on every kind of file system that this machine can mount: protect a tree, update it twice, rewrap it, two runs at once,
# kill -9, --remove-source, a full disk, restore and compare. Needs root on Linux.
#
#   tests/filesystems/run.sh                                  # builds the tool; all of them, about 10 minutes
#   tests/filesystems/run.sh --tool out/envelope sshfs ext3   # a tool that is built already; these two alone
#   tests/filesystems/run.sh --list                           # the names
#
# A line for each mount and step: ok, or FAILED and what differs. What the machine lacks is named and counted as skipped. The last
# line is "N passed, N failed, N skipped"; the exit code is 0 when nothing failed. Everything is below one temporary folder; what was
# mounted or started is undone at the end, after Ctrl+C too. FILESYSTEMS_LOG=FILE keeps the whole output of each step.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/check.sh"
source "$here/mounts.sh"
source "$here/sshd.sh"
source "$here/tree.sh"
source "$here/steps.sh"
source "$here/together.sh"
source "$here/full.sh"
source "$here/readonly.sh"

# The scenario, in order: each step goes on from what the one before it left.
steps=(
    protect update update_again restore
    rewrap_in_place rewrap_beside update_after_rewrap
    two_protects two_rewraps protect_beside_rewrap
    kill_protect kill_replace kill_rewrap kill_unprotect
    remove_source update_remove_source unprotect_remove_source
    case_twin odd_name require_mount keyring
    full_protect full_update full_unprotect full_pipe full_rewrap full_export full_kek_new
)
read_only_steps=(read_verify read_restore read_update read_protect_refused read_rewrap_refused read_source_kept)

main() {
    local wanted=()
    while (($# > 0)); do
        case $1 in
            --tool) tool=$(realpath -- "${2:?--tool needs a path}"); shift ;;
            --list) printf '%s\n' "${kinds[@]}"; return ;;
            -*) echo "There is no option '$1'; see the head of $0." >&2; return 2 ;;
            *) [[ " ${kinds[*]} " == *" $1 "* ]] || { echo "There is no file system '$1' here; --list shows them." >&2; return 2; }
               wanted+=("$1") ;;
        esac
        shift
    done
    ((${#wanted[@]} > 0)) || wanted=("${kinds[@]}")
    if [[ $(uname) != Linux || $EUID != 0 ]]; then
        echo "Mounting needs root on Linux." >&2
        return 2
    fi

    start
    local kind
    for kind in "${wanted[@]}"; do
        on "$kind"
    done
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0))
}

on() {
    local kind=$1 step
    undo_from=${#undo[@]}
    here_is "$kind"
    if ! why=$(missing_for "$kind") || ! mounted "$kind"; then
        skip "$kind" "${why:-}"
    elif [[ $kind == squashfs ]]; then
        for step in "${read_only_steps[@]}"; do check "$kind" "$step"; done
    else
        make_tree "$source"
        [[ $kind != overlay ]] || check "$kind" rewrap_lower
        for step in "${steps[@]}"; do check "$kind" "$step"; done
    fi
    undo_all "$undo_from"
}

main "$@"
