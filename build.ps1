#requires -Version 7.4
<#
.SYNOPSIS
Builds and tests EnvelopeCrypto. Build lays the module out in out/EnvelopeCrypto; it needs the .NET SDK and no module.
.EXAMPLE
./build.ps1 Clean, Build, Test
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0, ValueFromRemainingArguments)]
    [ValidateSet('Clean', 'Build', 'Test')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$project = Join-Path $PSScriptRoot 'src/EnvelopeCrypto.PowerShell/EnvelopeCrypto.PowerShell.csproj'
$module = Join-Path $PSScriptRoot 'out/EnvelopeCrypto'

switch ($Task) {
    'Clean' {
        $folders = @(Join-Path $PSScriptRoot 'out')
        $folders += Get-ChildItem -Path "$PSScriptRoot/src", "$PSScriptRoot/tests" -Directory | ForEach-Object { "$_/bin", "$_/obj" }
        $folders | Where-Object { Test-Path -LiteralPath $_ } | Remove-Item -Recurse -Force
    }
    'Build' {
        if (Test-Path -LiteralPath $module) { Remove-Item -LiteralPath $module -Recurse -Force }
        dotnet build $project --configuration $Configuration "-p:ModuleFolder=$module/"
        $manifest = Test-ModuleManifest -Path (Join-Path $module 'EnvelopeCrypto.psd1')
        "Built $($manifest.Name) $($manifest.Version) in $module"
    }
    'Test' {
        # xunit, which starts Pester too where it is installed.
        dotnet test (Join-Path $PSScriptRoot 'EnvelopeCrypto.sln') --configuration $Configuration
    }
}
