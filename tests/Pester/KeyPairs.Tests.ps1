# A host that has only the public half protects a tree; another, with the KEK's backup and its passphrase alone, restores it.
Describe 'Key pairs' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $admin = $env:ENVELOPECRYPTO_HOME
        $work = Use-Folder
        $made = New-EnvelopeKek local:offline -KeyPair -Unprotected
        $export = Export-EnvelopeKek local:offline -PublicKey
        $kid = $made.PublicHalf
        Export-EnvelopeKek local:offline offline.kek passphrase -Passphrase (ConvertTo-Secret 'for the safe') | Out-Null
        function Set-Keyring([string] $Path) { $env:ENVELOPECRYPTO_HOME = $Path }
    }

    BeforeEach { Set-Keyring $admin }

    AfterAll { Set-Location / }

    It 'Are_made_and_shown_as_such' {
        $made.IsKeyPair | Should -BeTrue
        $kid | Should -Match '^pub:sha256:[0-9a-f]{64}$'
        $export.FullName | Should -Be (ConvertTo-LocalPath "$work/offline.pem")
        $export.Status | Should -Be 'Exported'
        $export.Kek | Should -Be $kid
        (Get-EnvelopeKek local:offline).PublicHalf | Should -Be $kid
        (Get-EnvelopeKek local:offline | Format-List | Out-String) | Should -Match $kid
        Get-Content offline.pem -First 1 | Should -Be '-----BEGIN PUBLIC KEY-----'
        Get-EnvelopeKek | Format-Table | Out-String | Should -Match 'offline +1 +pair'
    }

    It 'Can_be_compared_by_the_public_half_before_it_is_used' {
        $shown = Get-EnvelopeKek pub:offline.pem
        $shown.Kek | Should -Be $kid
        $shown.KeyId | Should -Be $made.KeyId
        $shown.PrivateHalf | Should -Be 'local:offline'
        $shown.PostQuantum | Should -BeTrue
        $shown | Out-String | Should -Match $kid
        Set-Keyring "$work/host"
        (Get-EnvelopeKek pub:offline.pem).PrivateHalf | Should -BeNullOrEmpty
        Set-Content compared.txt 'hello'
        (Protect-EnvelopeFile compared.txt -Kek (Get-EnvelopeKek pub:offline.pem)).Kek | Should -Be $kid
        Get-ErrorId { Get-EnvelopeKek pub:compared.txt } | Should -Be 'PublicKeyNotFound'
        Get-ErrorId { Get-EnvelopeKek $kid } | Should -Be 'KekNotFound'
    }

    It 'Protect_on_a_host_with_the_public_half_alone_and_restore_on_one_with_the_backup_alone' {
        Add-HardTree "$work/tree"
        Set-Keyring "$work/host"
        $results = Protect-EnvelopeFile ./tree -Recurse -DestinationPath ./vault -Kek pub:offline.pem
        ($results | Where-Object Status -NE 'Protected') | Should -BeNullOrEmpty
        $results[0].PostQuantum | Should -BeTrue
        "$work/host" | Should -Not -Exist
        Get-ErrorId { Unprotect-EnvelopeFile ./vault -Recurse -DestinationPath ./back } | Should -Contain 'PrivateKeyMissing'

        Set-Keyring "$work/restorer"
        Import-EnvelopeKek offline.kek -Unprotected -Confirm:$false -AllowedKek passphrase -Passphrase (ConvertTo-Secret 'for the safe') -WarningAction SilentlyContinue | Out-Null
        Unprotect-EnvelopeFile ./vault -Recurse -DestinationPath ./back | Out-Null
        Get-TreeLine ./back | Should -Be (Get-TreeLine ./tree)
        (Test-EnvelopeFile ./vault -Recurse -OnlyKek local:offline -OnlyPostQuantum -Quiet) | Should -BeTrue
    }

    It 'Say_what_is_post_quantum' {
        Add-Certificate $work
        Set-Content a.txt 'hello'
        Export-EnvelopeKek local:offline pair.pem -PublicKey | Out-Null
        Protect-EnvelopeFile a.txt -Kek pub:pair.pem -Force | Out-Null
        (Get-EnvelopeFile a.txt.evc).PostQuantum | Should -BeTrue
        Update-EnvelopeKek a.txt.evc -AddKek x509:offline.pem | Out-Null
        $shown = Get-EnvelopeFile a.txt.evc
        $shown.PostQuantum | Should -BeFalse
        $shown.Recipient.PostQuantum | Should -Be $true, $false
        (Test-EnvelopeFile a.txt.evc -OnlyPostQuantum).Error | Should -Be 'NotPostQuantum'
        (Test-EnvelopeFile a.txt.evc).Valid | Should -BeTrue
        Export-EnvelopeKek local:offline -PublicKey -Force | Out-Null
    }

    It 'Wrap_data_keys_records_and_rewraps' {
        Set-Keyring "$work/host"
        $key = New-DataKey pub:offline.pem -WithoutPlaintext
        $key.Kek | Should -Be $kid
        $token = 'a secret' | Protect-EnvelopeData -Kek pub:offline.pem
        Set-Content b.txt 'hello'
        Protect-EnvelopeFile b.txt -Kek pub:offline.pem -Force | Out-Null
        Get-ErrorId { $token | Unprotect-EnvelopeData } | Should -Be 'PrivateKeyMissing'

        Set-Keyring $admin
        ($key | Unprotect-DataKey).Kek | Should -Be $kid
        $token | Unprotect-EnvelopeData | Should -Be 'a secret'
        New-EnvelopeKek local:next -KeyPair -Unprotected | Out-Null
        $result = Update-EnvelopeKek b.txt.evc -OldKek local:offline -NewKek local:next
        $result.Proof | Should -Be 'Verified'
        $result.RemovedKek | Should -Be $kid
        $token | Update-EnvelopeData -NewKek local:next | Unprotect-EnvelopeData -AllowedKek local:next | Should -Be 'a secret'
    }

    It 'Count_as_unproven_without_the_private_half' {
        Set-Keyring "$work/host2"
        New-EnvelopeKek local:daily -Unprotected | Out-Null
        Set-Content c.txt 'hello'
        Protect-EnvelopeFile c.txt -Kek local:daily -Force | Out-Null
        Get-ErrorId { Update-EnvelopeKek c.txt.evc -NewKek pub:offline.pem } | Should -Be 'WouldLockOut'
        (Update-EnvelopeKek c.txt.evc -AddKek pub:offline.pem).Proof | Should -Be 'Unproven'
    }

    It 'Do_nothing_with_-WhatIf' {
        New-EnvelopeKek local:never -KeyPair -Unprotected -WhatIf
        Export-EnvelopeKek local:offline whatif.pem -PublicKey -WhatIf
        Set-Content d.txt 'hello'
        Protect-EnvelopeFile d.txt -Kek pub:offline.pem -WhatIf
        Get-ErrorId { Get-EnvelopeKek local:never } | Should -Be 'KekNotFound'
        "$work/whatif.pem", "$work/d.txt.evc" | Should -Not -Exist
        Get-ErrorId { Protect-EnvelopeFile d.txt -Kek pub:d.txt -WhatIf } | Should -Be 'PublicKeyNotFound'
    }

    It 'Refuse_what_cannot_be' {
        New-EnvelopeKek local:plain -Unprotected | Out-Null
        Get-ErrorId { Export-EnvelopeKek local:plain plain.pem -PublicKey } | Should -Be 'KekUnsuitable'
        Get-ErrorId { Export-EnvelopeKek local:offline -PublicKey } | Should -Be 'DestinationExists'
        Get-ErrorId { Export-EnvelopeKek local:plain x.evc pub:offline.pem } | Should -Be 'KekReferenceInvalid'
        Get-ErrorId { New-EnvelopeKek alias/kms -KeyPair } | Should -Be 'KekUnsuitable'
        Get-ErrorId { Register-EnvelopeKekProvider pub -Wrap { } -Unwrap { } } | Should -Not -BeNullOrEmpty
    }

    It 'Are_recorded_in_the_audit_log' {
        Set-Content e.txt 'hello'
        Protect-EnvelopeFile e.txt -Kek pub:offline.pem -Force -AuditLog audit.log | Out-Null
        $records = Get-EnvelopeAuditRecord audit.log
        $records.Operation | Select-Object -Unique | Should -Be 'Wrap'
        $records.Kek | Select-Object -Unique | Should -Be $kid
    }

    It 'Complete_files_behind_pub' {
        [void] (New-Item -ItemType Directory -Force keys)
        Copy-Item offline.pem 'keys/an offline.pem'
        Copy-Item offline.pem 'keys/backup.pem'
        $line = "Protect-EnvelopeFile a -Kek pub:keys/b"
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Match '^pub:\.?[/\\]?keys[/\\]backup\.pem$'
        $line = "Protect-EnvelopeFile a -Kek pub:keys/an"
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Match "^'pub:\.?[/\\]?keys[/\\]an offline\.pem'`$"
    }

    It 'Load_their_library_in_the_context_of_the_adapters_and_when_they_are_used' {
        $said = Invoke-Shell -Command "
            Import-Module '$manifestPath'
            New-EnvelopeKek local:quiet -Unprotected 6>`$null | Out-Null
            [AppDomain]::CurrentDomain.GetAssemblies().Where({ `$_.GetName().Name -match 'BouncyCastle|KeyPairs' }).Count
            New-EnvelopeKek local:loud -KeyPair -Unprotected 6>`$null | Out-Null
            `$library = [AppDomain]::CurrentDomain.GetAssemblies().Where({ `$_.GetName().Name -eq 'BouncyCastle.Cryptography' })
            `$library.Count
            [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$library[0]).Name
            try { [void] [Reflection.Assembly]::Load('BouncyCastle.Cryptography'); 'found' } catch { 'not found' }"
        $said | Should -Be 0, 1, 'EnvelopeCrypto adapters', 'not found'
    }
}
