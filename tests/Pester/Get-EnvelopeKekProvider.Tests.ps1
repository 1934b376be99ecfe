Describe 'Get-EnvelopeKekProvider' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        Register-EnvelopeKekProvider vault -Wrap { 'w' } -Unwrap { 'u' } -Rewrap { 'r' } -Describe { param($id) [ordered] @{ State = 'Enabled'; Kek = 'mine'; Of = $id } }
        Register-EnvelopeKekProvider plain -Wrap { 'w' } -Unwrap { 'u' }
        Register-EnvelopeKekProvider broken -Wrap { 'w' } -Unwrap { 'u' } -Describe { throw 'no' }
        Register-EnvelopeKekProvider object -Wrap { 'w' } -Unwrap { 'u' } -Describe { [pscustomobject] @{ Size = 3 } }
    }

    AfterAll { Get-EnvelopeKekProvider | Unregister-EnvelopeKekProvider }

    It 'Lists_them_by_name_with_their_blocks' {
        (Get-EnvelopeKekProvider).Name | Should -Be 'broken', 'object', 'plain', 'vault'
        (Get-EnvelopeKekProvider v*, PLAIN).Name | Should -Be 'vault', 'plain'
        $vault = Get-EnvelopeKekProvider vault
        "$($vault.Wrap)$($vault.Unwrap)$($vault.Rewrap)" | Should -Be " 'w'  'u'  'r' "
        (Get-EnvelopeKekProvider plain).Rewrap | Should -BeNullOrEmpty
        Get-EnvelopeKekProvider | Format-Table | Out-String | Should -Match 'vault'
    }

    It 'Says_when_there_is_none_of_a_name' {
        Get-ErrorId { Get-EnvelopeKekProvider nothere } | Should -Be 'KekProviderMissing'
        Get-EnvelopeKekProvider nothere* | Should -BeNullOrEmpty
    }

    It 'Get-EnvelopeKek_describes_a_KEK_by_the_block' {
        $kek = Get-EnvelopeKek vault:backup
        $kek.Kek | Should -Be 'vault:backup'
        $kek.Provider | Should -Be 'vault'
        $kek.Id | Should -Be 'backup'
        $kek.State | Should -Be 'Enabled'
        $kek.Of | Should -Be 'backup'
        "$kek" | Should -Be 'vault:backup'
        (Get-EnvelopeKek plain:x).Kek | Should -Be 'plain:x'
        (Get-EnvelopeKek object:x).Size | Should -Be 3
        (Get-EnvelopeKek vault:backup | New-DataKey).Kek | Should -Be 'vault:backup'
    }

    It 'Get-EnvelopeKek_says_what_failed' {
        Get-ErrorId { Get-EnvelopeKek broken:x } | Should -Be 'KeyServiceFailed'
        Get-ErrorId { Get-EnvelopeKek other:x } | Should -Be 'KekProviderMissing'
    }

    It 'Their_KEKs_are_made_rotated_and_removed_elsewhere' {
        Get-ErrorId { New-EnvelopeKek vault:x -Unprotected } | Should -Be 'KekUnsuitable'
        Get-ErrorId { New-EnvelopeKekVersion vault:x } | Should -Be 'KekUnsuitable'
        Get-ErrorId { Remove-EnvelopeKek vault:x -Force -Confirm:$false } | Should -Be 'KekUnsuitable'
    }
}
