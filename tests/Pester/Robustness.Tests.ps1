# What scripts do by mistake: variables that were never set, drives that are not there, pipelines that bring nothing, nobody to answer.
Describe 'Mistakes of scripts' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $work = Use-Folder
        New-EnvelopeKek local:backup -Unprotected | Out-Null
        1..3 | ForEach-Object { [IO.File]::WriteAllText("$work/f$_.txt", "file $_") }
        Protect-EnvelopeFile f1.txt -Kek local:backup | Out-Null
    }

    AfterAll { Set-Location / }

    It 'Takes_no_confirmation_from_standard_input_that_is_no_terminal' {
        New-EnvelopeKek local:precious -Unprotected | Out-Null
        $start = [Diagnostics.ProcessStartInfo]::new($shell)
        $shellArguments + '-NoProfile', '-Command', "Import-Module '$manifestPath'; Remove-EnvelopeKek local:precious; New-EnvelopeKek local:never -Unprotected -Confirm; `$Error.ForEach({ (`$_.FullyQualifiedErrorId -split ',')[0] })" |
            ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardInput = $true
        $start.RedirectStandardOutput = $true
        $process = [Diagnostics.Process]::Start($start)
        $process.StandardInput.WriteLine()
        $process.StandardInput.WriteLine('Y')
        # Not closed: a shell that asks would wait for ever.
        $said = $process.StandardOutput.ReadToEndAsync()
        $ended = $process.WaitForExit($patience)
        if (-not $ended) { $process.Kill($true) }
        $ended | Should -BeTrue
        $said.GetAwaiter().GetResult() -split '\s+' -eq 'PromptRequired' | Should -Be 'PromptRequired', 'PromptRequired'
        (Get-EnvelopeKek local:precious).Kek | Should -Be 'local:precious'
        Get-ErrorId { Get-EnvelopeKek local:never } | Should -Be 'KekNotFound'
        Remove-EnvelopeKek local:precious -Force
    }

    It 'Fails_one_input_on_a_drive_that_is_not_there_and_goes_on: <path>' -ForEach @(
        @{ path = 'Nowhere:/x' }, @{ path = 'Nothing::x' }, @{ path = 'Env:PATH' }
    ) {
        $results = @("$work/f2.txt", $path, "$work/f3.txt" | Protect-EnvelopeFile -Kek local:backup -DestinationPath "out-$([guid]::NewGuid())" -ErrorVariable failed -ErrorAction SilentlyContinue)
        $results.Count | Should -Be 2
        $failed.Count | Should -Be 1
        $failed[0].TargetObject | Should -Be $path
        ($failed[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'SourceNotFound', 'SourceNotAFile'
        @(Protect-EnvelopeFile -LiteralPath $path, f2.txt -Kek local:backup -DestinationPath "out-$([guid]::NewGuid())" -ErrorAction SilentlyContinue).Count | Should -Be 1
    }

    It 'Fails_a_name_that_no_file_can_have_and_goes_on' {
        $results = @(Protect-EnvelopeFile -LiteralPath "a`0b", f2.txt -Kek local:backup -DestinationPath "out-$([guid]::NewGuid())" -ErrorVariable failed -ErrorAction SilentlyContinue)
        $results.Count | Should -Be 1
        $failed.Count | Should -Be 1
    }

    It 'Names_a_destination_or_backup_that_is_nowhere' {
        { Protect-EnvelopeFile f2.txt -Kek local:backup -DestinationPath Nowhere:/x } | Should -Throw -ErrorId 'OutputFailed,*'
        Get-ErrorId { Import-EnvelopeKek ./missing/* } | Should -Be 'NothingMatched'
        Get-ErrorId { Import-EnvelopeKek Nowhere:/x } | Should -Be 'SourceNotFound'
    }

    It 'Refuses_variables_that_were_never_set: <name>' -ForEach @(
        @{ name = 'a KEK'; script = { Protect-EnvelopeFile f2.txt -Kek $null } }
        @{ name = 'one of two KEKs'; script = { Protect-EnvelopeFile f2.txt -Kek local:backup, $null } }
        @{ name = 'no KEKs'; script = { Protect-EnvelopeFile f2.txt -Kek @() } }
        @{ name = 'KEKs to list'; script = { Get-EnvelopeKek -Kek $null } }
        @{ name = 'allowed KEKs'; script = { Unprotect-EnvelopeFile f1.txt.evc -DestinationPath x -AllowedKek $null } }
        @{ name = 'an allow list that is empty'; script = { Unprotect-EnvelopeFile f1.txt.evc -DestinationPath x -AllowedKek @() } }
        @{ name = 'allowed KEKs of a test'; script = { Test-EnvelopeFile f1.txt.evc -AllowedKek @() } }
        @{ name = 'a context'; script = { Protect-EnvelopeFile f2.txt -Kek local:backup -EncryptionContext $null } }
        @{ name = 'a required context'; script = { Unprotect-EnvelopeFile f1.txt.evc -DestinationPath x -RequiredContext $null } }
        @{ name = 'what to include'; script = { Protect-EnvelopeFile f2.txt -Kek local:backup -Include $null } }
        @{ name = 'a path'; script = { Protect-EnvelopeFile -Path $null -Kek local:backup } }
        @{ name = 'what to exclude'; script = { Protect-EnvelopeFile f2.txt -Kek local:backup -Exclude $null } }
    ) {
        $script | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }

    It 'Rotates_again_without_an_error_when_nothing_is_left_to_rotate' {
        New-EnvelopeKek local:next -Unprotected | Out-Null
        $rotate = { Get-ChildItem *.evc | Get-EnvelopeFile | Where-Object Kek -contains 'local:backup' | Update-EnvelopeKek -OldKek local:backup -NewKek local:next }
        (& $rotate).Status | Should -Be 'Rewrapped'
        Get-ErrorId $rotate | Should -BeNullOrEmpty
        Update-EnvelopeKek f1.txt.evc -NewKek local:backup | Out-Null
    }

    It 'Says_that_a_pipeline_brought_nothing_where_that_would_pass_for_a_backup_or_a_proof' {
        Get-ErrorId { @() | Protect-EnvelopeFile -Kek local:backup } | Should -Be 'NothingMatched'
        Get-ErrorId { @() | Protect-EnvelopeFile -Kek local:backup -AllowEmpty } | Should -BeNullOrEmpty
        Get-ErrorId { @() | Test-EnvelopeFile -AllowEmpty } | Should -BeNullOrEmpty
        Get-ErrorId { Protect-EnvelopeFile ./*.nothing -Kek local:backup -AllowEmpty } | Should -BeNullOrEmpty
        Get-ErrorId { Protect-EnvelopeFile ./missing -Kek local:backup -AllowEmpty } | Should -Be 'SourceNotFound'
        Get-ErrorId { @() | Unprotect-EnvelopeFile } | Should -Be 'NothingMatched'
        Get-ErrorId { @() | Test-EnvelopeFile } | Should -Be 'NothingMatched'
        @() | Test-EnvelopeFile -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
        Get-ErrorId { Update-EnvelopeKek nothing*.evc -NewKek local:backup } | Should -Contain 'NothingMatched'
    }

    It 'Passes_over_results_of_files_that_were_skipped' {
        $destination = "out-$([guid]::NewGuid())"
        Get-ErrorId { Get-ChildItem f1.txt.evc, f2.txt | Protect-EnvelopeFile -Kek local:backup -DestinationPath $destination | Test-EnvelopeFile } | Should -BeNullOrEmpty
        Get-ChildItem f1.txt.evc, f2.txt | Protect-EnvelopeFile -Kek local:backup -DestinationPath $destination -Force | Export-Csv report.csv
        @(Import-Csv report.csv | Test-EnvelopeFile).Valid | Should -Be $true
    }

    It 'Replaces_with_-Force_whatever_-Update_says' {
        Protect-EnvelopeFile f3.txt -Kek local:backup | Out-Null
        (Protect-EnvelopeFile f3.txt -Kek local:backup -Update -Force).Status | Should -Be 'Protected'
    }

    It 'Refuses_a_literal_path_that_is_empty' {
        { Protect-EnvelopeFile -LiteralPath $null -Kek local:backup } | Should -Throw -ErrorId 'SourceNotFound,*'
        { Update-EnvelopeKek -LiteralPath '' -NewKek local:backup } | Should -Throw -ErrorId 'SourceNotFound,*'
    }

    It 'Says_that_links_were_left_out' -Skip:$IsWindows {
        New-Item -ItemType Directory "$work/tree" | Out-Null
        [IO.File]::WriteAllText("$work/tree/a", 'a')
        New-Item -ItemType SymbolicLink "$work/tree/link" -Target "$work/f2.txt" | Out-Null
        Protect-EnvelopeFile tree -Recurse -Kek local:backup -DestinationPath "out-$([guid]::NewGuid())" -WarningVariable warned -WarningAction SilentlyContinue | Out-Null
        $warned.Count | Should -Be 1
    }

    It 'Says_what_came_back_when_it_is_no_wrapped_key' {
        Get-ErrorId { Unprotect-DataKey 'junk' } | Should -Be 'WrappedKeyInvalid'
    }
}
