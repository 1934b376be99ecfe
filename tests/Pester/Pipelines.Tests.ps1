# The pipelines that people write, on a real tree with hard names.
Describe 'Pipelines' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:backup, local:old, local:new -Unprotected
        $work = Use-Folder
        Add-HardTree "$work/data"
        $count = @(Get-ChildItem ./data -Recurse -File -Force).Count
    }

    AfterAll { Set-Location / }

    It 'Trees_from_Get-ChildItem_are_protected_and_come_back_the_same' {
        $results = Get-ChildItem ./data -Recurse -File -Force | Protect-EnvelopeFile -Kek local:backup -Root ./data -DestinationPath ./vault
        $results.Count | Should -Be $count
        $results.Status | Sort-Object -Unique | Should -Be 'Protected'

        $restored = Get-ChildItem ./vault -Recurse -File -Force | Unprotect-EnvelopeFile -Root ./vault -DestinationPath ./restored
        $restored.Count | Should -Be $count
        Get-TreeLine ./restored | Should -Be (Get-TreeLine ./data)
        Get-Leftover $work | Should -BeNullOrEmpty
    }

    It 'A_report_as_CSV_leads_back_to_the_files' {
        Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault2 -Kek local:backup, local:old | Export-Csv report.csv
        $rows = @(Import-Csv report.csv)
        $rows.Count | Should -Be $count
        $rows[0].Kek | Should -Be 'local:backup; local:old'
        $tested = @(Import-Csv report.csv | Test-EnvelopeFile)
        $tested.Count | Should -Be $count
        $tested.Valid | Should -Not -Contain $false
    }

    It 'Files_under_an_old_KEK_are_found_and_rewrapped' {
        Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault3 -Kek local:old, local:backup | Out-Null
        $results = Get-ChildItem ./vault3 -Recurse -Filter *.evc -Force | Get-EnvelopeFile | Where-Object Kek -Contains 'local:old' |
            Update-EnvelopeKek -OldKek local:old -NewKek local:new
        $results.Count | Should -Be $count
        $results.RemovedKek | Sort-Object -Unique | Should -Be 'local:old'
        $keks = Get-ChildItem ./vault3 -Recurse -Filter *.evc -Force | Get-EnvelopeFile | ForEach-Object { $_.Kek.ToString() }
        $keks | Sort-Object -Unique | Should -Be 'local:new; local:backup'
        Test-EnvelopeFile ./vault3 -Recurse -Quiet | Should -BeTrue
    }

    It 'What_was_protected_is_tested_at_once' {
        Set-Location ./data
        $paths = Protect-EnvelopeFile *.log -Kek local:backup -DestinationPath ../vault4 | Test-EnvelopeFile | Where-Object Valid | ForEach-Object SourcePath
        Set-Location $work
        $logs = @(Get-ChildItem ./data -File -Force | Where-Object Name -Like '*.log')
        $paths.Count | Should -Be $logs.Count
        $paths | ForEach-Object { [IO.File]::Exists($_) | Should -BeTrue }
    }

    It 'Failures_write_no_object_so_that_Remove-Item_is_safe' {
        $results = @(Protect-EnvelopeFile ./data/plain.txt -Kek local:backup -DestinationPath ./vault/plain.txt.evc -ErrorAction SilentlyContinue)
        $results.Count | Should -Be 0
    }

    It 'Skipped_files_have_no_PSPath' {
        $skipped = Protect-EnvelopeFile ./vault/plain.txt.evc -Kek local:backup
        $skipped.Status | Should -Be 'Skipped'
        $skipped.PSPath | Should -BeNullOrEmpty
    }

    It 'Works_in_ForEach-Object_-Parallel_and_in_thread_jobs' {
        $path = $manifestPath
        $parallel = 1..4 | ForEach-Object -Parallel {
            Import-Module $using:path
            Get-ChildItem -LiteralPath "$using:work/data" -File -Force | Protect-EnvelopeFile -Kek local:backup -Root "$using:work/data" -DestinationPath "$using:work/parallel$_"
        }
        $parallel.Count | Should -Be (4 * $hardNames.Count)
        $job = Start-ThreadJob {
            Import-Module $using:path
            Test-EnvelopeFile "$using:work/parallel1" -Recurse -Quiet
        }
        $job | Receive-Job -Wait -AutoRemoveJob | Should -BeTrue
    }
}
