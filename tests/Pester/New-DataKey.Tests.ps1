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

    It 'Makes_none_with_-WhatIf' {
        New-DataKey local:a -WhatIf | Should -BeNullOrEmpty
    }

    It 'Says_clearly_which_KEKs_cannot_do_without_the_plaintext' {
        Get-ErrorId { New-DataKey local:a -WithoutPlaintext } | Should -Be 'PlaintextNeeded'
    }
}
