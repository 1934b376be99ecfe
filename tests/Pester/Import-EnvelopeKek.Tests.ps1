Describe 'Import-EnvelopeKek' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:a -Unprotected
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/file", 'x')
        Protect-EnvelopeFile file -Kek local:a | Out-Null
        Export-EnvelopeKek local:a 'a[1].kek.evc' passphrase -Passphrase (ConvertTo-Secret 'for the safe') | Out-Null
    }

    AfterAll { Set-Location / }

    It 'Brings_a_KEK_back_that_opens_its_files' {
        Remove-EnvelopeKek local:a -Force
        Test-EnvelopeFile file.evc -Quiet | Should -BeFalse
        Get-ChildItem *.kek.evc | Import-EnvelopeKek -Passphrase (ConvertTo-Secret 'for the safe') -Unprotected -WhatIf
        Get-EnvelopeKek | Should -BeNullOrEmpty
        $kek = Get-ChildItem *.kek.evc | Import-EnvelopeKek -Passphrase (ConvertTo-Secret 'for the safe') -Unprotected
        $kek.Kek | Should -Be 'local:a'
        Test-EnvelopeFile file.evc -Quiet | Should -BeTrue
    }

    It 'Refuses_what_is_no_backup' {
        Get-ErrorId { Import-EnvelopeKek file.evc -Unprotected } | Should -Be 'WrongEnvelopeType'
        Get-ErrorId { Import-EnvelopeKek nothere.evc -Unprotected } | Should -Be 'SourceNotFound'
    }

    It 'Keeps_a_KEK_in_one_way' {
        Get-ErrorId { Get-ChildItem *.kek.evc | Import-EnvelopeKek -Passphrase (ConvertTo-Secret 'for the safe') -Unprotected -Machine } | Should -Be 'KekUnsuitable'
    }
}
