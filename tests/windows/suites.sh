# The suites in Wine. What fails and stands in wine-cannot.txt is skipped with the reason there; what fails besides and passes alone three
# times is named, and does not count as failed. Sourced by wine.sh.

built=src/EnvelopeCrypto.PowerShell/bin/Debug/net8.0/module/EnvelopeCrypto
failed_tests=() single_failures=()
suite_passed=0 suite_skipped=0

windows_path() { printf 'Z:%s' "${1//\//\\}"; }

module_scenario() {
    local work=$lab/runs/module
    rm -rf "$work"
    in_pwsh -File "$(windows_path "$lab/checkout/tests/windows/module.ps1")" -Module "$(windows_path "$lab/checkout/$built")" \
        -Folder "$(windows_path "$work")" | readable | tee "$lab/module.log"
    grep -q '^[1-9][0-9]* passed, 0 failed, 0 skipped' "$lab/module.log"
}

# What a terminal is told beside the text.
readable() { sed -e 's/\x1b\[[0-9;?]*[A-Za-z]//g' -e 's/\x1b\][^\x07]*\x07//g' -e 's/\r//g'; }

# run_xunit PROJECT [NAME...]: namespaces or classes, such as Disk or OutputFileTests; all without one.
run_xunit() {
    local project=$1 name options=() report=$lab/$1.xml
    shift
    for name in "$@"; do
        [[ $name == *Tests ]] && options+=(-class "*.$name") || options+=(-class "*.Tests.$name.*")
    done
    while IFS= read -r name; do
        options+=(-method- "$name")
    done < <(cannot "$project")
    rm -f "$report"
    xunit "$project" "${options[@]}" -xml "$(windows_path "$report")" > "$lab/$project.log" 2>&1 || true
    [[ -s $report ]] || { echo "$project ended without a report:"; tail -n 5 "$lab/$project.log"; failed_tests+=("$project ended early"); return; }
    count_xunit "$report"
    ((suite_skipped += $(cannot "$project" | wc -l)))
    while IFS= read -r name; do
        if passes_alone "$project" "$name"; then single_failures+=("$name"); else failed_tests+=("$name"); fi
    done < <(results "$report" | awk '$1 == "Fail" { print $2 }' | sort -u)
}

xunit() {
    local project=$1
    shift
    LAB_WORK=$lab/checkout in_wine wine64 "$lab/dotnet/dotnet.exe" "$lab/checkout/tests/$project/bin/Debug/net8.0/$project.dll" \
        -parallel none -noLogo -noColor "$@" </dev/null
}

# RESULT CLASS.METHOD of each case.
results() { sed 's/<test /\n&/g' "$1" | sed -n 's/^<test .* result="\([A-Za-z]*\)".* type="\([^"]*\)" method="\([^"]*\)".*/\1 \2.\3/p'; }

count_xunit() {
    ((suite_passed += $(results "$1" | grep -c '^Pass ' || true)))
    ((suite_skipped += $(results "$1" | grep -c '^\(Skip\|NotRun\) ' || true)))
}

passes_alone() {
    local round
    for round in 1 2 3; do
        xunit "$1" -method "$2" >> "$lab/$1.alone.log" 2>&1 || return 1
    done
}

# The names in wine-cannot.txt of one suite. A line there is: SUITE NAME | REASON
cannot() { sed -n "s/^$1  *\(.*[^ ]\)  *| .*/\1/p" "$here/wine-cannot.txt"; }

# run_pester [NAME...]: files without .Tests.ps1.
run_pester() {
    local name report=$lab/pester.json failures
    local names=("$@")
    ((${#names[@]} > 0)) || mapfile -t names < <(cd "$repository/tests/Pester" && printf '%s\n' *.Tests.ps1 | sed 's/\.Tests\.ps1$//')
    for name in "${names[@]}"; do
        pester "$name" > "$lab/pester.$name.log" 2>&1 || true
        [[ -s $report ]] || { echo "Pester $name ended without a report:"; tail -n 5 "$lab/pester.$name.log"; failed_tests+=("Pester $name"); continue; }
        ((suite_passed += $(field Passed)))
        ((suite_skipped += $(field Skips)))
        mapfile -t failures < <(names_of Failures)
        judge_pester "$name" "${failures[@]}"
        pester_line "$name"
    done
}

pester_line() { printf 'Pester %-32s %s\n' "$1" "$(grep -ao 'Pester: .*' "$lab/pester.$1.log" | tail -n 1)"; }

pester() {
    local temporary=$lab/runs/pester output=$lab/checkout/tests/EnvelopeCrypto.Tests/bin/Debug/net8.0
    rm -rf "$temporary" "$report"
    mkdir -p "$temporary/home"
    chmod 700 "$temporary/home"
    local ENVELOPECRYPTO_TEST_MODULE ENVELOPECRYPTO_TEST_KMS_SERVER ENVELOPECRYPTO_TEST_TOOL ENVELOPECRYPTO_TEST_OTHER_SDK ENVELOPECRYPTO_HOME
    export ENVELOPECRYPTO_TEST_MODULE ENVELOPECRYPTO_TEST_KMS_SERVER ENVELOPECRYPTO_TEST_TOOL ENVELOPECRYPTO_TEST_OTHER_SDK ENVELOPECRYPTO_HOME
    ENVELOPECRYPTO_TEST_MODULE=$(windows_path "$lab/checkout/$built")
    ENVELOPECRYPTO_TEST_KMS_SERVER=$(windows_path "$lab/checkout/tests/EnvelopeCrypto.KmsServer/bin/Debug/net8.0/EnvelopeCrypto.KmsServer.dll")
    ENVELOPECRYPTO_TEST_TOOL=$(windows_path "$lab/checkout/src/EnvelopeCrypto.Cli/bin/Debug/net8.0/envelope.dll")
    ENVELOPECRYPTO_TEST_OTHER_SDK=$(windows_path "$output/other-sdk")
    ENVELOPECRYPTO_HOME=$(windows_path "$temporary/home")
    LAB_WORK=$temporary in_pwsh -NonInteractive -File "$(windows_path "$lab/checkout/tests/Pester/Run.ps1")" \
        "$(windows_path "$lab/checkout/tests/Pester/$1.Tests.ps1")" -Pester "$(windows_path "$output/pester")" \
        -ReportPath "$(windows_path "$report")" | readable
}

# judge_pester NAME FAILURE...: the file is run again as a whole, since a test may need what the one before it made; three times for all
# of its failures together.
judge_pester() {
    local name=$1 failure round suspects=() left
    for failure in "${@:2}"; do
        if cannot Pester | grep -qxF -- "$failure"; then ((++suite_skipped)); else suspects+=("$failure"); fi
    done
    for ((round = 0; round < 3 && ${#suspects[@]} > 0; round++)); do
        pester "$name" >> "$lab/pester.alone.log" 2>&1 || true
        left=()
        for failure in "${suspects[@]}"; do
            if [[ ! -s $report ]] || names_of Failures | grep -qxF -- "$failure"; then failed_tests+=("$name: $failure"); else left+=("$failure"); fi
        done
        suspects=("${left[@]}")
    done
    for failure in "${suspects[@]}"; do single_failures+=("$name: $failure"); done
}

# Of the JSON that Run.ps1 writes, in the lab's PowerShell's own order.
field() { dotnet pwsh -NoProfile -CommandWithArgs '$r = Get-Content -Raw -LiteralPath $args[0] | ConvertFrom-Json; $v = $r.($args[1]); $v -is [long] ? $v : @($v).Count' "$report" "$1"; }
names_of() { dotnet pwsh -NoProfile -CommandWithArgs '$r = Get-Content -Raw -LiteralPath $args[0] | ConvertFrom-Json; @($r.($args[1])).Name' "$report" "$1" | grep . || true; }

finish() {
    local name
    for name in "${single_failures[@]}"; do echo "failed once, passes alone three times: $name"; done
    for name in "${failed_tests[@]}"; do echo "FAILED: $name"; done
    sed -n 's/^\([A-Z][A-Za-z.]*  *.*[^ ]\)  *| \(.*\)/skipped: \1: \2/p' "$here/wine-cannot.txt"
    echo "$((suite_passed + ${#single_failures[@]})) passed, ${#failed_tests[@]} failed, $suite_skipped skipped"
    ((${#failed_tests[@]} == 0 && suite_passed > 0)) # that none ran is no success
}
