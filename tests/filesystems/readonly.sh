# What can be done with a file system that is read only. Sourced by run.sh.

refused='OutputFailed|SourceKept|EnvelopeBusy'

step_read_verify() { all_open "$vault"; }

# The image keeps whole seconds; what was sealed before it was made has all digits.
step_read_restore() {
    well unprotect "$vault" -r -o "$plain/restored/" --quiet
    same_tree "$root/squashfs/content/source" "$plain/restored" times
}

step_read_update() {
    well protect "$mount/source" -r -o "$vault/" --kek local:a --update --json
    statuses "Unchanged $tree_files"
}

step_read_protect_refused() {
    badly "$refused" protect "$mount/source" -r -o "$mount/new/" --kek local:a
    badly "$refused" protect "$mount/source" -r -o "$vault/" --kek local:a --force
}

step_read_rewrap_refused() {
    badly "$refused" rewrap "$vault" -r --new-kek local:b
    all_open "$vault"
}

# Its envelope is good; the source cannot go, and that is said.
step_read_source_kept() {
    badly SourceKept protect "$mount/source" -r -o "$plain/out/" --kek local:a --remove-source
    all_open "$plain/out"
}
