Describe 'Register-EnvelopeKekProvider' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $flip = { param($bytes) , [byte[]] ($bytes | ForEach-Object { $_ -bxor 42 }) }
    }

    AfterEach { Get-EnvelopeKekProvider | Unregister-EnvelopeKekProvider }

    It 'Makes_references_of_that_name_usable_and_returns_nothing' {
        Register-EnvelopeKekProvider flip -Wrap $flip -Unwrap $flip | Should -BeNullOrEmpty
        $key = New-DataKey flip:a/b.c_1
        $key.Kek | Should -Be 'flip:a/b.c_1'
        (Unprotect-DataKey $key.WrappedKey -AllowedKek 'flip:*').GetPlaintext() | Should -Be $key.GetPlaintext()
    }

    It 'Refuses_<_>_as_a_name' -ForEach @('local', 'arn', 'alias', 'aws-kms', 'aws', 'kms', 'x509', 'passphrase', 'Vault', 'a:b', '-a', '1a', 'a b', '../a', ('a' * 33)) {
        Get-ErrorId { Register-EnvelopeKekProvider $_ -Wrap $flip -Unwrap $flip } | Should -Be 'KekReferenceInvalid'
        Get-EnvelopeKekProvider | Should -BeNullOrEmpty
    }

    It 'Refuses_a_second_one_of_a_name_unless_forced' {
        Register-EnvelopeKekProvider v -Wrap { 'first' } -Unwrap $flip
        Get-ErrorId { Register-EnvelopeKekProvider v -Wrap { 'second' } -Unwrap $flip } | Should -Be 'KekProviderExists'
        "$((Get-EnvelopeKekProvider v).Wrap)" | Should -Match 'first'
        Register-EnvelopeKekProvider v -Wrap { 'second' } -Unwrap $flip -Force
        "$((Get-EnvelopeKekProvider v).Wrap)" | Should -Match 'second'
    }

    It 'Needs_both_blocks' {
        { Register-EnvelopeKekProvider v -Wrap $null -Unwrap $flip } | Should -Throw
        { Register-EnvelopeKekProvider v -Wrap $flip -Unwrap $null } | Should -Throw
    }

    It 'Serves_its_own_runspace_only' {
        Register-EnvelopeKekProvider v -Wrap $flip -Unwrap $flip
        $elsewhere = Start-ThreadJob {
            Import-Module $using:manifestPath
            @(Get-EnvelopeKekProvider).Count
            try { New-DataKey v:a -ErrorAction Stop } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
            Register-EnvelopeKekProvider v -Wrap { 'theirs' } -Unwrap { 'theirs' }
        } | Receive-Job -Wait -AutoRemoveJob
        $elsewhere | Should -Be 0, 'KekProviderMissing'
        "$((Get-EnvelopeKekProvider v).Wrap)" | Should -Not -Match 'theirs'
    }

    It 'Works_from_the_initial_state_of_a_runspace' {
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule([string[]] $manifestPath)
        [void] $state.StartupScripts.Add((New-Item "$TestDrive/start.ps1" -Force -Value 'Register-EnvelopeKekProvider v -Wrap { "x" } -Unwrap { , [byte[]]::new(32) }').FullName)
        $shell = [powershell]::Create($state)
        try {
            $shell.AddCommand('New-DataKey').AddArgument('v:a').Invoke().Kek | Should -Be 'v:a'
        }
        finally {
            $shell.Dispose()
        }
    }

    It 'Ends_when_the_module_is_removed' {
        Register-EnvelopeKekProvider v -Wrap $flip -Unwrap $flip
        Remove-Module EnvelopeCrypto
        Import-Module $manifestPath
        Get-EnvelopeKekProvider | Should -BeNullOrEmpty
    }

    It 'Is_offered_where_a_KEK_is_completed' {
        Register-EnvelopeKekProvider vault -Wrap $flip -Unwrap $flip
        $line = 'Protect-EnvelopeFile x -Kek va'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'vault:'
        $line = 'Unregister-EnvelopeKekProvider v'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'vault'
    }
}
