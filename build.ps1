#requires -Version 7.4
<#
.SYNOPSIS
Builds and tests EnvelopeCrypto. Build lays the module out in out/EnvelopeCrypto; it needs the .NET SDK and no module.
.EXAMPLE
./build.ps1 Clean, Build, Test
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Clean', 'Build', 'Test')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$project = Join-Path $PSScriptRoot 'src/EnvelopeCrypto.PowerShell/EnvelopeCrypto.PowerShell.csproj'
$out = Join-Path $PSScriptRoot 'out'
$module = Join-Path $out 'EnvelopeCrypto'

function Remove-Folder([string] $Path) {
    if (Test-Path -LiteralPath $Path) {
        Remove-Item -LiteralPath $Path -Recurse -Force
    }
}

function Invoke-Clean {
    Remove-Folder $out
    foreach ($parent in 'src', 'tests') {
        Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot $parent) -Directory |
            ForEach-Object { Remove-Folder (Join-Path $_.FullName 'bin'); Remove-Folder (Join-Path $_.FullName 'obj') }
    }
}

function Invoke-Build {
    Remove-Folder $module
    dotnet build $project --configuration $Configuration "-p:ModuleFolder=$module/"
    $manifest = Test-ModuleManifest -Path (Join-Path $module 'EnvelopeCrypto.psd1')
    "Built $($manifest.Name) $($manifest.Version) in $module"
}

# xunit, which starts Pester too where it is installed.
function Invoke-Test {
    dotnet test (Join-Path $PSScriptRoot 'EnvelopeCrypto.sln') --configuration $Configuration
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
