# KEKs of script blocks: on a tree with several workers, and with blocks that misbehave in every way.
Describe 'Providers' {
    BeforeDiscovery {
        # Each gives no answer; beside it the error and the type of the inner exception.
        $badWraps = @(
            @{ Name = 'nothing'; Block = {}; Error = 'KeyServiceFailed' }
            @{ Name = 'null'; Block = { $null }; Error = 'KeyServiceFailed' }
            @{ Name = 'an empty text'; Block = { '' }; Error = 'KeyServiceFailed' }
            @{ Name = 'two answers'; Block = { , [byte[]]::new(3); , [byte[]]::new(3) }; Error = 'KeyServiceFailed' }
            @{ Name = 'numbers'; Block = { 1, 2, 3 }; Error = 'KeyServiceFailed' }
            @{ Name = 'over 8 KiB'; Block = { , [byte[]]::new(8193) }; Error = 'KeyServiceFailed' }
            @{ Name = 'throw'; Block = { throw 'no' }; Error = 'KeyServiceFailed'; Inner = 'RuntimeException' }
            @{ Name = 'an exception'; Block = { throw [InvalidOperationException]::new('no') }; Error = 'KeyServiceFailed'; Inner = 'InvalidOperationException' }
            @{ Name = 'a method that fails'; Block = { [IO.File]::ReadAllText('/not/here') }; Error = 'KeyServiceFailed'; Inner = 'DirectoryNotFoundException' }
            @{ Name = 'Write-Error'; Block = { Write-Error 'no'; 'x' }; Error = 'KeyServiceFailed'; Inner = 'WriteErrorException' }
            @{ Name = 'Write-Error that goes on'; Block = { Write-Error 'no' -ErrorAction Continue; 'x' }; Error = 'KeyServiceFailed'; Inner = 'WriteErrorException' }
            @{ Name = 'a preference of its own'; Block = { $ErrorActionPreference = 'Continue'; Get-Item /not/here; 'x' }; Error = 'KeyServiceFailed'; Inner = 'ItemNotFoundException' }
            @{ Name = 'break'; Block = { break }; Error = 'KeyServiceFailed'; Inner = 'BreakException' }
            @{ Name = 'continue'; Block = { continue }; Error = 'KeyServiceFailed'; Inner = 'ContinueException' }
            @{ Name = 'exit'; Block = { exit 3 }; Error = 'KeyServiceFailed'; Inner = 'ExitException' }
            @{ Name = 'an unknown command'; Block = { Use-NotHere }; Error = 'KeyServiceFailed'; Inner = 'CommandNotFoundException' }
            @{ Name = 'a time limit'; Block = { throw [TimeoutException]::new() }; Error = 'KeyServiceTimeout'; Inner = 'TimeoutException' }
            @{ Name = 'no network'; Block = { Invoke-RestMethod http://127.0.0.1:1/ }; Error = 'KeyServiceUnreachable'; Inner = 'HttpRequestException' }
            @{ Name = 'no right'; Block = { throw [UnauthorizedAccessException]::new() }; Error = 'AccessDenied'; Inner = 'UnauthorizedAccessException' }
            @{ Name = 'an error of ours'; Block = { throw [EnvelopeCrypto.EnvelopeException]::new('KekDisabled', 'it is off.', $null) }; Error = 'KekDisabled'; Inner = 'EnvelopeException' }
            @{ Name = 'an error of one of our cmdlets'; Block = { New-DataKey local:nothere }; Error = 'KekNotFound'; Inner = 'EnvelopeException' }
            @{ Name = 'an error about a file'; Block = { Protect-EnvelopeFile /not/here -Kek local:l }; Error = 'KeyServiceFailed'; Inner = 'EnvelopeException' }
            @{ Name = 'the key itself'; Block = { param($key) , $key }; Error = 'KeyServiceFailed' }
            @{ Name = 'the key among other bytes'; Block = { param($key) , [byte[]] (@(1, 2) + $key + @(3)) }; Error = 'KeyServiceFailed' }
            @{ Name = 'the key in base64'; Block = { param($key) "v1:$([Convert]::ToBase64String($key))" }; Error = 'KeyServiceFailed' }
            @{ Name = 'itself'; Block = { (New-DataKey bad:x).WrappedKey }; Error = 'KeyServiceFailed'; Inner = 'EnvelopeException' }
        )
        $badUnwraps = @(
            @{ Name = 'nothing'; Block = {}; Error = 'KeyServiceFailed' }
            @{ Name = 'a text'; Block = { [Convert]::ToBase64String([byte[]]::new(32)) }; Error = 'KeyServiceFailed' }
            @{ Name = 'a SecureString'; Block = { [securestring]::new() }; Error = 'KeyServiceFailed' }
            @{ Name = 'numbers'; Block = { 1..32 }; Error = 'KeyServiceFailed' }
            @{ Name = '31 bytes'; Block = { , [byte[]]::new(31) }; Error = 'WrappedKeyInvalid' }
            @{ Name = '33 bytes'; Block = { [byte[]]::new(33) }; Error = 'WrappedKeyInvalid' }
            @{ Name = 'another key'; Block = { , [byte[]]::new(32) }; Error = 'CommitmentMismatch' }
            @{ Name = 'a key and an error'; Block = { param($wrapped) & $flip $wrapped; Write-Error 'no' -ErrorAction Continue }; Error = 'KeyServiceFailed' }
        )
    }

    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:l -Unprotected
        $work = Use-Folder
        Add-HardTree "$work/data"
        $count = @(Get-ChildItem ./data -Recurse -File -Force).Count
        $before = Get-TreeLine ./data
        $flip = { param($bytes) , [byte[]] ($bytes | ForEach-Object { $_ -bxor 42 }) }
        $calls = [Collections.Generic.List[string]]::new()
        $threads = [Collections.Generic.HashSet[int]]::new()
        # A provider in ten lines: AES by .NET under keys of the script's own.
        $keys = @{}
        function Get-Cipher($id) {
            if (-not $keys[$id]) { $keys[$id] = [Security.Cryptography.RandomNumberGenerator]::GetBytes(32) }
            $aes = [Security.Cryptography.Aes]::Create(); $aes.Key = $keys[$id]; $aes
        }
        Register-EnvelopeKekProvider ten -Wrap {
            param($key, $id) [void] $threads.Add([Environment]::CurrentManagedThreadId); $calls.Add("wrap $id"); $aes = Get-Cipher $id
            , [byte[]] ($aes.IV + $aes.EncryptCbc($key, $aes.IV, 'PKCS7'))
        } -Unwrap {
            param($wrapped, $id) [void] $threads.Add([Environment]::CurrentManagedThreadId); $calls.Add("unwrap $id"); $aes = Get-Cipher $id
            , $aes.DecryptCbc([byte[]] $wrapped[16..63], [byte[]] $wrapped[0..15], 'PKCS7')
        }
        Register-EnvelopeKekProvider flip -Wrap $flip -Unwrap $flip
    }

    BeforeEach {
        Set-Location $work
        $calls.Clear()
        $threads.Clear()
        Get-ChildItem -Directory -Exclude data | Remove-Item -Recurse -Force
        [void] [IO.Directory]::CreateDirectory("$work/vault")
    }

    AfterAll {
        Get-EnvelopeKekProvider | Unregister-EnvelopeKekProvider
        Set-Location /
    }

    Context 'On a tree' {
        It 'Protects_rewraps_and_unprotects_with_four_workers_and_runs_blocks_on_the_pipelines_thread' {
            @(Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek ten:a -ThrottleLimit 4).Count | Should -Be $count
            $results = Update-EnvelopeKek ./vault -Recurse -OldKek ten:a -NewKek ten:b -ThrottleLimit 4
            @($results).Count | Should -Be $count
            $results.Proof | Sort-Object -Unique | Should -Be 'Verified'
            @(Get-ChildItem ./vault -Recurse -File -Force | Unprotect-EnvelopeFile -Root ./vault -DestinationPath ./back -AllowedKek ten:b -ThrottleLimit 4).Count | Should -Be $count
            Get-TreeLine ./back | Should -Be $before
            $threads | Should -Be ([Environment]::CurrentManagedThreadId)
            $calls | Group-Object | ForEach-Object Name | Sort-Object | Should -Be 'unwrap a', 'unwrap b', 'wrap a', 'wrap b'
            Get-Leftover $work | Should -BeNullOrEmpty
        }

        It 'Goes_between_a_provider_and_a_local_KEK' {
            Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek ten:a | Out-Null
            (Update-EnvelopeKek ./vault -Recurse -OldKek ten:a -NewKek local:l).RemovedKek | Sort-Object -Unique | Should -Be 'ten:a'
            (Update-EnvelopeKek ./vault -Recurse -AddKek ten:c).Status | Sort-Object -Unique | Should -Be 'Rewrapped'
            (Update-EnvelopeKek ./vault -Recurse -NewKek ten:d).Status | Sort-Object -Unique | Should -Be 'Rewrapped'
            Test-EnvelopeFile ./vault -Recurse -OnlyKek ten:d -AllowedKek 'ten:*' -Quiet | Should -BeTrue
            (Update-EnvelopeKek ./vault -Recurse -RotateDataKey -AllowedKek ten:d).Status | Sort-Object -Unique | Should -Be 'Rewrapped'
            (Get-EnvelopeFile ./vault/plain.txt.evc -IncludeMetadata -AllowedKek ten:d).SealedName | Should -Be 'plain.txt'
        }

        It 'Removes_sources_that_were_proven' {
            Add-HardTree "$work/copy"
            (Protect-EnvelopeFile ./copy -Recurse -DestinationPath ./vault -Kek ten:a -RemoveSource -ThrottleLimit 4).SourceRemoved | Sort-Object -Unique | Should -BeTrue
        }

        It 'Is_asked_once_for_a_shared_data_key' {
            Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek ten:a -FilesPerDataKey 1000 -ThrottleLimit 4 | Out-Null
            $calls | Should -Be 'wrap a'
            Test-EnvelopeFile ./vault -Recurse -AllowedKek ten:a -Quiet -ThrottleLimit 4 | Should -BeTrue
            $calls | Should -Be 'wrap a', 'unwrap a'
        }

        It 'Runs_no_block_with_-WhatIf' {
            Protect-EnvelopeFile ./data/plain.txt -DestinationPath ./vault/ -Kek ten:a -WhatIf
            New-DataKey ten:a -WhatIf
            $calls | Should -BeNullOrEmpty
        }

        It 'Serves_records_and_data_keys' {
            $token = 'secret' | Protect-EnvelopeData -Kek ten:a
            $token | Update-EnvelopeData -OldKek ten:a -NewKek ten:b | Unprotect-EnvelopeData -AllowedKek ten:b | Should -Be 'secret'
            $key = New-DataKey ten:a -WithoutPlaintext
            (Unprotect-DataKey $key.WrappedKey -AllowedKek ten:a).GetPlaintext().Length | Should -Be 32
        }

        It 'Backs_a_local_KEK_up' {
            (Export-EnvelopeKek local:l -DestinationPath ./l.kek.evc -BackupKek ten:a -Force).Status | Should -Be 'Exported'
            $env:ENVELOPECRYPTO_ALLOWED_KEK = 'ten:a'
            try { (Import-EnvelopeKek ./l.kek.evc -Unprotected).Kek | Should -Be 'local:l' } finally { Remove-Item Env:ENVELOPECRYPTO_ALLOWED_KEK }
        }

        It 'Works_inside_a_block_that_calls_our_cmdlets' {
            # Keys that a local KEK wraps, once more.
            Register-EnvelopeKekProvider nested -Force -Wrap {
                param($key) , [Convert]::ToBase64String($key) | Protect-EnvelopeData -Kek ten:inner
            } -Unwrap {
                param($wrapped) , [Convert]::FromBase64String(([Text.Encoding]::UTF8.GetString($wrapped) | Unprotect-EnvelopeData -AllowedKek ten:inner))
            }
            @(Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek nested:x -ThrottleLimit 4).Count | Should -Be $count
            Test-EnvelopeFile ./vault -Recurse -AllowedKek nested:x -ThrottleLimit 4 -Quiet | Should -BeTrue
        }
    }

    Context 'Ids from files' {
        BeforeEach { Protect-EnvelopeFile ./data/plain.txt -DestinationPath ./vault/plain.txt.evc -Kek ten:a | Out-Null }

        It 'Reach_a_block_only_when_allowed' {
            $calls.Clear()
            Get-ErrorId { Unprotect-EnvelopeFile ./vault/plain.txt.evc } | Should -Be 'KekNotAllowed'
            Get-ErrorId { Unprotect-EnvelopeFile ./vault/plain.txt.evc -AllowedKek ten:b, 'te:*' } | Should -Be 'KekNotAllowed'
            Get-ErrorId { Update-EnvelopeKek ./vault/plain.txt.evc -NewKek ten:b } | Should -Be 'KekNotAllowed'
            Get-ErrorId { Update-EnvelopeKek ./vault/plain.txt.evc -NewKek local:l } | Should -Be 'KekNotAllowed'
            Get-ErrorId { Update-EnvelopeKek ./vault/plain.txt.evc -WrappedBefore ([datetime]::Now.AddDays(1)) } | Should -Be 'WouldLockOut'
            $calls | Should -Not -Contain 'unwrap a'
        }

        It 'May_be_named_by_the_variable' {
            $env:ENVELOPECRYPTO_KEK = 'ten:a'
            try { (Unprotect-EnvelopeFile ./vault/plain.txt.evc -DestinationPath ./back/).OpenedBy | Should -Be 'ten:a' } finally { Remove-Item Env:ENVELOPECRYPTO_KEK }
        }

        It 'Are_no_source_of_a_rewrap_unless_allowed' {
            Register-EnvelopeKekProvider rew -Force -Wrap $flip -Unwrap $flip -Rewrap { param($wrapped, $old, $new) $calls.Add("rewrap $old $new"); , $wrapped }
            Protect-EnvelopeFile ./data/plain.txt -DestinationPath ./vault/r.evc -Kek rew:a | Out-Null
            Get-ErrorId { Update-EnvelopeKek ./vault/r.evc -NewKek rew:b } | Should -Be 'KekNotAllowed'
            Get-ErrorId { Update-EnvelopeKek ./vault/r.evc -NewKek rew:b -NoReadBack } | Should -Be 'KekNotAllowed'
            $calls -match 'rewrap' | Should -BeNullOrEmpty
            (Update-EnvelopeKek ./vault/r.evc -NewKek rew:b -AllowedKek 'rew:*').Method | Should -Be 'ReEncrypt'
            (Update-EnvelopeKek ./vault/r.evc -OldKek rew:b -NewKek rew:c -NoReadBack).Proof | Should -Be 'Unproven'
            $calls -match 'rewrap' | Should -Be 'rewrap a b', 'rewrap b c'
        }
    }

    Context 'What blocks are given' {
        It 'Is_zeroed_and_a_copy_of_the_context' {
            $seen = @{}
            Register-EnvelopeKekProvider see -Force -Wrap {
                param($key, $id, $context) $seen.key = $key; $seen.id = $id; $seen.context = $context; $seen.was = $key -join ' '; $context.Clear(); & $flip $key
            } -Unwrap { param($wrapped) $seen.given = (& $flip $wrapped); , $seen.given }
            $key = New-DataKey see:x -EncryptionContext @{ b = '2'; a = '1' }
            $seen.was | Should -Be ($key.GetPlaintext() -join ' ')
            $seen.key.GetType() | Should -Be ([byte[]])
            $seen.key | Sort-Object -Unique | Should -Be 0
            $seen.id | Should -Be 'x'
            $key.Context.Count | Should -Be 2
            (Unprotect-DataKey $key -AllowedKek see:x).GetPlaintext() -join ' ' | Should -Be $seen.was
            $seen.given | Sort-Object -Unique | Should -Be 0
        }

        It 'Hides_no_variable_of_the_script' {
            foreach ($block in 'mine', 'another') {
                $arguments = $output = $provider = "of $block"
                Register-EnvelopeKekProvider see -Force -Wrap { param($key) $calls.Add("$block $arguments $output $provider"); & $flip $key } -Unwrap $flip
                New-DataKey see:x | Out-Null
            }
            $calls | Should -Be 'mine of mine of mine of mine', 'another of another of another of another'
        }

        It 'Is_the_context_in_order' {
            Register-EnvelopeKekProvider see -Force -Wrap { $context = $args[2]; "$($context.Keys)|$($context.Values)|$($context['A'])" } -Unwrap { 'x' }
            $text = (New-DataKey see:x -EncryptionContext @{ b = '2'; a = '1'; c = '3' } -WithoutPlaintext).WrappedKey
            $value = ($text | ConvertFrom-Json).encrypted_key.Replace('-', '+').Replace('_', '/')
            [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($value.PadRight(4 * [Math]::Ceiling($value.Length / 4), '='))) | Should -Be 'a b c|1 2 3|1'
        }
    }

    Context 'Blocks that give no answer' {
        It 'Wrap_with_<Name>_is_<Error>' -ForEach $badWraps {
            Register-EnvelopeKekProvider bad -Force -Wrap $Block -Unwrap $flip
            New-DataKey bad:x -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            @($failures)[0].FullyQualifiedErrorId.Split(',')[0] | Should -Be $Error
            if ($Inner) { @($failures)[0].Exception.InnerException.GetType().Name | Should -Be $Inner }
            @($failures)[0].Exception.Message | Should -Not -Match "`n"

            $failures = $null
            Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek bad:x -ThrottleLimit 4 -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            @($failures | ForEach-Object { $_.FullyQualifiedErrorId.Split(',')[0] } | Sort-Object -Unique) | Should -BeIn $Error, 'NotTried'
            Get-Leftover $work | Should -BeNullOrEmpty
        }

        It 'Unwrap_with_<Name>_is_<Error>' -ForEach $badUnwraps {
            Register-EnvelopeKekProvider bad -Force -Wrap $flip -Unwrap $Block
            Protect-EnvelopeFile ./data/plain.txt -DestinationPath ./vault/plain.txt.evc -Kek bad:x | Out-Null
            Get-ErrorId { Unprotect-EnvelopeFile ./vault/plain.txt.evc -AllowedKek bad:x } | Should -Be $Error
            "$work/vault/plain.txt" | Should -Not -Exist
        }

        It 'Leave_the_file_as_it_was_when_what_they_wrapped_does_not_open' {
            Register-EnvelopeKekProvider bad -Force -Wrap { 'rubbish' } -Unwrap { , [byte[]]::new(32) } -Rewrap { 'rubbish' }
            Protect-EnvelopeFile ./data/plain.txt -DestinationPath ./vault/plain.txt.evc -Kek flip:x | Out-Null
            Get-ErrorId { Update-EnvelopeKek ./vault/plain.txt.evc -OldKek flip:x -NewKek bad:x } | Should -Be 'ProofFailed'
            (Unprotect-EnvelopeFile ./vault/plain.txt.evc -AllowedKek flip:x).OpenedBy | Should -Be 'flip:x'
        }

        It 'Leave_the_file_as_it_was_when_they_rewrap_to_the_key_itself' {
            Register-EnvelopeKekProvider bare -Wrap $flip -Unwrap { param($wrapped, $id) $id -eq 'b' ? (, $wrapped) : (& $flip $wrapped) } -Rewrap $flip
            Protect-EnvelopeFile ./data/plain.txt -DestinationPath ./vault/plain.txt.evc -Kek bare:a | Out-Null
            Get-ErrorId { Update-EnvelopeKek ./vault/plain.txt.evc -OldKek bare:a -NewKek bare:b } | Should -Be 'KeyServiceFailed'
            (Unprotect-EnvelopeFile ./vault/plain.txt.evc -AllowedKek bare:a).OpenedBy | Should -Be 'bare:a'
        }

        It 'Do_not_show_a_key_in_their_errors' {
            foreach ($block in { param($key) [int] [Convert]::ToBase64String($key) }, { param($key) throw "key $key" }, { param($key) throw [Convert]::ToHexString($key) }) {
                $seen = @{}
                Register-EnvelopeKekProvider bad -Force -Wrap { param($key) $seen.key = $key.Clone(); & $block $key } -Unwrap $flip
                New-DataKey bad:x -ErrorVariable failures -ErrorAction SilentlyContinue
                $message = "$($failures[0])$($failures[0].Exception.Message)"
                foreach ($form in [Convert]::ToBase64String($seen.key), ($seen.key -join ' '), [Convert]::ToHexString($seen.key)) { $message.Contains($form) | Should -BeFalse }
            }
        }
    }

    Context 'Blocks that go elsewhere' {
        It 'Leave_the_caller_where_he_was' {
            $elsewhere = "$TestDrive"
            Register-EnvelopeKekProvider go -Force -Wrap { param($key) Set-Location $elsewhere; & $flip $key } -Unwrap { param($wrapped) Push-Location $elsewhere; & $flip $wrapped }
            $key = New-DataKey go:x
            "$(Get-Location)" | Should -Be $work
            Unprotect-DataKey $key -AllowedKek go:x | Out-Null
            "$(Get-Location)" | Should -Be $work
            Register-EnvelopeKekProvider go -Force -Wrap { Set-Location $elsewhere; throw 'no' } -Unwrap $flip
            Get-ErrorId { New-DataKey go:x } | Should -Be 'KeyServiceFailed'
            "$(Get-Location)" | Should -Be $work
        }
    }

    Context 'Blocks that say more' {
        It 'Write_to_every_other_stream' {
            Register-EnvelopeKekProvider loud -Force -Wrap {
                param($key) $Host.UI.WriteLine('h'); Write-Warning w; Write-Information i; Write-Debug d; Write-Progress p; Get-Item /not/here -ErrorAction Ignore; & $flip $key
            } -Unwrap $flip
            $said = Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek loud:x -ThrottleLimit 4 3>&1 6>&1
            @($said | Where-Object { $_ -is [EnvelopeCrypto.PowerShell.EnvelopeFileResult] }).Count | Should -Be $count
            @($said | Where-Object { $_ -is [Management.Automation.WarningRecord] }).Count | Should -Be $count
        }

        It 'Let_the_pipeline_stop_at_a_warning' {
            Register-EnvelopeKekProvider loud -Force -Wrap { param($key) Write-Warning w; & $flip $key } -Unwrap $flip
            $first = Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek loud:x -ThrottleLimit 4 3>&1 | Select-Object -First 1
            $first.GetType().Name | Should -Be 'WarningRecord'
            (New-DataKey loud:x 3>&1 | Select-Object -First 1).GetType().Name | Should -Be 'WarningRecord'
            Get-Leftover $work | Should -BeNullOrEmpty
        }

        It 'Run_programs_whose_exit_code_counts' -Skip:$IsWindows {
            Register-EnvelopeKekProvider run -Force -Wrap { sh -c 'echo note >&2; echo wrapped' } -Unwrap $flip
            $said = New-DataKey run:x 3>&1
            ($said | Where-Object { $_ -isnot [Management.Automation.WarningRecord] }).Kek | Should -Be 'run:x'
            $said | Where-Object { $_ -is [Management.Automation.WarningRecord] } | Should -Be 'note'
            Register-EnvelopeKekProvider run -Force -Wrap { sh -c 'echo wrapped; exit 4' } -Unwrap $flip
            Get-ErrorId { New-DataKey run:x } | Should -Be 'KeyServiceFailed'
        }
    }

    Context 'Stopping' {
        It 'Select-Object_-First_ends_the_run' {
            $first = Get-ChildItem ./data -File -Force | Protect-EnvelopeFile -Kek ten:a -Root ./data -DestinationPath ./vault -ThrottleLimit 4 | Select-Object -First 1
            $first.Status | Should -Be 'Protected'
            Get-Leftover $work | Should -BeNullOrEmpty
        }

        It 'An_error_downstream_ends_the_run' {
            { Get-ChildItem ./data -File -Force | Protect-EnvelopeFile -Kek ten:a -Root ./data -DestinationPath ./vault -ThrottleLimit 4 | ForEach-Object { throw 'no more' } } | Should -Throw 'no more'
            Get-Leftover $work | Should -BeNullOrEmpty
        }

        It 'Stop-Job_ends_a_block_that_hangs_in_<_>' -ForEach @('Protect-EnvelopeFile', 'New-DataKey', 'Protect-EnvelopeData') {
            $command = $_
            $job = Start-ThreadJob {
                Import-Module $using:manifestPath
                Set-Location $using:work
                $begun = $using:begun
                Register-EnvelopeKekProvider hang -Wrap { $begun.Set(); while ($true) { Start-Sleep 100 } } -Unwrap { 'x' }
                switch ($using:command) {
                    Protect-EnvelopeFile { Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek hang:x -ThrottleLimit 4 }
                    New-DataKey { New-DataKey hang:x }
                    Protect-EnvelopeData { 'x' | Protect-EnvelopeData -Kek hang:x }
                }
            }
            $begun.Wait($patience) | Should -BeTrue
            Stop-Job $job
            $job.State | Should -Be 'Stopped'
            Remove-Job $job -Force
            Get-Leftover $work | Should -BeNullOrEmpty
        }

        BeforeEach { $begun = [Threading.ManualResetEventSlim]::new() }
    }
}
