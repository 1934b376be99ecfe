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

    It 'Writes_nothing_with_-WhatIf_and_nothing_under_a_local_KEK' {
        Export-EnvelopeKek local:a whatif.evc passphrase -WhatIf
        Get-ErrorId { Export-EnvelopeKek local:a local.evc local:b } | Should -Be 'KekReferenceInvalid'
        [IO.File]::Exists("$work/whatif.evc") -or [IO.File]::Exists("$work/local.evc") | Should -BeFalse
    }
}
