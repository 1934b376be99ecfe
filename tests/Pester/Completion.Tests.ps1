Describe 'Completion' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        . $PSScriptRoot/KmsServer.ps1
        $work = Use-Folder
        New-EnvelopeKek local:backup, local:other -Unprotected 6>$null | Out-Null
        'offline.pem', 'off side.pem', 'other.txt' | ForEach-Object { [IO.File]::WriteAllText("$work/$_", '') }
        function Get-Completion([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }
    }

    AfterAll { Set-Location / }

    It 'Offers_every_kind_of_reference' {
        Get-Completion 'Protect-EnvelopeFile x -Kek ' | Should -Be 'local:backup', 'local:other', 'pub:', 'x509:', 'passphrase', 'alias/'
        Get-Completion 'Protect-EnvelopeFile x -Kek pass' | Should -Be 'passphrase'
    }

    It 'Offers_files_behind_<_>' -ForEach 'x509:', 'pub:' {
        $separator = [IO.Path]::DirectorySeparatorChar
        Get-Completion "Protect-EnvelopeFile x -Kek ${_}off" | Should -Be "'${_}.${separator}off side.pem'", "${_}.${separator}offline.pem"
    }

    It 'Offers_for_a_backup_what_is_not_lost_with_the_keyring' {
        Get-Completion 'Export-EnvelopeKek local:backup x -BackupKek ' | Should -Be 'pub:', 'x509:', 'passphrase', 'alias/'
    }

    Context 'of AWS' {
        BeforeAll {
            $kms = Connect-KmsServer
            New-EnvelopeKek alias/nightly, alias/weekly | Out-Null
        }

        AfterAll { Disconnect-KmsServer $kms }

        It 'Offers_aliases_where_AWS_is_there' {
            Get-Completion 'Protect-EnvelopeFile x -Kek alias/' | Should -Be 'alias/nightly', 'alias/weekly'
            Get-Completion 'Protect-EnvelopeFile x -Kek alias/w' | Should -Be 'alias/weekly'
            Get-Completion 'Protect-EnvelopeFile x -Region us-west-2 -Kek alias/' | Where-Object { $_ -like 'alias/*' } | Should -BeNullOrEmpty
        }

        It 'Asks_no_one_where_no_credentials_are_named' {
            $key = $env:AWS_ACCESS_KEY_ID
            try {
                Remove-Item Env:AWS_ACCESS_KEY_ID
                Get-Completion 'Protect-EnvelopeFile x -Kek alias/' | Where-Object { $_ -like 'alias/*' } | Should -BeNullOrEmpty
            }
            finally { $env:AWS_ACCESS_KEY_ID = $key }
        }

        It 'Offers_Regions' {
            Get-Completion 'Protect-EnvelopeFile x -Region eu-cen' | Should -Be 'eu-central-1', 'eu-central-2'
        }

        It 'Offers_profiles_of_both_files' {
            $config, $credentials = $env:AWS_CONFIG_FILE, $env:AWS_SHARED_CREDENTIALS_FILE
            try {
                $env:AWS_CONFIG_FILE = "$work/config"
                $env:AWS_SHARED_CREDENTIALS_FILE = "$work/credentials"
                [IO.File]::WriteAllText("$work/config", "[default]`nregion=eu-west-1`n [profile  night shift] `n[profile ops]`n[sso-session corp]`n#[profile gone]`n")
                [IO.File]::WriteAllText("$work/credentials", "[ops]`n[backup]`n")
                Get-Completion 'Protect-EnvelopeFile x -ProfileName ' | Should -Be 'backup', 'default', "'night shift'", 'ops'
                Get-Completion 'Protect-EnvelopeFile x -ProfileName b' | Should -Be 'backup'
            }
            finally { $env:AWS_CONFIG_FILE, $env:AWS_SHARED_CREDENTIALS_FILE = $config, $credentials }
        }
    }

    Context 'of properties' {
        It 'Offers_what_PowerShell_infers_of_the_pipeline' {
            Get-Completion 'Get-ChildItem | Protect-EnvelopeData -Property FullN' | Should -Be 'FullName'
            $rows = [pscustomobject]@{ id = 1; ssn = 's' }
            Get-Completion '$rows | Protect-EnvelopeData -Property s' | Should -Be 'ssn'
            Get-Completion '[pscustomobject]@{ id = 1; ssn = 2 } | Protect-EnvelopeData -Property ' | Should -Be 'id', 'ssn'
            Get-Completion '[pscustomobject]@{ id = 1; ssn = 2 } | Unprotect-EnvelopeData -Property ssn -BindProperty i' | Should -Be 'id'
        }

        It 'Offers_the_columns_of_a_CSV_file_and_runs_nothing_else' {
            [IO.File]::WriteAllText("$work/users.csv", "id,ssn,home town`n1,2,3`n")
            Get-Completion 'Import-Csv ./users.csv | Protect-EnvelopeData -Property ' | Should -Be 'id', 'ssn', "'home town'"
            $ran = [ref] $false
            Get-Completion 'Import-Csv $($ran.Value = $true; "./users.csv") | Protect-EnvelopeData -Property ' | Should -Not -Contain 'ssn'
            Get-Completion 'Import-Csv ./gone.csv | Protect-EnvelopeData -Property ' | Should -Not -Contain 'ssn'
            $ran.Value | Should -BeFalse
        }
    }

    It 'Of_the_tool_in_PowerShell' -Skip:$IsWindows {
        [IO.File]::WriteAllText("$work/envelope", "#!/bin/sh`nexec dotnet '$env:ENVELOPECRYPTO_TEST_TOOL' `"`$@`"`n")
        chmod +x "$work/envelope"
        $path = $env:PATH
        try {
            $env:PATH = "${work}:$path"
            envelope completion powershell | Out-String | Invoke-Expression
            Get-Completion 'envelope prot' | Should -Be 'protect'
            Get-Completion 'envelope kek ' | Should -Be 'new', 'list', 'rotate', 'export', 'import', 'remove'
            Get-Completion 'envelope protect x --kek lo' | Should -Be 'local:backup', 'local:other'
            Get-Completion 'envelope protect --kek=local:o' | Should -Be '--kek=local:other'
            Get-Completion 'envelope protect x --kek x509:./offl' | Should -Be 'x509:./offline.pem'
            Get-Completion 'envelope protect ./oth' | Should -Be './other.txt'
        }
        finally { $env:PATH = $path }
    }
}
