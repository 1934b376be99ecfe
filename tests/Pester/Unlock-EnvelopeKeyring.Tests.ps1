Describe 'Unlock-EnvelopeKeyring' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $secret = ConvertTo-Secret 'opens the keyring'
        New-EnvelopeKek local:locked -KeyringPassphrase $secret | Out-Null
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/file", 'x')
    }

    AfterEach { Lock-EnvelopeKeyring }

    AfterAll { Set-Location / }

    It 'Keeps_the_keyring_open_for_the_process' {
        Get-ErrorId { Protect-EnvelopeFile file -Kek local:locked } | Should -Be 'PassphraseRequired'
        Unlock-EnvelopeKeyring -KeyringPassphrase $secret | Should -BeNullOrEmpty
        (Protect-EnvelopeFile file -Kek local:locked -Force).Status | Should -Be 'Protected'
        1..2 | ForEach-Object -Parallel { Import-Module $using:manifestPath; Test-EnvelopeFile "$using:work/file.evc" -Quiet } | Should -Be $true, $true
    }

    It 'Locks_after_the_timeout' {
        Unlock-EnvelopeKeyring -KeyringPassphrase $secret -Timeout 0.2
        Wait-Until { Get-ErrorId { Protect-EnvelopeFile file -Kek local:locked -Force } }
        Get-ErrorId { Protect-EnvelopeFile file -Kek local:locked -Force } | Should -Be 'PassphraseRequired'
    }

    It 'Refuses_a_wrong_passphrase_and_a_timeout_that_is_none' {
        { Unlock-EnvelopeKeyring -KeyringPassphrase (ConvertTo-Secret 'wrong') } | Should -Throw -ErrorId 'KeyringPassphraseWrong,*'
        { Unlock-EnvelopeKeyring -KeyringPassphrase $secret -Timeout 0 } | Should -Throw
    }
}
