#requires -Version 7.4
# What a warm PowerShell takes for the pipelines that compare.sh measures with the tool; run by it, in the folder with the material.
# Writes lines as measure.sh does: place, work, tool, seconds, seconds of processor time.
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [string] $Place = 'memory',
    [int] $Rounds = 5
)

$ErrorActionPreference = 'Stop'
$process = [System.Diagnostics.Process]::GetCurrentProcess()

function Measure-Work([string] $Work, [scriptblock] $Script) {
    $process.Refresh()
    $before = $process.TotalProcessorTime
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    & $Script | Out-Null
    $watch.Stop()
    $process.Refresh()
    $values = $watch.Elapsed.TotalSeconds, ($process.TotalProcessorTime - $before).TotalSeconds | ForEach-Object { $_.ToString('F3', [cultureinfo]::InvariantCulture) }
    $Place, $Work, 'cmdlets', $values[0], $values[1] -join "`t"
}

# This very PowerShell, which as a .NET tool is a library that `dotnet` runs.
$shell = [Environment]::ProcessPath
$shellArguments = @((Split-Path -LeafBase $shell) -eq 'dotnet' ? "$PSHOME/pwsh.dll" : @()) + '-NoProfile', '-NonInteractive'

# An import counts in a process that has not seen the module.
foreach ($round in 1..$Rounds) {
    $seconds = & $shell @shellArguments -Command {
        param($module)
        $null = Get-Command Get-Item
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        Import-Module $module
        $watch.Elapsed.TotalSeconds
    } -args $Module
    $Place, 'module import', 'cmdlets', ([double]$seconds).ToString('F3', [cultureinfo]::InvariantCulture), '0' -join "`t"
}

Import-Module $Module
# The first round warms the shell up and does not count.
foreach ($round in 0..$Rounds) {
    Remove-Item -Path large.evc, back, vault, restored -Recurse -Force -ErrorAction Ignore
    $lines = @(
        Measure-Work 'encrypt' { Protect-EnvelopeFile large -Kek local:old }
        Measure-Work 'decrypt' { Unprotect-EnvelopeFile large.evc -DestinationPath back }
        Measure-Work 'encrypt tree' { Get-ChildItem tree -Recurse -File | Protect-EnvelopeFile -Kek local:old -Root tree -DestinationPath vault }
        Measure-Work 'headers' { Get-ChildItem vault -Recurse -File | Get-EnvelopeFile }
        Measure-Work 'rewrap tree' { Get-ChildItem vault -Recurse -File | Update-EnvelopeKek -OldKek local:old -NewKek local:new }
        Measure-Work 'decrypt tree' { Get-ChildItem vault -Recurse -File | Unprotect-EnvelopeFile -Root vault -DestinationPath restored }
        Measure-Work 'rewrap 1' { Update-EnvelopeKek sparse/0.evc -NewKek local:other }
    )
    $null = Update-EnvelopeKek sparse/0.evc -NewKek local:old
    if ($round -gt 0) { $lines }
}
