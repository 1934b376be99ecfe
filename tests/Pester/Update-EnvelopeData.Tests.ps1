Describe 'Update-EnvelopeData' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:old, local:new, local:more -Unprotected
        $rows = 1..5 | ForEach-Object { [pscustomobject]@{ id = $_; ssn = "s$_"; email = $null } } | Protect-EnvelopeData -Property ssn, email -BindProperty id -Kek local:old
    }

    It 'Gives_records_a_new_KEK' {
        $out = $rows | Update-EnvelopeData -Property ssn, email -BindProperty id -NewKek local:new
        $out.id | Should -Be (1..5)
        $out[0].email | Should -Be $null
        ($out | Unprotect-EnvelopeData -Property ssn -BindProperty id -AllowedKek local:new).ssn | Should -Be 's1', 's2', 's3', 's4', 's5'
        Get-ErrorId { $out[0] | Unprotect-EnvelopeData -Property ssn -BindProperty id -AllowedKek local:old } | Should -Be 'KekNotAllowed'
        $rows[0] | Unprotect-EnvelopeData -Property ssn -BindProperty id -AllowedKek local:old | ForEach-Object ssn | Should -Be 's1'
    }

    It 'Leaves_what_has_it_already_and_what_lacks_the_old_one' {
        $out = $rows | Update-EnvelopeData -Property ssn -BindProperty id -NewKek local:old
        $out.ssn | Should -Be $rows.ssn
        $out = $rows | Update-EnvelopeData -Property ssn -BindProperty id -OldKek local:more -NewKek local:new
        $out.ssn | Should -Be $rows.ssn
    }

    It 'Adds_and_removes' {
        $value = 'x' | Protect-EnvelopeData -Kek local:old
        $both = $value | Update-EnvelopeData -AddKek local:new
        $both | Unprotect-EnvelopeData -AllowedKek local:new | Should -Be 'x'
        $both | Unprotect-EnvelopeData -AllowedKek local:old | Should -Be 'x'
        $both | Update-EnvelopeData -RemoveKek local:old | Unprotect-EnvelopeData | Should -Be 'x'
        Get-ErrorId { $value | Update-EnvelopeData -RemoveKek local:old } | Should -Be 'WouldLockOut'
    }

    It 'Wraps_anew_only_what_was_wrapped_before_a_moment' {
        $before, $after = [datetime]::Now.AddDays(-1), [datetime]::Now.AddDays(1)
        ($rows | Update-EnvelopeData -Property ssn -BindProperty id -WrappedBefore $before).ssn | Should -Be $rows.ssn
        ($rows | Update-EnvelopeData -Property ssn -BindProperty id -NewKek local:new -WrappedBefore $before).ssn | Should -Be $rows.ssn
        $out = $rows | Update-EnvelopeData -Property ssn -BindProperty id -WrappedBefore $after
        $out[0].ssn | Should -Not -Be $rows[0].ssn
        ($out | Unprotect-EnvelopeData -Property ssn -BindProperty id -AllowedKek local:old).ssn | Should -Be 's1', 's2', 's3', 's4', 's5'
        $out = $rows | Update-EnvelopeData -Property ssn -BindProperty id -OldKek local:old -NewKek local:new -WrappedBefore $after
        ($out | Unprotect-EnvelopeData -Property ssn -BindProperty id -AllowedKek local:new).ssn | Should -HaveCount 5
    }

    It 'Does_nothing_with_-WhatIf_and_says_what_is_wrong: <id>' -ForEach @(
        @{ id = $null; script = { $rows | Update-EnvelopeData -Property ssn -BindProperty id -NewKek local:new -WhatIf } }
        @{ id = 'KekNotFound'; script = { $rows | Update-EnvelopeData -Property ssn -BindProperty id -NewKek local:nothere } }
        @{ id = 'BindingMismatch'; script = { $rows[0].ssn | Update-EnvelopeData -NewKek local:new } }
        @{ id = 'NotAToken'; script = { 'x' | Update-EnvelopeData -NewKek local:new } }
        @{ id = 'KekRequired'; script = { $rows | Update-EnvelopeData -Property ssn -BindProperty id } }
        @{ id = 'KekRequired'; script = { $rows | Update-EnvelopeData -Property ssn -BindProperty id -OldKek local:old } }
        @{ id = 'KekReferenceInvalid'; script = { $rows | Update-EnvelopeData -Property ssn -BindProperty id -AddKek local:new -WrappedBefore ([datetime]::Now) } }
    ) {
        Get-ErrorId $script | Should -Be $id
    }
}
