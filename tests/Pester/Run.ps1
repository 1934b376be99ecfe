#requires -Version 7.4
<#
.SYNOPSIS
Runs Pester tests: all of them, or those in the files that are given.
.DESCRIPTION
Takes the version of Pester that the build of tests/EnvelopeCrypto.Tests has laid out. Ends with 0 when no test failed and at least one
was found, else with 1.
.EXAMPLE
dotnet pwsh tests/Pester/Run.ps1 tests/Pester/New-DataKey.Tests.ps1
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Position = 0, ValueFromRemainingArguments)]
    [string[]] $Path = $PSScriptRoot,

    # The folder of the module Pester; without it, the one that was built last.
    [string] $Pester,

    # A file that gets the counts, the failures and the reasons of what was skipped, as JSON.
    [string] $ReportPath
)

$ErrorActionPreference = 'Stop'
if (-not $Pester) {
    $built = Get-ChildItem "$PSScriptRoot/../EnvelopeCrypto.Tests/bin" -Recurse -Filter Pester.psd1 -ErrorAction Ignore
    if (-not $built) { throw 'Pester is not here; run this first: dotnet build tests/EnvelopeCrypto.Tests' }
    $Pester = ($built | Sort-Object LastWriteTimeUtc | Select-Object -Last 1).DirectoryName
}
Import-Module "$Pester/Pester.psd1"

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.RenderMode = 'Plaintext'
# The tests have the preferences of a user.
$ErrorActionPreference = 'Continue'
$run = Invoke-Pester -Configuration $configuration
$ErrorActionPreference = 'Stop'

# What Pester shows of a failure: what was expected, and the line of the test.
function Get-Message($Item) {
    ($Item.ErrorRecord | ForEach-Object { ($_.DisplayErrorMessage ?? "$_"), $_.DisplayStackTrace } | Where-Object { $_ }) -join "`n"
}

function Get-Reason($Test) {
    $skip = $Test.ErrorRecord | Where-Object FullyQualifiedErrorId -Like 'PesterTestSkipped*' | Select-Object -First 1
    $skip ? ("$skip" -replace '^is skipped, because ') : $IsWindows ? 'not for Windows' : 'not for this system'
}

# What failed outside of a test (BeforeAll, AfterAll, a file that does not parse) counts like a test.
$failures = @(
    $run.Failed | ForEach-Object { @{ Name = $_.ExpandedPath; Message = Get-Message $_ } }
    $run.FailedBlocks | ForEach-Object { @{ Name = "$($_.ExpandedPath), outside of its tests"; Message = Get-Message $_ } }
    $run.FailedContainers | ForEach-Object { @{ Name = "$($_.Item)"; Message = Get-Message $_ } }
)
$skips = @($run.Skipped | ForEach-Object { @{ Name = $_.ExpandedPath; Reason = Get-Reason $_ } })
"Pester: $($run.PassedCount) passed, $($failures.Count) failed, $($skips.Count) skipped"
if ($ReportPath) {
    @{ Passed = $run.PassedCount; Failures = $failures; Skips = $skips } | ConvertTo-Json -Depth 3 | Set-Content -LiteralPath $ReportPath
}
exit [int] ($failures.Count -gt 0 -or $run.PassedCount + $skips.Count -eq 0)
