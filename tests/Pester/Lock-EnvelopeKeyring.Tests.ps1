Describe 'Lock-EnvelopeKeyring' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $secret = ConvertTo-Secret 'opens the keyring'
        New-EnvelopeKek local:locked -KeyringPassphrase $secret | Out-Null
    }

    It 'Drops_the_key_but_a_pipeline_under_way_ends_with_it' {
        $work = Use-Folder
        1..40 | ForEach-Object { [IO.File]::WriteAllText("$work/$_.txt", $_) }
        Unlock-EnvelopeKeyring -KeyringPassphrase $secret
        $results = Get-ChildItem *.txt | ForEach-Object { if ($_.Name -eq '20.txt') { Lock-EnvelopeKeyring }; $_ } | Protect-EnvelopeFile -Kek local:locked
        $results.Count | Should -Be 40
        Get-ErrorId { Protect-EnvelopeFile 1.txt -Kek local:locked -Force } | Should -Be 'PassphraseRequired'
        Set-Location /
    }

    It 'Does_nothing_when_nothing_is_open' {
        { Lock-EnvelopeKeyring; Lock-EnvelopeKeyring } | Should -Not -Throw
    }
}
