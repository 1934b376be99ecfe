Describe 'New-DataKey' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:a -Unprotected
    }

    It 'Makes_a_key_whose_plaintext_only_a_method_gives' {
        $key = New-DataKey local:a -EncryptionContext @{ table = 'users' }
        $key.Kek | Should -Be 'local:a'
        $key.Context['table'] | Should -Be 'users'
        $key.GetPlaintext().Length | Should -Be 32
        $key.Dispose()
        $key.HasPlaintext | Should -BeFalse
        { $key.GetPlaintext() } | Should -Throw
    }

    It 'Shows_the_plaintext_nowhere' {
        $key = New-DataKey local:a
        $bytes = $key.GetPlaintext()
        $key | Export-Clixml "$TestDrive/key.xml"
        $shown = @(
            ($key | Format-List * -Force | Out-String), ($key | Format-Table | Out-String), ($key | ConvertTo-Json -Depth 9)
            [IO.File]::ReadAllText("$TestDrive/key.xml"), "$key", ($key | ConvertTo-Csv | Out-String)
        ) -join "`n" -replace '\s'
        $shown | Should -Not -Match ([Convert]::ToHexString($bytes))
        $shown | Should -Not -Match ([regex]::Escape([Convert]::ToBase64String($bytes).TrimEnd('=')))
        $shown | Should -Not -Match ([regex]::Escape([Convert]::ToBase64String($bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_')))
        $shown | Should -Not -Match ($bytes[0..7] -join '\D+')
    }

    It 'Makes_none_with_-WhatIf_and_says_when_the_KEK_is_not_there' {
        New-DataKey local:a -WhatIf | Should -BeNullOrEmpty
        Get-ErrorId { New-DataKey local:nothere -WhatIf } | Should -Be 'KekNotFound'
    }

    It 'Says_that_a_profile_is_not_there_before_a_Region_is_asked_for' {
        Get-ErrorId { New-DataKey alias/backup -ProfileName misspelt } | Should -Be 'CredentialsMissing'
    }

    It 'Gives_the_wrapped_key_alone_when_asked' {
        $key = New-DataKey local:a -WithoutPlaintext
        $key.HasPlaintext | Should -BeFalse
        { $key.GetPlaintext() } | Should -Throw
        (Unprotect-DataKey $key.WrappedKey).GetPlaintext().Length | Should -Be 32
    }
}
