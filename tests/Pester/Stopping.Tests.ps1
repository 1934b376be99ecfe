# However a pipeline is stopped: within a second, and without temporary files.
Describe 'Stopping' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:a -Unprotected
        $work = Use-Folder
        [void] [IO.Directory]::CreateDirectory("$work/data")
        [IO.File]::WriteAllText("$work/data/0-small", 'x')
        foreach ($i in 1..3) {
            # Holes: nothing on the disk, much to encrypt.
            $file = [IO.File]::Create("$work/data/large$i")
            $file.SetLength(6GB)
            $file.Dispose()
        }
        # What a stopped run may leave: nothing but whole envelopes of files that it had finished.
        function Assert-Stopped([Diagnostics.Stopwatch] $Since) {
            $Since.Elapsed.TotalSeconds | Should -BeLessThan 2.5 # one on a quiet machine; tests run beside many others
            Get-Leftover $work | Should -BeNullOrEmpty
            @(Get-ChildItem "$work/vault" -File).Name | Should -BeIn @('0-small.evc')
            @(Get-ChildItem "/proc/$PID/fd" -ErrorAction Ignore | Where-Object Target -Like "$work*") | Should -BeNullOrEmpty
        }
    }

    BeforeEach {
        if ([IO.Directory]::Exists("$work/vault")) { [IO.Directory]::Delete("$work/vault", $true) }
    }

    AfterAll { Set-Location / }

    It 'By_Select-Object_-First' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $first = Get-ChildItem ./data -File | Protect-EnvelopeFile -Kek local:a -Root ./data -DestinationPath ./vault | ForEach-Object { $watch.Restart(); $_ } | Select-Object -First 1
        $first.SourcePath | Should -Be "$work/data/0-small"
        Assert-Stopped $watch
    }

    It 'By_an_error_downstream' {
        $watch = [Diagnostics.Stopwatch]::new()
        { Get-ChildItem ./data -File | Protect-EnvelopeFile -Kek local:a -Root ./data -DestinationPath ./vault | ForEach-Object { $watch.Start(); throw 'no more' } } | Should -Throw 'no more'
        Assert-Stopped $watch
    }

    It 'By_Stop-Job' {
        $job = Start-ThreadJob {
            Import-Module $using:manifestPath
            Get-ChildItem "$using:work/data" -File | Protect-EnvelopeFile -Kek local:a -Root "$using:work/data" -DestinationPath "$using:work/vault"
        }
        $deadline = [datetime]::Now.AddSeconds(20)
        while (-not $job.Output.Count -and [datetime]::Now -lt $deadline) { [Threading.Thread]::Yield() | Out-Null }
        $job.Output.Count | Should -Be 1
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Stop-Job $job
        Assert-Stopped $watch
        Remove-Job $job -Force
    }

    It 'By_Ctrl_C_in_a_terminal' -Skip:(-not (Get-Command script -CommandType Application -ErrorAction Ignore) -or $IsWindows -or $IsMacOS) {
        $script = @'
        Import-Module '{0}'
        try {{ Get-ChildItem ./data -File | Protect-EnvelopeFile -Kek local:a -Root ./data -DestinationPath ./vault | ForEach-Object {{ Set-Content started 1 }} }}
        finally {{ Set-Content ended 1 }}
'@ -f $manifestPath
        Set-Content run.ps1 $script
        $start = [Diagnostics.ProcessStartInfo]::new('script', [string[]]@('-qfec', "'$((Get-Process -Id $PID).Path)' -NoProfile -File run.ps1", '/dev/null'))
        $start.WorkingDirectory = $work
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $process = [Diagnostics.Process]::Start($start)
        $null = $process.StandardOutput.ReadToEndAsync()
        try {
            $deadline = [datetime]::Now.AddSeconds(20)
            while (-not [IO.File]::Exists("$work/started") -and [datetime]::Now -lt $deadline) { [Threading.Thread]::Yield() | Out-Null }
            [IO.File]::Exists("$work/started") | Should -BeTrue
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $process.StandardInput.Write([char] 3)
            $process.StandardInput.Flush()
            while (-not [IO.File]::Exists("$work/ended") -and $watch.Elapsed.TotalSeconds -lt 20) { [Threading.Thread]::Yield() | Out-Null }
            Assert-Stopped $watch
            $process.WaitForExit(10000) | Should -BeTrue
        }
        finally {
            if (-not $process.HasExited) { $process.Kill($true) }
        }
    }
}
