Describe 'New-EnvelopeKekVersion' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:a, local:b -Unprotected
    }

    It 'Gives_a_version_that_wraps_from_now_on_and_the_old_one_still_opens' {
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/old.txt", 'x')
        Protect-EnvelopeFile old.txt -Kek local:a | Out-Null
        (Get-EnvelopeKek local:a | New-EnvelopeKekVersion).Version | Should -Be 2
        # All dates have room in 80 columns.
        Get-EnvelopeKek local:a | Add-Member -Force -PassThru Rotated ([datetime]::MaxValue) | Out-String -Width 80 | Should -Match '\d{4}-\d\d-\d\d +9999-12-31 +never'
        Test-EnvelopeFile old.txt.evc -Quiet | Should -BeTrue
        (Update-EnvelopeKek old.txt.evc -NewKek local:a).Status | Should -Be 'Rewrapped'
        (Get-EnvelopeFile old.txt.evc).Recipient[0].KeyId | Should -Match '^local:a/2/'
        Set-Location /
    }

    It 'Says_what_comes_next' {
        New-EnvelopeKek local:turned -Unprotected | Out-Null
        $said = New-EnvelopeKekVersion local:turned 6>&1 | Where-Object { $_ -is [Management.Automation.InformationRecord] }
        "$said" | Should -BeLike '*Export-EnvelopeKek local:turned *'
        "$said" | Should -BeLike '*-OldKek local:turned -NewKek local:turned*'
        Remove-EnvelopeKek local:turned -Force
    }

    It 'Changes_nothing_with_-WhatIf' {
        New-EnvelopeKekVersion local:b -WhatIf
        (Get-EnvelopeKek local:b).Version | Should -Be 1
    }
}
