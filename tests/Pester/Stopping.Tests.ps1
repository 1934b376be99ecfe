# However a pipeline is stopped: long before its end, and without temporary files.
Describe 'Stopping' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:a -Unprotected
        $work = Use-Folder
        [void] [IO.Directory]::CreateDirectory("$work/data")
        [IO.File]::WriteAllText("$work/data/0-small", 'x')
        foreach ($i in 1..64) {
            # Holes: nothing on the disk, more to encrypt than any machine does before it hears of the stop.
            $file = [IO.File]::Create("$work/data/large$i")
            $file.SetLength(1GB)
            $file.Dispose()
        }
        $arguments = @{ Kek = 'local:a'; Root = "$work/data"; DestinationPath = "$work/vault"; ThrottleLimit = 2 }
        # What a stopped run may leave: nothing but whole envelopes of files that it had finished, and most were not.
        function Assert-Stopped {
            Get-Leftover $work | Should -BeNullOrEmpty
            $envelopes = @(Get-ChildItem "$work/vault" -File -Force)
            $envelopes.Count | Should -BeLessThan 32
            $envelopes | Test-EnvelopeFile -Quiet | Should -Not -Contain $false
            @(Get-ChildItem "/proc/$PID/fd" -ErrorAction Ignore | Where-Object Target -Like "$work*") | Should -BeNullOrEmpty
        }
    }

    BeforeEach {
        if ([IO.Directory]::Exists("$work/vault")) { [IO.Directory]::Delete("$work/vault", $true) }
    }

    AfterAll { Set-Location / }

    It 'By_Select-Object_-First' {
        $first = Get-ChildItem ./data -File | Protect-EnvelopeFile @arguments | Select-Object -First 1
        $first.Status | Should -Be 'Protected'
        Assert-Stopped
    }

    It 'By_an_error_downstream' {
        { Get-ChildItem ./data -File | Protect-EnvelopeFile @arguments | ForEach-Object { throw 'no more' } } | Should -Throw 'no more'
        Assert-Stopped
    }

    It 'By_Stop-Job' {
        $job = Start-ThreadJob {
            Import-Module $using:manifestPath
            $arguments = $using:arguments
            Get-ChildItem "$using:work/data" -File | Protect-EnvelopeFile @arguments
        }
        Wait-Until { $job.Output.Count }
        Stop-Job $job
        $job.State | Should -Be 'Stopped'
        Assert-Stopped
        Remove-Job $job -Force
    }

    It 'By_Ctrl_C_in_a_terminal' -Skip:(-not (Get-Command script -CommandType Application -ErrorAction Ignore) -or $IsWindows -or $IsMacOS) {
        # Progress asks the terminal where its cursor is, and waits 20 seconds for the answer that a pipe never gives.
        $script = @'
        $ProgressPreference = 'SilentlyContinue'
        Import-Module '{0}'
        try {{ Get-ChildItem ./data -File | Protect-EnvelopeFile -Kek local:a -Root ./data -DestinationPath ./vault -ThrottleLimit 2 | ForEach-Object {{ Set-Content started 1 }} }}
        finally {{ Set-Content ended 1 }}
'@ -f $manifestPath
        Set-Content run.ps1 $script
        $start = [Diagnostics.ProcessStartInfo]::new('script', [string[]]@('-qfec', "$(@($shell; $shellArguments).ForEach({ "'$_'" })) -NoProfile -File run.ps1", '/dev/null'))
        $start.WorkingDirectory = $work
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $process = [Diagnostics.Process]::Start($start)
        $null = $process.StandardOutput.ReadToEndAsync()
        try {
            Wait-Until { [IO.File]::Exists("$work/started") -or $process.HasExited }
            [IO.File]::Exists("$work/started") | Should -BeTrue
            $process.StandardInput.Write([char] 3)
            $process.StandardInput.Flush()
            $process.WaitForExit($patience) | Should -BeTrue
            [IO.File]::Exists("$work/ended") | Should -BeTrue
            Assert-Stopped
        }
        finally {
            if (-not $process.HasExited) { $process.Kill($true) }
        }
    }
}
