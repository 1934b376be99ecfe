#!/usr/bin/env bash
# Fuzzes the parsers with afl-fuzz, each for some seconds, one after the other, on one core.
#
#   tests/EnvelopeCrypto.Fuzz/run.sh [SECONDS [TARGET...]]      900 seconds and all targets, unless said otherwise
#
# Needs afl-fuzz (Debian: afl++) and the .NET tool SharpFuzz.CommandLine 2.3.0 (`sharpfuzz`), which instruments the engine. Findings stay in
# out/fuzz/TARGET, the queue with them: the same command goes on from there. `rm -r out/fuzz` begins again.
# The result is 1 when a target crashed, hung or broke a property: the inputs are in out/fuzz/TARGET/default/crashes. One that hangs ends the
# target's run, and is out/fuzz/TARGET/default/.cur_input. `dotnet run --project tests/EnvelopeCrypto.Fuzz -- replay TARGET FILE` tries them.
# Where the machine is busy, FUZZ_TIMEOUT=60000 (milliseconds; 2,000 otherwise) keeps a slow input from being taken for one that hangs.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-900}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(header slot token keyring audit)
out=$root/out/fuzz
program=$out/program

command -v afl-fuzz > /dev/null || { echo "afl-fuzz is missing (Debian: apt-get install afl++)" >&2; exit 2; }
command -v sharpfuzz > /dev/null || { echo "sharpfuzz is missing: dotnet tool install --global SharpFuzz.CommandLine --version 2.3.0" >&2; exit 2; }

dotnet publish "$root/tests/EnvelopeCrypto.Fuzz" -c Release -o "$program" -v quiet --nologo
# Seeds first: what is instrumented runs under afl-fuzz alone.
dotnet "$program/EnvelopeCrypto.Fuzz.dll" seeds "$out/seeds"
sharpfuzz "$program/EnvelopeCrypto.dll"

# The program is .NET's, not one that AFL compiled; it starts slowly once, and then takes input after input.
export AFL_SKIP_BIN_CHECK=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_AUTORESUME=1
export AFL_FORKSRV_INIT_TMOUT=120000
# Code that is compiled again while it runs would look like another path.
export DOTNET_TieredPGO=0 DOTNET_gcServer=0

failed=0
for target in "${targets[@]}"; do
    found=$out/$target
    afl-fuzz -i "$out/seeds/$target" -o "$found" -V "$seconds" -x "$(dirname "$0")/words.dict" \
        -t "${FUZZ_TIMEOUT:-2000}" -m none \
        dotnet "$program/EnvelopeCrypto.Fuzz.dll" "$target" > "$out/$target.log" 2>&1 \
        || { echo "$target: afl-fuzz stopped at the input $found/default/.cur_input, see $out/$target.log" >&2; failed=1; continue; }
    value() { sed -n "s/^$1 *: *//p" "$found/default/fuzzer_stats"; }
    echo "$target: $(value run_time) s, $(value execs_done) inputs, $(value corpus_count) in the queue, $(value edges_found) edges," \
        "$(value saved_crashes) crashes, $(value saved_hangs) hangs"
    [ "$(value saved_crashes)" = 0 ] && [ "$(value saved_hangs)" = 0 ] || failed=1
done
exit $failed
