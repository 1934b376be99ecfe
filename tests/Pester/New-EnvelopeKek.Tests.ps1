Describe 'New-EnvelopeKek' {
    BeforeAll { . $PSScriptRoot/Bench.ps1 }

    It 'Says_how_to_back_the_KEK_up' {
        $said = New-EnvelopeKek local:lonely -Unprotected 6>&1 | Where-Object { $_ -is [Management.Automation.InformationRecord] }
        $said | Should -HaveCount 1
        "$said" | Should -BeLike '*Export-EnvelopeKek local:lonely ./lonely.kek.evc -BackupKek passphrase'
        Remove-EnvelopeKek local:lonely -Force
    }

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

    It 'Takes_the_protection_that_is_named_and_says_which' {
        $passphrase = @{ KeyringPassphrase = ConvertTo-Secret 'of the keyring' }
        (New-EnvelopeKek local:p1 -Protection Unprotected).Protection | Should -Be 'Unprotected'
        (New-EnvelopeKek local:p2 -Protection Passphrase @passphrase).Protection | Should -Be 'Passphrase'
        (New-EnvelopeKek local:p3 @passphrase).Protection | Should -Be 'Passphrase' -Because 'it was given, on Windows too'
        (New-EnvelopeKek local:p4 -Protection Unprotected @passphrase).Protection | Should -Be 'Unprotected'
        Get-ErrorId { New-EnvelopeKek alias/kms -Protection Passphrase } | Should -Be 'KekUnsuitable'
        (TabExpansion2 'New-EnvelopeKek local:x -Protection ').CompletionMatches.CompletionText | Sort-Object |
            Should -Be 'Dpapi', 'DpapiMachine', 'Passphrase', 'Unprotected'
    }

    It 'Has_no_protection_in_two_ways' {
        Get-ErrorId { New-EnvelopeKek local:q -Protection Unprotected -Unprotected } | Should -Be 'AmbiguousParameterSet'
        Get-ErrorId { New-EnvelopeKek local:q -Protection DpapiMachine -Machine } | Should -Be 'AmbiguousParameterSet'
        Get-ErrorId { Get-EnvelopeKek local:q } | Should -Be 'KekNotFound'
    }

    It 'Refuses_protections_of_Windows_elsewhere' -Skip:$IsWindows {
        Get-ErrorId { New-EnvelopeKek local:q -Protection Dpapi } | Should -Be 'KekProtectionUnavailable'
        Get-ErrorId { New-EnvelopeKek local:q -Protection DpapiMachine } | Should -Be 'KekProtectionUnavailable'
    }
}
