Describe 'Unprotect-EnvelopeData' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:crm -Unprotected
        $rows = 1..9 | ForEach-Object { [pscustomobject]@{ id = $_; ssn = "s$_"; email = "e$_" } } | Protect-EnvelopeData -Property ssn, email -BindProperty id -Kek local:crm
    }

    It 'Says_of_each_bad_record_which_it_is_and_goes_on' {
        $bad = $rows | ForEach-Object { $_.PSObject.Copy() }
        $bad[0].ssn = $bad[0].ssn.Substring(0, 300)
        $bad[1].ssn = " $($bad[1].ssn)"
        $bad[2].ssn = "`"$($bad[2].ssn)`""
        $bad[3].ssn = $bad[3].ssn -replace '^evc1', 'evc2'
        $bad[4].email = $rows[0].email
        $bad[5].email = $rows[5].ssn
        $bad[6].ssn = 'plain'
        $bad[7].ssn = $bad[7].ssn -replace '.{9}$', 'AAAAAAAAA'
        $out = $bad | Unprotect-EnvelopeData -Property ssn, email -BindProperty id -ErrorVariable failed -ErrorAction SilentlyContinue
        $out.id | Should -Be 9
        $out.ssn | Should -Be 's9'
        $failed.FullyQualifiedErrorId -replace ',.*' | Should -Be 'TokenInvalid', 'TokenInvalid', 'TokenInvalid', 'UnsupportedVersion', 'CommitmentMismatch', 'BindingMismatch', 'NotAToken', 'BodyDamaged'
        $failed.TargetObject | Should -Be (1..8)
        1..8 | ForEach-Object { $failed[$_ - 1].ToString() | Should -Match "^record $_, (ssn|email): " }
    }

    It 'Keeps_the_order_of_records_and_of_properties' {
        $out = $rows | Unprotect-EnvelopeData -Property email, ssn -BindProperty id
        $out.id | Should -Be (1..9)
        $out[0].PSObject.Properties.Name | Should -Be 'id', 'ssn', 'email'
        $out[8].email | Should -Be 'e9'
        $rows[8].email | Should -Match '^evc1\.'
    }

    It 'Leaves_null_and_the_empty_text_of_a_CSV_file_alone' {
        $out = [pscustomobject]@{ a = $null; b = '' } | Unprotect-EnvelopeData -Property a, b
        $out.a | Should -Be $null
        $out.b | Should -BeExactly ''
        $null | Unprotect-EnvelopeData | Should -BeNullOrEmpty
        '' | Unprotect-EnvelopeData | Should -BeExactly ''
        Get-ErrorId { ' ' | Unprotect-EnvelopeData } | Should -Be 'NotAToken'
    }

    It 'Asks_for_the_names_that_the_token_was_made_with: <id>' -ForEach @(
        @{ id = 'BindingMismatch'; script = { $rows[0] | Unprotect-EnvelopeData -Property ssn } }
        @{ id = 'BindingMismatch'; script = { $rows[0] | Unprotect-EnvelopeData -Property ssn -BindProperty id, email } }
        @{ id = 'BindingMismatch'; script = { $rows[0].ssn | Unprotect-EnvelopeData } }
        @{ id = 'NotAToken'; script = { [pscustomobject]@{ ssn = 5 } | Unprotect-EnvelopeData -Property ssn } }
        @{ id = 'KekNotAllowed'; script = { $rows[0] | Unprotect-EnvelopeData -Property ssn -BindProperty id -AllowedKek local:other } }
        @{ id = 'ContextInvalid'; script = { $rows[0] | Unprotect-EnvelopeData -Property ssn -BindProperty id -RequiredContext @{} } }
        @{ id = 'ContextMismatch'; script = { $rows[0] | Unprotect-EnvelopeData -Property ssn -BindProperty id -RequiredContext @{ a = 'b' } } }
    ) {
        Get-ErrorId $script | Should -Be $id
    }

    It 'Says_once_that_a_KEK_failed_for_the_others' {
        New-EnvelopeKek local:gone -Unprotected | Out-Null
        $tokens = 1..5 | Protect-EnvelopeData -Kek local:gone
        Remove-EnvelopeKek local:gone -Force
        Get-ErrorId { $tokens | Unprotect-EnvelopeData } | Should -Be 'KekNotFound', 'NotTried'
    }

    It 'Takes_a_passphrase' {
        $made = 'x' | Protect-EnvelopeData -Kek passphrase -Passphrase (ConvertTo-Secret 'a pass phrase')
        $made | Unprotect-EnvelopeData -Passphrase (ConvertTo-Secret 'a pass phrase') | Should -Be 'x'
    }
}
