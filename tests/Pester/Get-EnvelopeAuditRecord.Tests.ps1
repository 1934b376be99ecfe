Describe 'Get-EnvelopeAuditRecord' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $work = Use-Folder
        $log = "$work/audit.log"
        $env:ENVELOPECRYPTO_AUDIT_LOG = $log
        New-EnvelopeKek local:one, local:two -Unprotected | Out-Null
        [IO.File]::WriteAllText("$work/b[1].txt", 'two')
        Protect-EnvelopeFile -LiteralPath 'b[1].txt' -Kek local:one -EncryptionContext @{ host = 'db1' } | Out-Null
        Update-EnvelopeKek -LiteralPath 'b[1].txt.evc' -NewKek local:two | Out-Null
        Unprotect-EnvelopeFile -LiteralPath 'b[1].txt.evc' -AllowedKek local:one -Force -ErrorAction Ignore
        'ann', 'bob' | Protect-EnvelopeData -Kek local:one | Out-Null
    }

    AfterAll {
        Remove-Item Env:ENVELOPECRYPTO_AUDIT_LOG
        Set-Location /
    }

    It 'Reads_each_use_with_what_it_was_for' {
        $records = @(Get-EnvelopeAuditRecord $log)
        $records[0].Operation, $records[0].Outcome, $records[0].Kek | Should -Be 'Create', 'Started', 'local:one'
        $wrap = $records.Where({ $_.File -and $_.Operation -eq 'Wrap' -and $_.Outcome -eq 'Done' })[0]
        $wrap.File | Should -Be (ConvertTo-LocalPath "$work/b[1].txt")
        $wrap.Context.ToString() | Should -Be 'host=db1'
        $wrap.Context['host'] | Should -Be 'db1'
        $wrap.Context['other'] | Should -BeNullOrEmpty
        $wrap.Process | Should -Be $PID
        $wrap.Duration | Should -BeOfType timespan
        $records.Number | Should -Be (2..($records.Count + 1))
    }

    It 'Filters_by_KEK_operation_outcome_file_and_time' {
        $records = @(Get-EnvelopeAuditRecord)
        @(Get-EnvelopeAuditRecord -Kek local:two).Count | Should -Be $records.Where({ $_.Kek -like 'local:two*' }).Count
        @(Get-EnvelopeAuditRecord -Kek 'local:*').Count | Should -Be $records.Count
        (Get-EnvelopeAuditRecord -Outcome Refused).Error | Should -Be 'KekNotAllowed'
        @(Get-EnvelopeAuditRecord -Operation Create -Outcome Done).Count | Should -Be 2
        @(Get-EnvelopeAuditRecord -File '*.evc').Count | Should -Be $records.Where({ $_.File -like '*.evc' }).Count
        @(Get-EnvelopeAuditRecord -Since ([datetime]::Now.AddHours(1))).Count | Should -Be 0
        @(Get-EnvelopeAuditRecord -Since ([datetime]::Now.AddHours(-1)) -Until ([datetime]::Now.AddHours(1))).Count | Should -Be $records.Count
    }

    It 'Takes_a_time_without_an_offset_as_local' -Skip:$IsWindows {
        # There the clock is 12 hours behind UTC.
        $count = (@(Get-EnvelopeAuditRecord)).Count
        $found = foreach ($minutes in -10, 10) {
            $since = [datetime]::UtcNow.AddHours(-12).AddMinutes($minutes).ToString('yyyy-MM-ddTHH:mm')
            /usr/bin/env TZ=Etc/GMT+12 $shell @shellArguments -NoProfile -NonInteractive -Command "Import-Module '$manifestPath'; @(Get-EnvelopeAuditRecord -Since $since).Count"
        }
        $found | Should -Be $count, 0
    }

    It 'Shows_the_records_that_share_a_data_key' {
        $record = Get-EnvelopeAuditRecord | Where-Object Shared
        $record.Batch | Should -Not -BeNullOrEmpty
        $record.File | Should -BeNullOrEmpty
        Get-EnvelopeAuditRecord | Format-Table | Out-String | Should -Match 'Refused KekNotAllowed'
        $record | Format-List | Out-String | Should -Match "Batch +: $($record.Batch)"
    }

    It 'Goes_on_after_lines_that_are_none_and_says_so_once' {
        $damaged = "$work/damaged.log"
        $lines = [IO.File]::ReadAllLines($log)
        [IO.File]::WriteAllText($damaged, ((@($lines[0..1]) + 'rubbish' + '{}' + $lines[2..3]) -join "`n") + "`n")
        @(Get-EnvelopeAuditRecord $damaged -ErrorAction Ignore).Count | Should -Be 3
        Get-ErrorId { Get-EnvelopeAuditRecord $damaged } | Should -Be 'AuditLogDamaged'
        # It reads the log that -AuditLog names: another name would not mend that one.
        Get-WayOut { Get-EnvelopeAuditRecord $damaged } | Should -Not -Match '(?<!\w)-AuditLog'
    }

    It 'Stops_when_no_more_is_wanted' {
        (Get-EnvelopeAuditRecord $log | Select-Object -First 1).Number | Should -Be 2
    }

    It 'Leaves_no_trace_of_what_WhatIf_shows' {
        $before = (Get-Item $log).Length
        Protect-EnvelopeFile -LiteralPath 'b[1].txt' -Kek local:one -Force -WhatIf
        (Get-Item $log).Length | Should -Be $before
    }

    It 'Refuses_the_use_when_the_log_cannot_be_written' {
        [void] [IO.Directory]::CreateDirectory("$work/folder.log")
        Get-ErrorId { Protect-EnvelopeFile -LiteralPath 'b[1].txt' -Kek local:one -Force -AuditLog folder.log } | Should -Be 'AuditLogUnusable'
        Get-ErrorId { Protect-EnvelopeFile -LiteralPath 'b[1].txt' -Kek local:one -Force -AuditLog no/such/folder.log } | Should -Be 'KekUseRefused'
    }
}
