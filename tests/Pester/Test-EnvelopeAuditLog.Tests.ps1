Describe 'Test-EnvelopeAuditLog' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:one, local:audit -Unprotected | Out-Null
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/a.txt", 'one')
    }

    BeforeEach {
        $log = "$work/$([guid]::NewGuid()).log"
    }

    AfterEach {
        Remove-Item Env:ENVELOPECRYPTO_AUDIT_* -ErrorAction Ignore
        Remove-Item "$work/*.evc"
    }

    AfterAll { Set-Location / }

    It 'Proves_a_log_and_gives_its_head_and_count' {
        Protect-EnvelopeFile a.txt -Kek local:one -AuditLog $log | Test-EnvelopeFile -AuditLog $log | Out-Null
        $verdict = Test-EnvelopeAuditLog $log
        $verdict.Valid | Should -BeTrue
        $verdict.Count | Should -Be 5
        $verdict.Head | Should -Be ([IO.File]::ReadAllLines($log)[-1] | ConvertFrom-Json).hash
        $verdict.Keyed | Should -BeFalse
        $verdict.Files[0] | Should -Be ([IO.Path]::GetFullPath($log))
        $verdict | Out-String | Should -Match 'Chain +: plain'
    }

    It 'Is_found_by_the_variable_in_the_location_of_the_shell_by_a_relative_path_and_quietly' {
        $env:ENVELOPECRYPTO_AUDIT_LOG = $log
        Protect-EnvelopeFile a.txt -Kek local:one | Out-Null
        Test-EnvelopeAuditLog -Quiet | Should -BeTrue
        Test-EnvelopeAuditLog (Split-Path -Leaf $log) -Quiet | Should -BeTrue
        $env:ENVELOPECRYPTO_AUDIT_LOG = 'relative.log'
        Get-ErrorId { Protect-EnvelopeFile a.txt -Kek local:one -Force } | Should -Be 'AuditLogUnusable'
    }

    It 'Finds_one_edit_one_removed_line_and_one_swapped_pair' {
        1..5 | ForEach-Object { Protect-EnvelopeFile a.txt -Kek local:one -Force -AuditLog $log } | Out-Null
        $lines = [IO.File]::ReadAllLines($log)
        $edited = $lines.Clone()
        $edited[4] = $edited[4].Replace('local:one', 'local:two')
        $removed = $lines[0..3] + $lines[5..10]
        $swapped = $lines[0..3] + $lines[5] + $lines[4] + $lines[6..10]
        foreach ($case in @{ Lines = $edited; Fault = 'Changed' }, @{ Lines = $removed; Fault = 'Removed' }, @{ Lines = $swapped; Fault = 'Reordered' }) {
            [IO.File]::WriteAllText($log, ($case.Lines -join "`n") + "`n") # not as lines end on Windows
            $verdict = Test-EnvelopeAuditLog $log
            $verdict.Valid | Should -BeFalse
            "$($verdict.Fault) $($verdict.FaultLine)" | Should -Be "$($case.Fault) 5"
            $verdict.Reason | Should -Not -BeNullOrEmpty
            Test-EnvelopeAuditLog $log -Quiet | Should -BeFalse
        }
    }

    It 'Finds_a_cut_tail_by_what_was_expected' {
        1..2 | ForEach-Object { Protect-EnvelopeFile a.txt -Kek local:one -Force -AuditLog $log } | Out-Null
        $before = Test-EnvelopeAuditLog $log
        [IO.File]::WriteAllText($log, ([IO.File]::ReadAllLines($log)[0..2] -join "`n") + "`n")
        (Test-EnvelopeAuditLog $log).Valid | Should -BeTrue
        (Test-EnvelopeAuditLog $log -ExpectedCount $before.Count).Fault | Should -Be 'CutOff'
        (Test-EnvelopeAuditLog $log -ExpectedHead $before.Head).Fault | Should -Be 'CutOff'
    }

    It 'Proves_a_chain_under_a_KEK_and_takes_no_plain_one_for_it' {
        $env:ENVELOPECRYPTO_AUDIT_KEK = 'local:audit'
        Protect-EnvelopeFile a.txt -Kek local:one -AuditLog $log | Out-Null
        $verdict = Test-EnvelopeAuditLog $log
        $verdict.Valid, $verdict.Keyed, $verdict.Kek | Should -Be $true, $true, 'local:audit'
        Remove-Item Env:ENVELOPECRYPTO_AUDIT_KEK
        (Test-EnvelopeAuditLog $log -Kek local:audit).Valid | Should -BeTrue
        Get-ErrorId { Test-EnvelopeAuditLog $log -Kek local:one } | Should -Be 'AuditLogUnusable'

        Protect-EnvelopeFile a.txt -Kek local:one -Force -AuditLog "$log.plain" | Out-Null
        Get-ErrorId { Test-EnvelopeAuditLog "$log.plain" -Kek local:audit } | Should -Be 'AuditLogUnusable'
    }

    It 'Sends_the_head_to_syslog' -Skip:$IsWindows {
        Protect-EnvelopeFile a.txt -Kek local:one -AuditLog $log | Out-Null
        $socket = [Net.Sockets.Socket]::new('Unix', 'Dgram', 'Unspecified')
        try {
            $socket.Bind([Net.Sockets.UnixDomainSocketEndPoint]::new("$work/syslog"))
            $verdict = Test-EnvelopeAuditLog $log -SendHead -SyslogSocket syslog
            $buffer = [byte[]]::new(4096)
            $text = [Text.Encoding]::UTF8.GetString($buffer, 0, $socket.Receive($buffer))
            $text | Should -Match "count=3 head=$($verdict.Head) valid=true$"
        }
        finally {
            $socket.Dispose()
        }
        Get-ErrorId { Test-EnvelopeAuditLog $log -SendHead -SyslogSocket nobody } | Should -Be 'AuditHeadNotSent'
    }

    It 'Says_that_there_is_no_log' {
        Get-ErrorId { Test-EnvelopeAuditLog } | Should -Be 'SourceNotFound'
        Get-ErrorId { Test-EnvelopeAuditLog $log } | Should -Be 'SourceNotFound'
    }

    It 'Proves_a_log_that_four_processes_wrote_at_once' {
        1..8 | ForEach-Object { [IO.File]::WriteAllText("$work/many$_.txt", "$_") }
        $env:ENVELOPECRYPTO_AUDIT_LOG = $log
        $env:ENVELOPECRYPTO_AUDIT_LOG_SIZE = 20000
        $quoted = @($shellArguments.ForEach({ "`"$_`"" }))
        $processes = 1..4 | ForEach-Object {
            Start-Process $shell -PassThru -NoNewWindow -ArgumentList ($quoted + '-NoProfile', '-NonInteractive', '-Command' + @"
                `$ErrorActionPreference = 'Stop' # or what is missing in the end would not say why
                Import-Module '$manifestPath'
                1..5 | ForEach-Object { Protect-EnvelopeFile '$work/many*.txt' -Kek local:one -Force -DestinationPath '$work/out$_/' } | Out-Null
"@)
        }
        $processes | Wait-Process
        $processes.ExitCode | Should -Be 0, 0, 0, 0
        $verdict = Test-EnvelopeAuditLog
        $verdict.Valid | Should -BeTrue -Because $verdict.Reason
        $verdict.Files.Count | Should -BeGreaterThan 2
        $verdict.Count - $verdict.Files.Count | Should -Be (4 * 5 * 8 * 2)
        @(Get-EnvelopeAuditRecord -Outcome Done).Count | Should -Be (4 * 5 * 8)
    }
}
