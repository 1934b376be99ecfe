#requires -Version 7.4
<#
.SYNOPSIS
Shows the main job: protects a small tree, replaces its KEK, restores it and compares.
.DESCRIPTION
Each command stands there as a person would type it, followed by what PowerShell shows of its objects. Fails when anything is not as it
has to be.
#>
[CmdletBinding()]
param(
    # The folder of the built module.
    [Parameter(Mandatory)]
    [string] $Module,

    # A folder for all that this makes, its own keyring too. It must not exist.
    [Parameter(Mandatory)]
    [string] $Place
)

$ErrorActionPreference = 'Stop'
if (Test-Path -LiteralPath $Place) { throw "$Place exists already." }
Import-Module (Join-Path $Module 'EnvelopeCrypto.psd1')
Set-Location -LiteralPath (New-Item -ItemType Directory $Place)

if ([Console]::IsOutputRedirected) { $PSStyle.OutputRendering = 'PlainText' }

# The user's own keys and settings stay out of it.
Get-ChildItem Env:ENVELOPECRYPTO_* | Remove-Item
$env:ENVELOPECRYPTO_HOME = Join-Path $PWD 'home'
# On Windows the user's account protects the keyring; elsewhere a passphrase does, which a person would be asked for.
if (-not $IsWindows) { $env:ENVELOPECRYPTO_KEYRING_PASSPHRASE = 'a passphrase for trying it out' }

# Runs a command before the eyes of a person, and gives its objects too.
function Show([string] $Text, [string] $Command) {
    "$($PSStyle.Foreground.Green)# $Text$($PSStyle.Reset)`n$($Command -replace '(?m)^', 'PS> ')" | Out-Host
    $objects = @(. ([scriptblock]::Create($Command)))
    $objects | Out-Host
    $objects
}

function Assert-All([object[]] $Objects, [int] $Count, [scriptblock] $IsRight) {
    if ($Objects.Count -ne $Count -or $Objects.Where({ -not ($_ | ForEach-Object $IsRight) })) { throw "Expected $Count such objects: $IsRight" }
}

[void] (New-Item -ItemType Directory data/reports)
Set-Content data/notes.txt 'Some notes.'
Set-Content data/reports/q1.csv 'month,sum', 'January,1200', 'February,1350', 'March,1410'
[IO.File]::WriteAllBytes("$PWD/data/app.db", [Security.Cryptography.RandomNumberGenerator]::GetBytes(5MB))

"`nA keyring and a tree of three files are made in`n$PWD`n" | Out-Host
$null = Show 'Make a KEK: it wraps the data keys of files.' 'New-EnvelopeKek local:backup'
$made = Show 'Encrypt a tree; each file gets a data key of its own.' 'Protect-EnvelopeFile data -Recurse -Kek local:backup -DestinationPath vault'
Assert-All $made 3 { $_.Status -eq 'Protected' -and $_.Kek -contains 'local:backup' }
$found = Show 'List the vault. This needs no key.' 'Get-EnvelopeFile vault -Recurse'
Assert-All $found 3 { $_.Kek -contains 'local:backup' }
$null = Show 'Replace the KEK: the data stays as it is, only the wrapped data keys change.' 'New-EnvelopeKek local:next'
$made = Show 'Each file is proven to open with the new KEK before the old one is dropped.' 'Update-EnvelopeKek vault -Recurse -OldKek local:backup -NewKek local:next'
Assert-All $made 3 { $_.Status -eq 'Rewrapped' -and "$($_.Kek)" -eq 'local:next' }
$found = Show 'Test that every file decrypts, writing nothing.' 'Test-EnvelopeFile vault -Recurse'
Assert-All $found 3 { $_.Valid -and $_.OpenedBy -eq 'local:next' }
$made = Show 'Restore.' 'Unprotect-EnvelopeFile vault -Recurse -DestinationPath restored'
Assert-All $made 3 { $_.Status -eq 'Unprotected' }
$null = Show 'Compare: == is in both.' @'
$data = Get-ChildItem data -Recurse -File | Get-FileHash
$restored = Get-ChildItem restored -Recurse -File | Get-FileHash
Compare-Object $data $restored -Property Hash -IncludeEqual | ft -AutoSize
'@
function Get-Line([string] $Folder) {
    Push-Location $Folder
    Get-ChildItem -Recurse -File | ForEach-Object { '{0} {1:o} {2}' -f (Resolve-Path -Relative $_), $_.LastWriteTimeUtc, (Get-FileHash $_).Hash }
    Pop-Location
}
Assert-All (Compare-Object (Get-Line data) (Get-Line restored) -IncludeEqual) 3 { $_.SideIndicator -eq '==' }
"Names, times and contents are as they were." | Out-Host
