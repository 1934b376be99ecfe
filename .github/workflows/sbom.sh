#!/usr/bin/env bash
# Writes beside each package what it is made of: an SBOM (CycloneDX, JSON). Needs the .NET tool CycloneDX; restores nothing.
#
#   .github/workflows/sbom.sh FOLDER      the folder of the packages, whose versions the SBOMs have
set -euo pipefail
folder=$1
root=$(cd "$(dirname "$0")/../.." && pwd)

# The package's name, and its project.
while read -r package project; do
    file=$(find "$folder" -name "$package.[0-9]*.nupkg")
    test -f "$file" || { echo "one package $package is wanted in $folder, not: ${file:-none}" >&2; exit 1; }
    version=$(basename "$file" .nupkg)
    version=${version#"$package."}
    # --exclude-dev: analyzers and the like, which only build.
    dotnet-CycloneDX "$root/src/$project/$project.csproj" --recursive --exclude-dev --disable-package-restore \
        --set-name "$package" --set-version "$version" --output "$folder" --filename "$package.$version.cdx.json" --output-format Json
done << 'END'
EnvelopeCrypto EnvelopeCrypto.PowerShell
EnvelopeCrypto.Tool EnvelopeCrypto.Cli
EnvelopeCrypto.Engine EnvelopeCrypto
END
