BeforeDiscovery {
    $cmdlets = (Import-PowerShellDataFile "$PSScriptRoot/../../EnvelopeCrypto.psd1").CmdletsToExport
}

Describe 'The help' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $pages = "$PSScriptRoot/../../docs/en-US"
        function Get-Page([string] $Path) { [IO.File]::ReadAllText($Path).Replace("`r`n", "`n") }
        $common = [Management.Automation.Cmdlet]::CommonParameters
    }

    It 'Has_a_page_for_each_cmdlet_and_none_for_others' {
        (Get-ChildItem $pages -Filter *-*.md).BaseName | Sort-Object | Should -Be ((Get-Command -Module EnvelopeCrypto).Name | Sort-Object)
    }

    It 'Documents_<_>_as_it_is' -ForEach $cmdlets {
        $command = Get-Command $_ -Module EnvelopeCrypto
        $text = Get-Page "$pages/$_.md"
        $text | Should -Not -Match '\{\{' -Because 'placeholders are to be filled'
        $parameters = [regex]::Matches($text, '(?s)\n### -(\w+)\n\n(?!```)[^\n].*?\n\n```yaml\n')
        $parameters.ForEach({ $_.Groups[1].Value }) | Sort-Object |
            Should -Be ($command.Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object) -Because 'each parameter has a text: Update-MarkdownCommandHelp adds what is missing'
        $syntax = [regex]::Matches($text, '(?s)```\n(\w+-\w+.*?)\n```').ForEach({ $_.Groups[1].Value -replace '\s+', ' ' })
        $syntax | Sort-Object | Should -Be ($command.ParameterSets.ForEach({ "$($command.Name) $($_.ToString())" -replace ' ?\[<CommonParameters>\]' }) | Sort-Object)
    }

    It 'Lists_every_error_as_the_build_would' {
        $page = & "$PSScriptRoot/../../docs/build/Export-ErrorPage.ps1" -Module $moduleFolder
        $page | Should -Be (Get-Page "$PSScriptRoot/../../docs/errors.md").TrimEnd("`n") -Because './build.ps1 Docs writes it'
    }

    It 'Is_what_Get-Help_shows' {
        # That of a package, or made here.
        if (-not (Test-Path "$moduleFolder/en-US/*-Help.xml") -and -not (Get-Module -ListAvailable Microsoft.PowerShell.PlatyPS)) {
            Set-ItResult -Skipped -Because 'Microsoft.PowerShell.PlatyPS is not installed'
        }
        $module = "$TestDrive/help/EnvelopeCrypto"
        Copy-Item $moduleFolder $module -Recurse
        if (-not (Test-Path "$module/en-US/*-Help.xml")) {
            & "$PSScriptRoot/../../docs/build/Export-Help.ps1" -Destination "$module/en-US"
        }
        $shown = Invoke-Shell -Command "
            `$PSStyle.OutputRendering = 'PlainText'
            [cultureinfo]::CurrentUICulture = 'en-US'
            Import-Module '$module/EnvelopeCrypto.psd1'
            Get-Command -Module EnvelopeCrypto | ForEach-Object {
                `$help = Get-Help `$_.Name -Full
                @{
                    Name = `$_.Name; Synopsis = `$help.Synopsis; Text = `$help | Out-String -Width 200; Codes = @(`$help.examples.example.code)
                    Parameters = @(`$help.parameters.parameter | Where-Object { `$_.description.Text } | ForEach-Object name)
                }
            } | ConvertTo-Json -Depth 4" | ConvertFrom-Json
        $shown.Count | Should -Be (Get-Command -Module EnvelopeCrypto).Count
        foreach ($help in $shown) {
            $page = Get-Page "$pages/$($help.Name).md"
            $page | Should -Match "(?s)## SYNOPSIS\n\n$([regex]::Escape($help.Synopsis))"
            $help.Parameters.Count | Should -Be ([regex]::Matches($page, '\n### -\w+\n').Count) -Because $help.Name
            $help.Codes | Should -Be ([regex]::Matches($page, '(?s)```powershell\n(.*?)\n```').ForEach({ $_.Groups[1].Value })) -Because $help.Name
            $help.Text | Should -Not -Match '```|\{\{|[\x80-\x9f]|\]\(|\*\*' -Because $help.Name
        }
    }

    It 'Has_about_topics' {
        foreach ($topic in 'about_EnvelopeCrypto', 'about_EnvelopeCrypto_Keks', 'about_EnvelopeCrypto_Format') {
            $lines = [IO.File]::ReadAllLines("$moduleFolder/en-US/$topic.help.txt")
            $lines[1].Trim() | Should -Be $topic
            ($lines | Where-Object Length -GT 110) | Should -BeNullOrEmpty
        }
    }

    It 'Answers_every_error_id_in_a_topic_of_its_own' {
        $made = & "$PSScriptRoot/../../docs/build/Export-ErrorTopic.ps1"
        $page = Get-Page "$PSScriptRoot/../../docs/errors.md"
        [regex]::Matches($made, '(?m)^    (\w+)\n        \w').ForEach({ $_.Groups[1].Value }) | Should -Be ([regex]::Matches($page, '(?m)^### (\w+)$').ForEach({ $_.Groups[1].Value }))
        # Nothing of the page is lost but its marks and its first lines.
        $topicText = $made -replace '(?s)^.*LONG DESCRIPTION' -replace '(?s)SEE ALSO.*$' -replace '`' -replace '\s+', ' '
        $pageText = $page -replace '(?s)^.*do not edit it\.' -replace '`|(?m)^#+ ' -replace '\s+', ' '
        $topicText.Trim() | Should -Be $pageText.Trim()
        $lines = $made -split '\n'
        $lines[1].Trim() | Should -Be 'about_EnvelopeCrypto_Errors'
        $lines.Where({ $_.Length -gt 78 }) | Should -BeNullOrEmpty
        $path = "$moduleFolder/en-US/about_EnvelopeCrypto_Errors.help.txt"
        if (Test-Path $path) { Get-Page $path | Should -Be "$made`n" -Because './build.ps1 Docs writes it' }
    }

    It 'Names_every_cmdlet_and_variable_in_its_first_topic' {
        $topic = [IO.File]::ReadAllText("$moduleFolder/en-US/about_EnvelopeCrypto.help.txt")
        foreach ($name in (Get-Command -Module EnvelopeCrypto).Name) { $topic | Should -Match "\b$name\b" }
        $source = Get-ChildItem "$PSScriptRoot/../../src" -Recurse -Filter *.cs | Where-Object FullName -NotMatch '[\\/](bin|obj)[\\/]'
        $variables = $source | Select-String -CaseSensitive '"(ENVELOPECRYPTO_[A-Z_]+)"' | ForEach-Object { $_.Matches.Groups[1].Value } | Sort-Object -Unique
        $variables.Count | Should -BeGreaterThan 5
        foreach ($variable in $variables) { $topic | Should -MatchExactly "\b$variable\b" }
    }
}
