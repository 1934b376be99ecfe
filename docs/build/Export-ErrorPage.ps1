#requires -Version 7.4
<#
.SYNOPSIS
Gives the text of docs/errors.md: what each error id means, and the way out in PowerShell and with the tool.
.DESCRIPTION
The meaning is that of EnvelopeError.cs, in its order and groups; categories and ways out are those of the engine's ErrorCatalog.
#>
[CmdletBinding()]
[OutputType([string])]
param(
    # The folder of the built module.
    [Parameter(Mandatory)]
    [string] $Module
)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $Module 'EnvelopeCrypto.psd1')
$entryOf = [EnvelopeCrypto.EnvelopeError].Assembly.GetType('EnvelopeCrypto.Errors.ErrorCatalog').GetMethod('Of')

# Options, parameters and variables as code, where they do not stand in code already: behind an odd number of `.
function ConvertTo-Markdown([string] $Text) {
    $parts = $Text -split '`'
    for ($i = 0; $i -lt $parts.Count; $i += 2) { $parts[$i] = $parts[$i] -replace '(?<!\w)(--?[A-Za-z][A-Za-z-]+|\$env:\w+)', '`$1`' }
    $parts -join '`'
}

$page = @(
    '# Errors', ''
    'Made by `build.ps1 -Task Docs` from the program''s own table; do not edit it.', ''
    'Each failure has an id. In PowerShell it is the first part of an error''s `FullyQualifiedErrorId`; the tool writes it at the end of the message, and with `--json` as the property `error`.'
    'Scripts compare the id, which is stable, and never the message. The message says what was tried, and with what.', ''
    'A command line that the tool does not understand is exit code 2 and has no id; nothing was done. Parameters that PowerShell itself refuses have its own ids.', ''
    'A sentence that names a parameter or an option is shown by the commands that have it. Where the tool has no line here, its message says the way out by itself.'
)
$seen = @()
$meaning = ''
switch -Regex -File "$PSScriptRoot/../../src/EnvelopeCrypto/EnvelopeError.cs" {
    '^    // (.+)\.$' { $page += '', "## $($Matches[1])" }
    '^    /// <summary>(.+)</summary>$' { $meaning = $Matches[1] }
    '^    /// ([^<].*)$' { $meaning = "$meaning $($Matches[1])".Trim() }
    '^    (\w+),$' {
        $id = [EnvelopeCrypto.EnvelopeError] $Matches[1]
        $entry = $entryOf.Invoke($null, @($id))
        if (-not $meaning) { throw "$id has no meaning in EnvelopeError.cs." }
        $page += '', "### $id", '', $meaning, '', "- Category: ``$($entry.Category)``", "- PowerShell: $(ConvertTo-Markdown ($entry.PowerShell.Text -join ' '))"
        if ($entry.Tool) { $page += "- The tool: $(ConvertTo-Markdown ($entry.Tool.Text -join ' '))" }
        $seen += "$id"
        $meaning = ''
    }
}
$lost = [Enum]::GetNames([EnvelopeCrypto.EnvelopeError]) | Where-Object { $_ -cnotin $seen }
if ($lost) { throw "Ids without a line of their own in EnvelopeError.cs: $($lost -join ', ')" }
$page -join "`n"
