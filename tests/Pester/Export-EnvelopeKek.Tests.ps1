Describe 'Export-EnvelopeKek' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:a, local:b -Unprotected
        $work = Use-Folder
    }

    AfterAll { Set-Location / }

    It 'Writes_backups_into_a_folder' {
        $results = Get-EnvelopeKek | Export-EnvelopeKek -DestinationPath $work -BackupKek passphrase -Passphrase (ConvertTo-Secret 'for the safe')
        $results.FullName | Should -Be (ConvertTo-LocalPath "$work/a.kek.evc"), (ConvertTo-LocalPath "$work/b.kek.evc")
        (Get-EnvelopeFile a.kek.evc).Type | Should -Be 'KekExport'
        Get-ErrorId { Export-EnvelopeKek local:a a.kek.evc passphrase -Passphrase (ConvertTo-Secret 'x') } | Should -Be 'DestinationExists'
    }

    It 'Makes_a_folder_that_is_named_as_one' {
        (Export-EnvelopeKek local:a safe/new/ passphrase -Passphrase (ConvertTo-Secret 'for the safe')).FullName | Should -Be (ConvertTo-LocalPath "$work/safe/new/a.kek.evc")
        Get-ErrorId { Export-EnvelopeKek local:a a.kek.evc/ passphrase -Passphrase (ConvertTo-Secret 'x') } | Should -Be 'OutputFailed'
        Get-ErrorId { Export-EnvelopeKek local:a gone/a.kek.evc passphrase -Passphrase (ConvertTo-Secret 'x') } | Should -Be 'OutputFailed'
    }

    It 'Never_writes_two_backups_into_one_file' {
        Get-ErrorId { Export-EnvelopeKek local:a, local:b ab.bak passphrase -Passphrase (ConvertTo-Secret 'for the safe') -Force } | Should -Be 'DuplicateOutput'
        (Get-EnvelopeFile ab.bak).Context['kek'] | Should -Be 'local:a'
    }

    It 'Writes_to_the_file_system_alone' {
        Get-ErrorId { Export-EnvelopeKek local:a env:BACKUP passphrase -Passphrase (ConvertTo-Secret 'x') } | Should -Be 'OutputFailed'
    }

    It 'Is_shown_with_its_time_and_what_was_made_since_as_missing' {
        New-EnvelopeKek local:shown -Unprotected
        $kek = Get-EnvelopeKek local:shown
        $kek.Exported | Should -Be $null
        $kek | Format-Table | Out-String | Should -Match 'never'
        $kek | Format-List | Out-String | Should -Match 'Exported *: never'
        Export-EnvelopeKek local:shown whatif.evc passphrase -WhatIf
        (Get-EnvelopeKek local:shown).Exported | Should -Be $null

        Export-EnvelopeKek local:shown $work passphrase -Passphrase (ConvertTo-Secret 'for the safe') | Out-Null
        $kek = Get-EnvelopeKek local:shown
        $kek.Exported | Should -BeOfType ([datetime])
        $kek.Exported | Should -BeGreaterThan (Get-Date).AddMinutes(-10)
        $kek | Format-Table | Out-String | Should -Match $kek.Exported.ToString('yyyy-MM-dd')

        New-EnvelopeKekVersion local:shown | Out-Null
        $kek = Get-EnvelopeKek local:shown
        $kek.Exported | Should -Be $null
        $kek | Format-Table | Out-String | Should -Match 'in part'
        $kek | Format-List | Out-String | Should -Match 'Exported *: not version 2'
    }

    It 'Is_good_where_the_keyring_cannot_take_note_and_says_so' -Skip:$IsWindows {
        New-EnvelopeKek local:frozen -Unprotected
        $note = "$env:ENVELOPECRYPTO_HOME/keyring/exported.frozen.json"
        [void] [IO.Directory]::CreateDirectory($note)
        [IO.File]::WriteAllText("$note/in the way", '')
        $done = Export-EnvelopeKek local:frozen $work passphrase -Passphrase (ConvertTo-Secret 'for the safe') -WarningVariable said -WarningAction SilentlyContinue
        $done.Status | Should -Be 'Exported'
        "$said" | Should -Match 'local:frozen was exported'
        [IO.Directory]::Delete($note, $true)
        (Get-EnvelopeKek local:frozen).Exported | Should -Be $null
        Test-EnvelopeFile frozen.kek.evc -Passphrase (ConvertTo-Secret 'for the safe') -Quiet | Should -BeTrue
    }

    It 'Says_the_key_id_that_the_import_asks_to_compare' {
        $kek = New-EnvelopeKek local:noted -Unprotected
        $said = Export-EnvelopeKek local:noted $work passphrase -Passphrase (ConvertTo-Secret 'for the safe') 6>&1 |
            Where-Object { $_ -is [Management.Automation.InformationRecord] }
        "$said" | Should -Match ([regex]::Escape($kek.KeyId))
    }

    It 'Writes_nothing_with_-WhatIf_and_nothing_under_a_local_KEK' {
        Export-EnvelopeKek local:a whatif.evc passphrase -WhatIf
        Get-ErrorId { Export-EnvelopeKek local:a local.evc local:b } | Should -Be 'KekReferenceInvalid'
        [IO.File]::Exists("$work/whatif.evc") -or [IO.File]::Exists("$work/local.evc") | Should -BeFalse
    }
}
