#!/usr/bin/env bash
# Changes one small thing of the engine at a time and runs the tests: what no test sees "survives", and is a missing test.
#
#   tests/EnvelopeCrypto.Tests/mutate.sh [FILES...]      patterns below src/EnvelopeCrypto; Format and the rewrap's files, unless said otherwise
#
# Needs the .NET tool dotnet-stryker 5.1.0. It takes hours; the report is in out/mutations.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
files=("$@")
[ ${#files[@]} -gt 0 ] || files=('Format/*.cs' 'Files/Re*.cs' 'Files/DataKeyRotation.cs')
mutate=()
for file in "${files[@]}"; do mutate+=(--mutate "**/$file"); done

command -v dotnet-stryker > /dev/null || { echo "dotnet-stryker is missing: dotnet tool install --global dotnet-stryker --version 5.1.0" >&2; exit 2; }
cd "$root/tests/EnvelopeCrypto.Tests"
# The tests of xunit.v3 are programs of their own: Microsoft's testing platform runs them, not VSTest.
exec dotnet-stryker --project EnvelopeCrypto.csproj --test-runner mtp --concurrency "${CONCURRENCY:-2}" \
    --output "$root/out/mutations" --reporter progress --reporter json --reporter html "${mutate[@]}"
