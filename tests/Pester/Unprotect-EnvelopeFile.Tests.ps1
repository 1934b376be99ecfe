Describe 'Unprotect-EnvelopeFile' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:backup, local:other -Unprotected
    }

    BeforeEach {
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/b.txt", 'two')
        Protect-EnvelopeFile b.txt -Kek local:backup -EncryptionContext @{ host = 'db1' } | Out-Null
        [IO.File]::Delete("$work/b.txt")
    }

    AfterAll { Set-Location / }

    It 'Names_the_input_whose_name_gives_none_to_its_output' {
        Set-Content plain.txt x
        New-Item out -ItemType Directory -Force | Out-Null
        Unprotect-EnvelopeFile plain.txt -DestinationPath out -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'DestinationRequired,*'
        $failed[0].TargetObject | Should -BeLike '*plain.txt'
        $failed[0].Exception.Message | Should -Not -BeLike '*out*plain.txt*'
    }

    It 'Gives_the_file_back_and_names_the_KEK' {
        $result = Unprotect-EnvelopeFile b.txt.evc
        $result.OpenedBy | Should -Be 'local:backup'
        [IO.File]::ReadAllText("$work/b.txt") | Should -Be 'two'
        $result | Format-Table | Out-String -Width 400 | Should -Match 'Unprotected\s+3 B\s+\S*b\.txt\s+local:backup'
    }

    It 'Writes_no_file_with_-WhatIf' {
        Unprotect-EnvelopeFile b.txt.evc -WhatIf | Should -BeNullOrEmpty
        [IO.File]::Exists("$work/b.txt") | Should -BeFalse
    }

    It 'Opens_nothing_with_a_KEK_that_is_not_allowed' {
        Get-ErrorId { Unprotect-EnvelopeFile b.txt.evc -AllowedKek local:other } | Should -Be 'KekNotAllowed'
        (Unprotect-EnvelopeFile b.txt.evc -AllowedKek local:b*).Status | Should -Be 'Unprotected'
    }

    It 'Wants_the_context_that_is_required' {
        Get-ErrorId { Unprotect-EnvelopeFile b.txt.evc -RequiredContext @{ host = 'db2' } } | Should -Be 'ContextMismatch'
        { Unprotect-EnvelopeFile b.txt.evc -RequiredContext @{} } | Should -Throw -ErrorId 'ContextInvalid,*'
        (Unprotect-EnvelopeFile b.txt.evc -RequiredContext @{ host = 'db1' }).Status | Should -Be 'Unprotected'
    }

    It 'Leaves_nothing_of_a_damaged_file' {
        $bytes = [IO.File]::ReadAllBytes("$work/b.txt.evc")
        $bytes[-1] = $bytes[-1] -bxor 1
        [IO.File]::WriteAllBytes("$work/b.txt.evc", $bytes)
        Get-ErrorId { Unprotect-EnvelopeFile b.txt.evc } | Should -Be 'BodyDamaged'
        [IO.File]::Exists("$work/b.txt") | Should -BeFalse
    }

    It 'Gives_the_sealed_name' {
        [IO.File]::Move("$work/b.txt.evc", "$work/renamed.evc")
        (Unprotect-EnvelopeFile renamed.evc -RestoreName -DestinationPath out/).FullName | Should -Be (ConvertTo-LocalPath "$work/out/b.txt")
    }

    It 'Gives_sealed_names_in_the_folder_that_is_named_also_when_it_has_to_be_made' {
        [IO.File]::Move("$work/b.txt.evc", "$work/renamed.evc")
        [IO.File]::WriteAllText("$work/b.txt", 'precious')
        (Unprotect-EnvelopeFile renamed.evc -RestoreName -DestinationPath made -Force).FullName | Should -Be (ConvertTo-LocalPath "$work/made/b.txt")
        [IO.File]::ReadAllText("$work/b.txt") | Should -Be 'precious'
    }

    It 'Writes_to_the_file_system_alone' {
        { Unprotect-EnvelopeFile b.txt.evc -DestinationPath env:PLAIN } | Should -Throw -ErrorId 'OutputFailed*'
    }

    It 'Opens_a_passphrase_recipient' {
        [IO.File]::WriteAllText("$work/c.txt", 'three')
        Protect-EnvelopeFile c.txt -Kek passphrase -Passphrase (ConvertTo-Secret 'correct horse') | Out-Null
        Get-ErrorId { Unprotect-EnvelopeFile c.txt.evc -DestinationPath d.txt -Passphrase (ConvertTo-Secret 'wrong horse') } | Should -Be 'WrappedKeyInvalid'
        Get-WayOut { Unprotect-EnvelopeFile c.txt.evc -DestinationPath d.txt -Passphrase (ConvertTo-Secret 'wrong horse') } | Should -Match '-Passphrase'
        (Unprotect-EnvelopeFile c.txt.evc -DestinationPath d.txt -Passphrase (ConvertTo-Secret 'correct horse')).OpenedBy | Should -Be 'passphrase'
    }

    It 'Opens_with_a_certificate_whose_private_key_has_a_passphrase' {
        $folder = Use-Folder certificate
        Add-Certificate $folder
        $locked = [Security.Cryptography.X509Certificates.X509Certificate2]::new("$folder/offline.pfx", '', 'Exportable')
        [IO.File]::WriteAllBytes("$folder/locked.pfx", $locked.Export('Pfx', 'in the safe'))
        Set-Content a.txt 'some text'
        [void] (Protect-EnvelopeFile a.txt -Kek x509:offline.pem)
        Get-ErrorId { Unprotect-EnvelopeFile a.txt.evc -Force -AllowedKek x509:locked.pfx } | Should -Be 'PassphraseRequired'
        Get-ErrorId { Unprotect-EnvelopeFile a.txt.evc -Force -AllowedKek x509:locked.pfx -CertificatePassphrase (ConvertTo-Secret 'another') } | Should -Be 'CertificateNotFound'
        (Unprotect-EnvelopeFile a.txt.evc -Force -AllowedKek x509:locked.pfx -CertificatePassphrase (ConvertTo-Secret 'in the safe')).Status | Should -Be 'Unprotected'
    }

    # The output of the first is the second, which would be gone before it was read.
    It 'Replaces_no_input_of_a_wildcard' {
        $null = New-Item -ItemType Directory nested
        [IO.File]::WriteAllText("$PWD/nested/n", 'inner')
        Protect-EnvelopeFile nested/n -Kek local:backup | Out-Null
        Protect-EnvelopeFile nested/n.evc -Kek local:backup -AllowNested | Out-Null
        [IO.File]::WriteAllText("$PWD/nested/n", 'other')
        Protect-EnvelopeFile nested/n -Kek local:backup -Force | Out-Null
        $before = (Get-FileHash nested/n.evc).Hash
        Get-ErrorId { Unprotect-EnvelopeFile nested/*.evc -Force } | Should -Be 'DestinationIsSource'
        (Get-FileHash nested/n.evc).Hash | Should -Be $before
        [IO.Directory]::Delete("$PWD/nested", $true)
    }
}
