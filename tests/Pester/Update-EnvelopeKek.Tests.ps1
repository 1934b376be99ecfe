Describe 'Update-EnvelopeKek' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:one, local:two, local:three -Unprotected
    }

    BeforeEach {
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/b.txt", 'two')
        Protect-EnvelopeFile b.txt -Kek local:one, local:two | Out-Null
    }

    AfterAll { Set-Location / }

    It 'Ends_with_exactly_the_new_KEKs' {
        $result = Update-EnvelopeKek b.txt.evc -NewKek local:three
        $result.Status | Should -Be 'Rewrapped'
        $result.Kek.ToString() | Should -Be 'local:three'
        $result.RemovedKek.ToString() | Should -Be 'local:one; local:two'
        $result.Proof | Should -Be 'Verified'
        Test-EnvelopeFile b.txt.evc -Quiet -OnlyKek local:three | Should -BeTrue
    }

    It 'Replaces_the_old_KEK_and_leaves_others' {
        (Update-EnvelopeKek b.txt.evc -OldKek local:one -NewKek local:three).Kek.ToString() | Should -Be 'local:three; local:two'
        (Update-EnvelopeKek b.txt.evc -OldKek local:one -NewKek local:three).Status | Should -Be 'Unchanged'
    }

    It 'Warns_of_an_old_KEK_that_neither_a_file_nor_the_keyring_has' {
        Update-EnvelopeKek b.txt.evc -OldKek local:onne -NewKek local:three -WarningVariable said -WarningAction SilentlyContinue | Out-Null
        $said | Should -HaveCount 1
        $said | Should -Match 'local:one'
        Update-EnvelopeKek b.txt.evc -OldKek local:one -NewKek local:three -WarningVariable said -WarningAction SilentlyContinue | Out-Null
        $said | Should -BeNullOrEmpty
    }

    It 'Adds_and_removes' {
        (Get-ChildItem *.evc | Update-EnvelopeKek -AddKek local:three -RemoveKek local:one).Kek.ToString() | Should -Be 'local:two; local:three'
    }

    It 'Says_with_-WhatIf_which_recipients_would_go_and_touches_nothing' {
        $before = Get-TreeLine $work
        $said = Invoke-Shell -Command "Import-Module '$manifestPath'; Update-EnvelopeKek '$work/b.txt.evc' -OldKek local:one -NewKek local:three -WhatIf"
        $said -join ' ' | Should -Match 'no longer local:one'
        $said -join ' ' | Should -Match 'b\.txt\.evc'
        Get-TreeLine $work | Should -Be $before
    }

    It 'Says_with_-WhatIf_that_the_new_KEK_is_not_there' {
        Get-ErrorId { Update-EnvelopeKek b.txt.evc -NewKek local:nothere -WhatIf } | Should -Be 'KekNotFound'
    }

    It 'Says_that_a_KEK_is_wanted_and_asks_nobody' {
        { Update-EnvelopeKek b.txt.evc } | Should -Throw -ErrorId 'KekRequired,*'
    }

    It 'Rotates_the_data_key_for_the_same_KEKs' {
        $before = [IO.File]::ReadAllBytes("$work/b.txt.evc")
        $result = Update-EnvelopeKek b.txt.evc -RotateDataKey
        $result.Method | Should -Be 'RotateDataKey'
        $result.Kek.ToString() | Should -Be 'local:one; local:two'
        [Convert]::ToBase64String([IO.File]::ReadAllBytes("$work/b.txt.evc")[-40..-1]) | Should -Not -Be ([Convert]::ToBase64String($before[-40..-1]))
        (Test-EnvelopeFile b.txt.evc).Valid | Should -BeTrue
    }

    It 'Counts_what_a_rotation_leaves_out_and_fails_where_all_are_to_be_rotated' {
        $rotate = @{ OldKek = 'local:none'; NewKek = 'local:three'; RotateDataKey = $true }
        New-EnvelopeKek local:none -Unprotected | Out-Null
        (Update-EnvelopeKek b.txt.evc @rotate -WarningVariable said -WarningAction SilentlyContinue).Reason | Should -Match 'not rotated'
        "$said" | Should -Match '^1 '
        Get-ErrorId { Update-EnvelopeKek b.txt.evc @rotate -RequireRotation } | Should -Be 'NotRotated'
        { Update-EnvelopeKek b.txt.evc -NewKek local:three -RequireRotation } | Should -Throw -ErrorId 'KekReferenceInvalid,*'
        (Update-EnvelopeKek b.txt.evc -NewKek local:three -RotateDataKey).Method | Should -Be 'RotateDataKey'
        $again = Update-EnvelopeKek b.txt.evc @rotate -RequireRotation -WarningVariable said
        $again.Status | Should -Be 'Unchanged'
        $again.Proof | Should -Be 'Verified'
        $said | Should -BeNullOrEmpty
        Remove-EnvelopeKek local:none -Force
    }

    It 'Wraps_anew_only_what_was_wrapped_before_a_moment' {
        (Update-EnvelopeKek b.txt.evc -WrappedBefore ([datetime]::Now.AddDays(-1))).Status | Should -Be 'Unchanged'
        $result = Update-EnvelopeKek b.txt.evc -WrappedBefore ([datetime]::Now.AddDays(1))
        $result.Status | Should -Be 'Rewrapped'
        $result.Kek.ToString() | Should -Be 'local:one; local:two'
        { Update-EnvelopeKek b.txt.evc -WrappedBefore ([datetime]::Now) -AddKek local:three } | Should -Throw -ErrorId 'KekReferenceInvalid,*'
        { Update-EnvelopeKek b.txt.evc -OldKek local:one } | Should -Throw -ErrorId 'KekRequired,*'
    }

    It 'Takes_a_slot_to_believe_alone' {
        (Update-EnvelopeKek b.txt.evc -Slot First).Status | Should -Be 'Unchanged'
        (Update-EnvelopeKek b.txt.evc -Slot Second -AddKek local:one).Status | Should -Be 'Unchanged'
        { Update-EnvelopeKek b.txt.evc -Slot Third } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,*'
    }

    It 'Refuses_to_lock_everyone_out' {
        Get-ErrorId { Update-EnvelopeKek b.txt.evc -RemoveKek local:one, local:two } | Should -Be 'WouldLockOut'
        Get-ErrorId { Update-EnvelopeKek b.txt.evc -RemoveKek local:one, local:two -WhatIf } | Should -Be 'WouldLockOut'
    }

    It 'Wants_to_know_what_is_wanted' {
        { Update-EnvelopeKek b.txt.evc -NewKek local:three -AddKek local:one } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        { Update-EnvelopeKek b.txt.evc -OldKek local:one } | Should -Throw
        Get-ErrorId { Update-EnvelopeKek b.txt.evc -AddKek local:two -RemoveKek local:two } | Should -Be 'KekReferenceInvalid'
    }

    It 'Gives_new_passphrase_recipients_the_new_passphrase' {
        Update-EnvelopeKek b.txt.evc -AddKek passphrase -NewPassphrase (ConvertTo-Secret 'new one') | Out-Null
        Test-EnvelopeFile b.txt.evc -HeaderOnly -Quiet -AllowedKek passphrase -Passphrase (ConvertTo-Secret 'new one') | Should -BeTrue
    }
}
