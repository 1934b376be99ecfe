#requires -Version 7.4
<#
.SYNOPSIS
Makes the module's help, EnvelopeCrypto.PowerShell.dll-Help.xml, from docs/en-US/*.md.
.DESCRIPTION
Microsoft.PowerShell.PlatyPS makes the MAML. What Get-Help would show as it stands in Markdown is turned into plain text.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Destination
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -ListAvailable Microsoft.PowerShell.PlatyPS)) {
    throw 'The help is made by Microsoft.PowerShell.PlatyPS, which is not installed: Install-PSResource Microsoft.PowerShell.PlatyPS'
}
Import-Module Microsoft.PowerShell.PlatyPS

# Lines are joined, since the console wraps them to its own width; those of a list or a table stay.
function ConvertTo-PlainText([string] $Text) {
    $Text -replace '\r?\n(?!- |\|)\s*', ' ' -replace '\*\*(.+?)\*\*', '$1' -replace '`([^`]+)`', '$1' -replace '\[([^\]]+)\]\([^)]+\)', '$1'
}

# A paragraph for each block of Markdown that stands in one; code stays as it is.
function Split-Paragraph([Xml.XmlElement] $Paragraph) {
    if ($Paragraph.InnerText -match '^```') { return }
    foreach ($block in $Paragraph.InnerText -split '(?:\r?\n){2,}') {
        $new = $Paragraph.OwnerDocument.CreateElement('maml', 'para', $Paragraph.NamespaceURI)
        $new.InnerText = ConvertTo-PlainText $block
        [void] $Paragraph.ParentNode.InsertBefore($new, $Paragraph)
    }
    [void] $Paragraph.ParentNode.RemoveChild($Paragraph)
}

# PlatyPS puts all of an example into its introduction, with a control character between the blocks. The MAML has a place for code, and
# one for what is said of it.
function Move-ExampleCode([Xml.XmlElement] $Example) {
    $remarks = $Example['dev:remarks']
    foreach ($block in @($Example.introduction.ChildNodes)) {
        $text = $block.InnerText -replace '^```\w*\r?\n' -replace '\r?\n```\s*$'
        if ($block.InnerText -match '^```powershell') {
            $Example['dev:code'].InnerText = $text
        }
        elseif ($block.InnerText -match '^```') {
            $remarks.PrependChild($block).InnerText = $text # what it prints
        }
        elseif ($text -ne [char] 0x80 -and $text -notmatch '^Not run by the tests') {
            [void] $remarks.AppendChild($block)
        }
    }
    [void] $remarks.AppendChild($Example.OwnerDocument.CreateElement('maml', 'para', $Example['maml:title'].NamespaceURI)) # a blank line
    [void] $Example.RemoveChild($Example['maml:introduction'])
    $Example['maml:title'].InnerText = $Example['maml:title'].InnerText -replace '`'
}

# PlatyPS reads default values and does not write them.
function Add-DefaultValue([xml] $Help, [object[]] $Commands) {
    foreach ($command in $Help.helpItems.command) {
        $parameters = $Commands.Where({ $_.Title -eq $command.details.name }).Parameters
        foreach ($parameter in $command.parameters.parameter) {
            $value = $parameters.Where({ $_.Name -eq $parameter.name }).DefaultValue
            if ($value) {
                $element = $Help.CreateElement('dev', 'defaultValue', $parameter.type.NamespaceURI)
                $element.InnerText = $value
                [void] $parameter.AppendChild($element)
            }
        }
    }
}

$folder = [IO.Directory]::CreateTempSubdirectory()
try {
    $pages = Get-ChildItem -Path "$PSScriptRoot/../en-US" -Filter *-*.md | Sort-Object Name -Culture ''
    $commands = Import-MarkdownCommandHelp -Path $pages.FullName
    $made = $commands | Export-MamlCommandHelp -OutputFolder $folder.FullName
    $help = [xml]::new()
    $help.Load($made.FullName)
    @($help.GetElementsByTagName('maml:para')) | ForEach-Object { Split-Paragraph $_ }
    @($help.GetElementsByTagName('command:example')) | ForEach-Object { Move-ExampleCode $_ }
    Add-DefaultValue $help $commands
    foreach ($link in @($help.GetElementsByTagName('maml:navigationLink'))) {
        $address = $link['maml:uri']
        if (-not $address.InnerText) { [void] $link.ParentNode.RemoveChild($link) }
        elseif ($address.InnerText -notmatch '^https:') { [void] $link.RemoveChild($address) }
    }
    [void] [IO.Directory]::CreateDirectory($Destination)
    $settings = [Xml.XmlWriterSettings]@{ Indent = $true; NewLineChars = "`n"; Encoding = [Text.UTF8Encoding]::new($false) }
    $writer = [Xml.XmlWriter]::Create((Join-Path $Destination $made.Name), $settings)
    try { $help.Save($writer) } finally { $writer.Dispose() }
}
finally {
    $folder.Delete($true)
}
