Describe 'New-EnvelopeKek' {
    BeforeAll { . $PSScriptRoot/Bench.ps1 }

    It 'Makes_KEKs' {
        $keks = New-EnvelopeKek local:a, local:b -Unprotected
        $keks.Kek | Should -Be 'local:a', 'local:b'
        $keks[0].Version | Should -Be 1
        $keks[0].Protection | Should -Be 'Unprotected'
        "$($keks[0])" | Should -Be 'local:a'
    }

    It 'Makes_no_key_with_-WhatIf' {
        New-EnvelopeKek local:whatif -Unprotected -WhatIf | Should -BeNullOrEmpty
        Get-ErrorId { Get-EnvelopeKek local:whatif } | Should -Be 'KekNotFound'
    }

    It 'Refuses_names_that_are_taken_or_none_and_goes_on' {
        $made = New-EnvelopeKek local:a, local:UPPER, alias/kms, local:c -Unprotected -ErrorVariable failed -ErrorAction SilentlyContinue
        $made.Kek | Should -Be 'local:c'
        $failed.ForEach({ ($_.FullyQualifiedErrorId -split ',')[0] }) | Should -Be 'KekExists', 'KekReferenceInvalid', 'KekUnsuitable'
    }

    It 'Wants_a_passphrase_for_a_protected_KEK' -Skip:$IsWindows {
        Get-ErrorId { New-EnvelopeKek local:protected } | Should -Be 'PassphraseRequired'
    }
}
