#requires -Version 7.4
<#
.SYNOPSIS
Builds, tests, packs and publishes EnvelopeCrypto.
.DESCRIPTION
Runs in any PowerShell 7.4 or newer, such as that of the tool manifest: dotnet tool restore, then dotnet pwsh ./build.ps1. Build lays the
module out in out/EnvelopeCrypto, with its help where Microsoft.PowerShell.PlatyPS is installed; it needs the .NET SDK and no module. Try builds, and shows the main job in out/try. Docs writes docs/errors.md and adds the help, made
from docs/en-US and that page; it needs Microsoft.PowerShell.PlatyPS. Native makes the tool as one program that needs no .NET, in out/native.
Package makes of it, and of the tool, what users install,
in out/packages: the same bytes for the same commit. Publish takes those to the PowerShell Gallery and to nuget.org.
.EXAMPLE
dotnet pwsh ./build.ps1 Try
.EXAMPLE
./build.ps1 Clean, Build, Test
.EXAMPLE
./build.ps1 Package -SigningCertificate (Get-Item Cert:\CurrentUser\My\$thumbprint)
.EXAMPLE
./build.ps1 Publish -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Position = 0, ValueFromRemainingArguments)]
    [ValidateSet('Clean', 'Build', 'Try', 'Docs', 'Test', 'Native', 'Package', 'Publish')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # Signs the module's own files, not those of others. Windows only.
    [System.Security.Cryptography.X509Certificates.X509Certificate2] $SigningCertificate,

    # Where Publish puts the module; Register-PSResourceRepository makes others known.
    [string] $Repository = 'PSGallery',

    # Where Publish puts the tool and the engine: the service index of a NuGet feed.
    [uri] $Feed = 'https://api.nuget.org/v3/index.json'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$project = Join-Path $PSScriptRoot 'src/EnvelopeCrypto.PowerShell/EnvelopeCrypto.PowerShell.csproj'
$module = Join-Path $PSScriptRoot 'out/EnvelopeCrypto'
$packages = Join-Path $PSScriptRoot 'out/packages'
# This very PowerShell, which as a .NET tool is a library that `dotnet` runs.
$shell = [Environment]::ProcessPath
$shellArguments = @((Split-Path -LeafBase $shell) -eq 'dotnet' ? "$PSHOME/pwsh.dll" : @()) + '-NoProfile'
# No path of this machine gets into what is built.
$reproducible = '-p:ContinuousIntegrationBuild=true'

function Invoke-Signing {
    if (-not (Get-Command Set-AuthenticodeSignature -ErrorAction Ignore)) { throw 'Signing needs Windows: this PowerShell has no Set-AuthenticodeSignature.' }
    $own = Get-ChildItem -LiteralPath $module -Recurse -File -Include 'EnvelopeCrypto*.dll', '*.ps1xml', '*.psd1'
    $unsigned = $own | Set-AuthenticodeSignature -Certificate $SigningCertificate -HashAlgorithm SHA256 | Where-Object Status -NE 'Valid'
    if ($unsigned) { throw "not signed: $($unsigned.Path -join ', ')" }
}

# By the NuGet API itself (learn.microsoft.com/nuget/api/package-publish-resource): `dotnet nuget push` takes the key as an argument, which
# every user of the machine can read.
function Publish-ToFeed([IO.FileInfo] $Package, [uri] $Feed, [string] $Key) {
    $place = (Invoke-RestMethod $Feed).resources.Where({ $_.'@type' -eq 'PackagePublish/2.0.0' }, 'First').'@id'
    if (-not $place) { throw "$Feed takes no packages." }
    $answer = Invoke-WebRequest $place -Method Put -Headers @{ 'X-NuGet-ApiKey' = $Key } -Form @{ package = $Package } -MaximumRedirection 0 -SkipHttpErrorCheck
    switch ($answer.StatusCode) {
        { $_ -in 201, 202 } { "$($Package.Name) is published." }
        409 { "$($Package.Name) is there." }
        default { throw "$Feed refused $($Package.Name): $_ $($answer.StatusDescription)" }
    }
}

# README's links are to files of the repository: in a package they lead to its page, to the commit that was packed; without a page they are text.
function Export-Readme([string] $Path) {
    $page = dotnet msbuild $project -target:InitializeSourceControlInformation -getProperty:PrivateRepositoryUrl
    $link = $page ? "[`$1]($($page -replace '\.git$')/blob/$(git -C $PSScriptRoot rev-parse HEAD)/`$2)" : '$1'
    $readme = (Get-Content -LiteralPath "$PSScriptRoot/README.md" -Raw) -replace '\[([^\]]+)\]\((?!https:)([^)]+)\)', $link
    Set-Content -LiteralPath $Path -Value $readme -NoNewline
}

function Compress-Module {
    # The Gallery finds a module by its commands through these.
    $manifest = Import-PowerShellDataFile (Join-Path $module 'EnvelopeCrypto.psd1')
    $tags = @('PSModule', 'PSIncludes_Cmdlet') + $manifest.PrivateData.PSData.Tags + $manifest.CmdletsToExport.ForEach({ "PSCmdlet_$_"; "PSCommand_$_" })
    $readme = Join-Path $PSScriptRoot 'out/README.md'
    Export-Readme $readme
    $common = '--configuration', 'Release', '--output', $packages, $reproducible, "-p:Readme=$readme", "-p:DeterministicTimestamp=$(git -C $PSScriptRoot log -1 --format=%ct)"

    dotnet pack $project --no-build @common "-p:ModuleFolder=$module/" "-p:PackageTags=$($tags -join ' ')" "-p:Description=$($manifest.Description -replace ',', '%2C' -replace ';', '%3B')"
    foreach ($name in 'EnvelopeCrypto', 'EnvelopeCrypto.Cli') { dotnet pack (Join-Path $PSScriptRoot "src/$name") @common }

    $sums = Get-ChildItem -LiteralPath $packages -Filter *.nupkg | Sort-Object Name | ForEach-Object { "$((Get-FileHash $_).Hash.ToLowerInvariant())  $($_.Name)`n" }
    Set-Content -LiteralPath (Join-Path $packages 'SHA256SUMS') -Value (-join $sums) -NoNewline
}

switch ($Task) {
    'Clean' {
        $folders = @(Join-Path $PSScriptRoot 'out')
        $folders += Get-ChildItem -Path "$PSScriptRoot/src", "$PSScriptRoot/tests" -Directory | ForEach-Object { "$_/bin", "$_/obj" }
        $folders | Where-Object { Test-Path -LiteralPath $_ } | Remove-Item -Recurse -Force
    }
    'Build' {
        if (Test-Path -LiteralPath $module) { Remove-Item -LiteralPath $module -Recurse -Force }
        dotnet build $project --configuration $Configuration $reproducible "-p:ModuleFolder=$module/"
        $manifest = Test-ModuleManifest -Path (Join-Path $module 'EnvelopeCrypto.psd1')
        if (Get-Module -ListAvailable Microsoft.PowerShell.PlatyPS) { & "$PSScriptRoot/docs/build/Export-Help.ps1" -Destination "$module/en-US" }
        else { 'The help of the cmdlets is not in it, since PlatyPS is not installed: Install-PSResource Microsoft.PowerShell.PlatyPS, and build again.' }
        "Built $($manifest.Name) $($manifest.Version) in $module"
    }
    'Try' {
        'Building the module in out/EnvelopeCrypto. The first build takes about a minute.'
        dotnet msbuild $project -restore -verbosity:quiet -nologo "-p:Configuration=$Configuration" "-p:ModuleFolder=$($module -replace ',', '%2C' -replace ';', '%3B')/"
        $place = Join-Path $PSScriptRoot 'out/try'
        if (Test-Path -LiteralPath $place) { Remove-Item -LiteralPath $place -Recurse -Force }
        # In a shell of its own, since an imported module cannot be built again on Windows.
        & $shell @shellArguments -NonInteractive -File "$PSScriptRoot/docs/build/Try.ps1" -Module $module -Place $place
        "To go on, start dotnet pwsh, and there:`n  Import-Module ./out/EnvelopeCrypto`n  Get-Help about_EnvelopeCrypto`nThe help of each cmdlet is in docs/en-US."
    }
    'Docs' {
        if (-not (Test-Path -LiteralPath $module)) { & $PSCommandPath Build -Configuration $Configuration }
        & "$PSScriptRoot/docs/build/Export-Help.ps1" -Destination "$module/en-US"
        # In a shell of its own, as above.
        $page = & $shell @shellArguments -File "$PSScriptRoot/docs/build/Export-ErrorPage.ps1" -Module $module
        Set-Content -LiteralPath "$PSScriptRoot/docs/errors.md" -Value "$($page -join "`n")`n" -NoNewline
        $topic = & "$PSScriptRoot/docs/build/Export-ErrorTopic.ps1"
        Set-Content -LiteralPath "$module/en-US/about_EnvelopeCrypto_Errors.help.txt" -Value "$topic`n" -NoNewline
    }
    'Test' {
        # xunit, which starts Pester too.
        dotnet test (Join-Path $PSScriptRoot 'EnvelopeCrypto.sln') --configuration $Configuration
    }
    'Native' {
        # Needs clang or gcc on Linux, Xcode on macOS, the C++ build tools on Windows. With cmake and OpenSSL's archives (libssl-dev,
        # openssl-libs-static) on Linux, OpenSSL is in the program; else it uses the system's, which must then be there.
        $native = Join-Path $PSScriptRoot 'out/native'
        if (Test-Path -LiteralPath $native) { Remove-Item -LiteralPath $native -Recurse -Force }
        $work = Join-Path $PSScriptRoot 'out/native-build'
        $openSsl = @()
        if ($IsLinux) {
            $compiler = Get-Command clang, gcc -CommandType Application -ErrorAction Ignore | Select-Object -First 1
            $archive = if ($compiler) { & $compiler '-print-file-name=libssl.a' }
            if ((Get-Command cmake -CommandType Application -ErrorAction Ignore) -and $archive -and (Test-Path -LiteralPath $archive)) {
                $openSsl = '-p:StaticOpenSslLinking=true'
            }
            else { 'Without cmake or libssl.a: the program will use the OpenSSL of the system.' }
        }
        dotnet publish "$PSScriptRoot/src/EnvelopeCrypto.Cli" --configuration Release -p:ToolFramework=net10.0 -p:NativeTool=true --use-current-runtime $reproducible $openSsl --artifacts-path $work --output $work/publish
        [void] [IO.Directory]::CreateDirectory($native)
        Get-ChildItem -LiteralPath "$work/publish" -File | Where-Object { $_.BaseName -eq 'envelope' -and $_.Extension -in '', '.exe' } | Copy-Item -Destination $native
        Get-ChildItem -LiteralPath $native | ForEach-Object { "Built $($_.FullName), $([math]::Round($_.Length / 1MB, 1)) MiB" }
    }
    'Package' {
        & $PSCommandPath Build, Docs -Configuration Release
        if (Test-Path -LiteralPath $packages) { Remove-Item -LiteralPath $packages -Recurse -Force }
        if ($SigningCertificate) { Invoke-Signing }
        Compress-Module
        Get-Content -LiteralPath (Join-Path $packages 'SHA256SUMS')
    }
    'Publish' {
        $made = @(Get-ChildItem -Path "$packages/*.nupkg" -ErrorAction Ignore)
        if (-not $made) { throw 'There are no packages; run ./build.ps1 Package first.' }
        foreach ($package in $made) {
            $isModule = $package.BaseName -match '^EnvelopeCrypto\.\d'
            $target, $variable = $isModule ? ($Repository, 'PSGALLERY_API_KEY') : ($Feed, 'NUGET_API_KEY')
            if (-not $PSCmdlet.ShouldProcess($package.Name, "Publish to $target")) { continue }
            $key = [Environment]::GetEnvironmentVariable($variable)
            if (-not $key) { throw "`$env:$variable is not set." }
            # What an earlier run that was cut off has published stays.
            if (-not $isModule) { Publish-ToFeed $package $target $key }
            elseif (Find-PSResource EnvelopeCrypto -Version $package.BaseName.Substring('EnvelopeCrypto.'.Length) -Prerelease -Repository $target -ErrorAction Ignore) { "$($package.Name) is there." }
            else { Publish-PSResource -NupkgPath $package -Repository $target -ApiKey $key }
        }
    }
}
