Describe 'Summary' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:backup -Unprotected | Out-Null
        $work = Use-Folder
        [void] [IO.Directory]::CreateDirectory("$work/data")
        [IO.File]::WriteAllText("$work/data/a", '12345')
        [IO.File]::WriteAllText("$work/data/b", '123')
    }

    AfterAll { Set-Location / }

    It 'Is_one_object_instead_of_the_results' {
        $total = @(Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek local:backup -Summary)
        $total.Count | Should -Be 1
        $total[0].Protected, $total[0].Unchanged, $total[0].Failed, $total[0].Bytes | Should -Be 2, 0, 0, 8
        $total[0].Duration | Should -BeOfType timespan
        (Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek local:backup -Update -Summary).Unchanged | Should -Be 2
        (Test-EnvelopeFile ./vault -Recurse -Summary).Read | Should -Be 2
        (Update-EnvelopeKek ./vault -Recurse -AddKek local:backup -Summary).Unchanged | Should -Be 2
    }

    It 'Is_written_as_JSON_beside_the_results' {
        $results = Protect-EnvelopeFile ./data, ./missing -Recurse -DestinationPath ./vault -Kek local:backup -Force -SummaryPath ./sum.json -ErrorAction SilentlyContinue
        $results.Count | Should -Be 2
        $sum = Get-Content ./sum.json -Raw | ConvertFrom-Json
        $sum.command | Should -Be 'Protect-EnvelopeFile'
        $sum.protected, $sum.failed, $sum.succeeded | Should -Be 2, 1, $false
        $sum.failures[0].error | Should -Be 'SourceNotFound'
    }

    It 'Has_members_that_operations.md_lists' {
        Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek local:backup -Force -SummaryPath ./sum.json | Out-Null
        $listed = [IO.File]::ReadAllText("$PSScriptRoot/../../docs/operations.md")
        foreach ($name in (Get-Content ./sum.json -Raw | ConvertFrom-Json).PSObject.Properties.Name) {
            $listed.Contains("``$name``") | Should -BeTrue -Because $name
        }
    }

    It 'Is_not_written_with_WhatIf' {
        Protect-EnvelopeFile ./data -Recurse -DestinationPath ./new -Kek local:backup -SummaryPath ./whatif.json -Summary -WhatIf | Should -BeNullOrEmpty
        './whatif.json' | Should -Not -Exist
    }
}
