# This checkout for win-x64: a copy of it is built below $lab/checkout, so that nothing is left in the checkout itself. Sourced by wine.sh.

build() {
    copy_checkout
    local project
    # Where `dotnet build` puts it without a system's name, as tests expect.
    local options=(-r win-x64 --no-self-contained -p:AppendRuntimeIdentifierToOutputPath=false -p:RunAnalyzers=false -v q)
    for project in EnvelopeCrypto.Tests EnvelopeCrypto.Aws.Tests; do
        (cd "$lab/checkout" && nice -n 5 dotnet build "tests/$project" "${options[@]}")
    done
    (cd "$lab/checkout" && nice -n 5 dotnet publish src/EnvelopeCrypto.Cli -c Release -p:ToolFramework=net10.0 -r win-x64 --self-contained \
        -p:RunAnalyzers=false -o "$lab/tool" -v q)
}

# Files that did not change keep their times, so that the next build is short.
copy_checkout() {
    mkdir -p "$lab/checkout"
    (
        cd "$repository"
        git ls-files -z --cached --others --exclude-standard |
            while IFS= read -r -d '' file; do [[ ! -f $file ]] || printf '%s\0' "$file"; done > "$lab/files"
        find "$lab/checkout" -type f -not -path '*/bin/*' -not -path '*/obj/*' -delete
        tar --null --files-from="$lab/files" --create | tar --extract --directory "$lab/checkout"
    )
}
