#requires -Version 7.4
<#
.SYNOPSIS
Gives the text of the topic about_EnvelopeCrypto_Errors: docs/errors.md as plain text, for Get-Help.
#>
[CmdletBinding()]
[OutputType([string])]
param()

$ErrorActionPreference = 'Stop'

# Text of a paragraph or an item, wrapped as in the other topics. Code of several words keeps its marks.
function Format-Text([string] $Text, [string] $Indent, [string] $First = $Indent) {
    $plain = $Text -replace '`([^` ]+)`', '$1'
    $lines = [regex]::Matches($plain, "\S.{0,$(77 - $Indent.Length)}(?= |$)|\S+").Value.TrimEnd()
    $First + ($lines -join "`n$Indent")
}

$topic = @(
    'TOPIC', '    about_EnvelopeCrypto_Errors', ''
    'SHORT DESCRIPTION', '    Every error id: what it means, and the way out.', ''
    'LONG DESCRIPTION'
)
$indent = ' ' * 4
switch -Regex -File "$PSScriptRoot/../errors.md" {
    '^(# |Made by |$)' { continue }
    '^## (.+)$' { $topic += '', "  $($Matches[1])"; continue }
    '^### (.+)$' { $topic += '', "    $($Matches[1])"; $indent = ' ' * 8; continue }
    '^- (.+)$' { $topic += Format-Text $Matches[1] "$indent  " "$indent- "; continue }
    default { $topic += Format-Text $_ $indent }
}
$topic += '', 'SEE ALSO', '    about_EnvelopeCrypto'
$topic -join "`n"
