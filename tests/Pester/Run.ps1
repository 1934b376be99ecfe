#requires -Version 7.4
# Runs all Pester tests. Ends with 0 when they passed, 1 when some failed or none ran, 77 when Pester is not installed.
param([string] $Path = $PSScriptRoot)

$skipped = 77
$pester = Get-Module -ListAvailable Pester | Where-Object Version -GE ([version] '5.0') | Sort-Object Version -Descending | Select-Object -First 1
if (-not $pester) {
    'Pester 5 is not installed.'
    exit $skipped
}
Import-Module $pester
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.RenderMode = 'Plaintext'
$result = Invoke-Pester -Configuration $configuration
"Pester: $($result.PassedCount) passed, $($result.FailedCount) failed, $($result.SkippedCount) skipped"
$isGood = $result.Result -eq 'Passed' -and $result.PassedCount -gt 0
exit [int] (-not $isGood)
