#!/usr/bin/env bash
# Windows without Windows: runs the tool, the tests and a Windows PowerShell under Wine 10. Needs root on Linux, `debootstrap`, and the
# .NET SDK. What Wine does is evidence, not proof; what it cannot do stands in wine-cannot.txt.
#
#   tests/windows/wine.sh FOLDER                    # all of it: lab, build, tool, module, suites; about an hour the first time
#   tests/windows/wine.sh FOLDER lab                # sets the lab up alone; what is there already is used again
#   tests/windows/wine.sh FOLDER build              # this checkout for win-x64, from a copy in FOLDER
#   tests/windows/wine.sh FOLDER tool               # the scenario of the tool
#   tests/windows/wine.sh FOLDER module             # the scenario of the module, in Windows PowerShell
#   tests/windows/wine.sh FOLDER xunit [NAME...]    # EnvelopeCrypto.Tests, or those of its namespaces or classes
#   tests/windows/wine.sh FOLDER aws                # EnvelopeCrypto.Aws.Tests
#   tests/windows/wine.sh FOLDER pester [NAME...]   # the Pester tests, or those files of them
#   tests/windows/wine.sh FOLDER run COMMAND...     # something else there: `run wine64 x.exe`, `run pwsh -Command ...`
#   tests/windows/wine.sh FOLDER end                # ends the Windows of this prefix
#
# The last line of tests is "N passed, N failed, N skipped". WINE_PREFIX=NAME gives a Windows of its own (registry, drive C:), so that
# two people can work in one lab; the default is "prefix". FOLDER is not removed at the end; `rm -rf` it when nothing runs there.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
source "$here/lab.sh"
source "$here/build.sh"
source "$here/tool.sh"
source "$here/suites.sh"

main() {
    [[ $# -gt 0 && $1 != -* ]] || { sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; return 2; }
    [[ $(uname) == Linux && $EUID == 0 ]] || { echo "The lab needs root on Linux." >&2; return 2; }
    mkdir -p "$1"
    lab=$(cd "$1" && pwd)
    local command=${2:-all}
    shift $(($# < 2 ? $# : 2))
    case $command in
        all) all ;;
        lab) set_up ;;
        build) set_up && build ;;
        tool) stay_up && tool_scenario ;;
        module) stay_up && module_scenario ;;
        xunit) stay_up && run_xunit EnvelopeCrypto.Tests "$@" && finish ;;
        aws) stay_up && run_xunit EnvelopeCrypto.Aws.Tests "$@" && finish ;;
        pester) stay_up && run_pester "$@" && finish ;;
        run) run_there "$@" ;;
        end) end_windows ;;
        *) echo "There is no '$command'; see the head of $0." >&2; return 2 ;;
    esac
}

all() {
    set_up
    build
    stay_up
    local status=0
    tool_scenario || status=1
    module_scenario || status=1
    run_xunit EnvelopeCrypto.Tests || status=1
    run_xunit EnvelopeCrypto.Aws.Tests || status=1
    run_pester || status=1
    finish || status=1
    end_windows
    return "$status"
}

main "$@"
