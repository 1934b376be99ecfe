Describe 'Set-EnvelopeKeyring' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $old = ConvertTo-Secret 'opens it until today'
        $new = ConvertTo-Secret 'opens it from now on'
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/file", 'x')
    }

    BeforeEach {
        $env:ENVELOPECRYPTO_HOME = Join-Path $TestDrive ([guid]::NewGuid())
        New-EnvelopeKek local:secret -KeyringPassphrase $old | Out-Null
    }

    AfterEach { Lock-EnvelopeKeyring }

    AfterAll { Set-Location / }

    It 'Replaces_the_passphrase_and_tells_of_copies_made_before' {
        Protect-EnvelopeFile file -Kek local:secret -KeyringPassphrase $old -Force | Out-Null
        Set-EnvelopeKeyring -KeyringPassphrase $old -NewPassphrase $new -WarningVariable said 3>$null | Should -BeNullOrEmpty
        $said.Count | Should -Be 1
        Test-EnvelopeFile file.evc -Quiet -KeyringPassphrase $new | Should -BeTrue
        Get-ErrorId { Protect-EnvelopeFile file -Kek local:secret -Force -KeyringPassphrase $old } | Should -Be 'KeyringPassphraseWrong'
    }

    It 'Needs_the_old_passphrase_where_the_keyring_is_unlocked_too' {
        Unlock-EnvelopeKeyring -KeyringPassphrase $old
        { Set-EnvelopeKeyring -NewPassphrase $new } | Should -Throw -ErrorId 'PassphraseRequired,*'
        { Set-EnvelopeKeyring -NewPassphrase $new -KeyringPassphrase (ConvertTo-Secret 'wrong one') } | Should -Throw -ErrorId 'KeyringPassphraseWrong,*'
    }

    It 'Locks_the_keyring_that_the_process_keeps_open' {
        Unlock-EnvelopeKeyring -KeyringPassphrase $old
        Set-EnvelopeKeyring -KeyringPassphrase $old -NewPassphrase $new 3>$null
        Get-ErrorId { Protect-EnvelopeFile file -Kek local:secret -Force } | Should -Be 'PassphraseRequired'
    }

    It 'Brings_piped_KEKs_under_the_passphrase' {
        New-EnvelopeKek local:plain -Unprotected | Out-Null
        Get-EnvelopeKek | Set-EnvelopeKeyring -KeyringPassphrase $old -NewPassphrase $new 3>$null
        (Get-EnvelopeKek).Protection | Sort-Object -Unique | Should -Be 'Passphrase'
        Protect-EnvelopeFile file -Kek local:plain -Force -KeyringPassphrase $new | Should -Not -BeNullOrEmpty
    }

    It 'Names_what_is_not_under_the_passphrase' {
        New-EnvelopeKek local:plain -Unprotected | Out-Null
        Set-EnvelopeKeyring -KeyringPassphrase $old -NewPassphrase $new -WarningVariable said 3>$null
        $said -match 'local:plain' | Should -HaveCount 1
    }

    It 'Does_nothing_with_WhatIf' {
        Set-EnvelopeKeyring -KeyringPassphrase $old -NewPassphrase $new -WhatIf
        Test-EnvelopeFile file.evc -Quiet -KeyringPassphrase $old -ErrorAction Ignore | Out-Null
        { Unlock-EnvelopeKeyring -KeyringPassphrase $old } | Should -Not -Throw
    }

    It 'Warns_of_a_passphrase_that_is_easily_guessed' {
        Set-EnvelopeKeyring -KeyringPassphrase $old -NewPassphrase (ConvertTo-Secret 'a') -WarningVariable said 3>$null
        $said -match 'easily guessed' | Should -HaveCount 1
    }
}
