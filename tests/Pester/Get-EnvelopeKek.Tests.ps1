Describe 'Get-EnvelopeKek' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:backup, local:backup-2, local:other -Unprotected
    }

    It 'Lists_all_or_what_a_wildcard_matches' {
        (Get-EnvelopeKek).Kek | Should -Be 'local:backup', 'local:backup-2', 'local:other'
        (Get-EnvelopeKek 'local:b*').Kek | Should -Be 'local:backup', 'local:backup-2'
        (Get-EnvelopeKek backup).Kek | Should -Be 'local:backup'
        Get-EnvelopeKek 'nothing*' | Should -BeNullOrEmpty
    }

    It 'Says_of_KEKs_in_files_which_file_is_not_there' {
        foreach ($kek in @{ name = 'x509:./off.pem'; id = 'CertificateNotFound' }, @{ name = 'pub:./off.pem'; id = 'PublicKeyNotFound' }) {
            $failed = $null
            Get-EnvelopeKek $kek.name -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $failed.FullyQualifiedErrorId | Should -BeLike "$($kek.id),*"
            $failed.Exception.Message | Should -Not -Match 'local:x509|local:pub'
        }
        Get-ErrorId { Get-EnvelopeKek X509:./off.pem } | Should -Be 'KekReferenceInvalid'
    }

    It 'Shows_unprotected_KEKs_in_every_listing' {
        Get-EnvelopeKek | Out-String | Should -Match 'UNPROTECTED'
        Get-EnvelopeKek | Format-List | Out-String | Should -Match 'UNPROTECTED'
    }

    It 'Writes_an_error_for_each_damaged_KEK_and_lists_the_others' {
        $file = (Get-ChildItem "$env:ENVELOPECRYPTO_HOME/keyring" -Filter '*other*').FullName
        $content = [IO.File]::ReadAllText($file)
        try {
            [IO.File]::WriteAllText($file, '{')
            $found = Get-EnvelopeKek -ErrorVariable failed -ErrorAction SilentlyContinue
            $found.Kek | Should -Be 'local:backup', 'local:backup-2'
            $failed.Count | Should -Be 1
            $failed[0].FullyQualifiedErrorId | Should -BeLike 'KeyringDamaged,*'
            $failed[0].TargetObject | Should -Be 'local:other'
        }
        finally { [IO.File]::WriteAllText($file, $content) }
    }

    It 'Completes_references_on_<_>' -ForEach @(
        'Protect-EnvelopeFile x -Kek ', 'Update-EnvelopeKek x -NewKek ', 'Update-EnvelopeKek x -OldKek ', 'Update-EnvelopeKek x -AddKek '
        'Update-EnvelopeKek x -RemoveKek ', 'Unprotect-EnvelopeFile x -AllowedKek ', 'Test-EnvelopeFile x -OnlyKek ', 'Remove-EnvelopeKek '
    ) {
        $line = "${_}local:b"
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'local:backup', 'local:backup-2'
        (TabExpansion2 "${_}ot" ($_.Length + 2)).CompletionMatches.CompletionText | Should -Be 'local:other'
    }
}
