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

    It 'Says_which_KEK_it_is_and_who_could_have_made_the_backup' {
        $backup = Get-ChildItem *.kek.evc
        $keyId = (Get-EnvelopeKek local:a).KeyId
        $backup | Import-EnvelopeKek -Passphrase (ConvertTo-Secret 'for the safe') -WarningVariable said -WarningAction SilentlyContinue | Out-Null
        "$said" | Should -Match $keyId
        "$said" | Should -Match 'passphrase'

        # A certificate is public: a stranger's KEK can come under any name.
        Add-Certificate $work
        Export-EnvelopeKek local:a strange.kek.evc x509:offline.pem | Out-Null
        Remove-EnvelopeKek local:a -Force
        $import = @{ Path = 'strange.kek.evc'; AllowedKek = 'x509:offline.pfx'; Unprotected = $true }
        Get-ErrorId { Import-EnvelopeKek @import -KeyId 'AAAAAAAAAAAAAAAAAAAAAA' } | Should -Be 'KeyIdMismatch'
        Get-EnvelopeKek | Should -BeNullOrEmpty
        (Import-EnvelopeKek @import -KeyId $keyId -WarningVariable said).KeyId | Should -Be $keyId
        $said | Should -BeNullOrEmpty
        Remove-EnvelopeKek local:a -Force
        Import-EnvelopeKek @import -WarningVariable said -WarningAction SilentlyContinue | Out-Null
        "$said" | Should -Match 'certificate'
        "$said" | Should -Match 'wraps from now on'
        Get-ErrorId { Import-EnvelopeKek @import -Confirm } | Should -Be 'PromptRequired'
        [IO.File]::Delete("$work/strange.kek.evc")
    }

    It 'Takes_the_protection_that_is_named_for_a_new_KEK' {
        $import = @{ LiteralPath = 'a[1].kek.evc'; Passphrase = ConvertTo-Secret 'for the safe'; KeyId = (Get-EnvelopeKek local:a).KeyId }
        $keyring = @{ KeyringPassphrase = ConvertTo-Secret 'of the keyring' }
        Get-ErrorId { Import-EnvelopeKek @import -Protection Passphrase @keyring } | Should -Be 'KekExists'
        (Import-EnvelopeKek @import @keyring).Protection | Should -Be 'Unprotected' -Because 'it is there, and keeps its own'
        Remove-EnvelopeKek local:a -Force
        (Import-EnvelopeKek @import @keyring).Protection | Should -Be 'Passphrase' -Because 'it was given, on Windows too'
        Remove-EnvelopeKek local:a -Force
        (Import-EnvelopeKek @import -Protection Unprotected).Protection | Should -Be 'Unprotected'
    }

    It 'Keeps_a_KEK_in_one_way' {
        Get-ErrorId { Get-ChildItem *.kek.evc | Import-EnvelopeKek -Passphrase (ConvertTo-Secret 'for the safe') -Protection Passphrase -Unprotected } | Should -Be 'KekUnsuitable'
        Get-ErrorId { Get-ChildItem *.kek.evc | Import-EnvelopeKek -Passphrase (ConvertTo-Secret 'for the safe') -Unprotected -Machine } | Should -Be 'KekUnsuitable'
    }
}
