Describe 'Remove-EnvelopeKek' {
    BeforeAll { . $PSScriptRoot/Bench.ps1 }

    BeforeEach { New-EnvelopeKek local:a -Unprotected }

    AfterEach { Remove-EnvelopeKek local:a -Force -ErrorAction Ignore }

    It 'Is_of_high_impact' {
        ([Management.Automation.CmdletAttribute] [EnvelopeCrypto.PowerShell.RemoveEnvelopeKekCommand].GetCustomAttributes($true).Where({ $_ -is [Management.Automation.CmdletAttribute] })[0]).ConfirmImpact |
            Should -Be 'High'
    }

    It 'Removes_with_-Force_without_asking' {
        Remove-EnvelopeKek local:a -Force | Should -BeNullOrEmpty
        Get-ErrorId { Get-EnvelopeKek local:a } | Should -Be 'KekNotFound'
    }

    It 'Says_with_-WhatIf_which_versions_are_lost_and_removes_none' {
        New-EnvelopeKekVersion local:a | Out-Null
        $said = Invoke-Shell -Command "Import-Module '$manifestPath'; Remove-EnvelopeKek local:a -Force -WhatIf"
        $said -join ' ' | Should -Match '1 \(.+2 \('
        (Get-EnvelopeKek local:a).Version | Should -Be 2
    }

    It 'Removes_nothing_when_nobody_is_there_to_confirm' {
        $said = Invoke-Shell -Command "Import-Module '$manifestPath'; Remove-EnvelopeKek local:a 2>&1 | ForEach-Object FullyQualifiedErrorId"
        $said | Should -BeLike 'PromptRequired,*'
        (Get-EnvelopeKek local:a).Version | Should -Be 1
    }

    It 'Takes_Enter_alone_for_No_and_Y_for_Yes' -Skip:(-not (Get-Command script -CommandType Application -ErrorAction Ignore) -or $IsWindows -or $IsMacOS) {
        function Remove-InTerminal([string] $Answer) {
            Set-Content run.ps1 "Import-Module '$manifestPath'; Remove-EnvelopeKek local:a; 'ended'"
            $start = [Diagnostics.ProcessStartInfo]::new('script', [string[]] @('-qfec', "$(@($shell; $shellArguments).ForEach({ "'$_'" })) -NoProfile -File run.ps1", '/dev/null'))
            $start.WorkingDirectory = $PWD.ProviderPath
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            $process = [Diagnostics.Process]::Start($start)
            try {
                # What is typed before the question waits in the terminal.
                $process.StandardInput.Write("$Answer`r")
                $process.StandardInput.Flush()
                $said = $process.StandardOutput.ReadToEndAsync()
                $process.WaitForExit($patience) | Should -BeTrue
                $said.GetAwaiter().GetResult() | Should -Match 'ended'
            }
            finally {
                if (-not $process.HasExited) { $process.Kill($true) }
            }
        }
        Push-Location $TestDrive
        try {
            Remove-InTerminal ''
            (Get-EnvelopeKek local:a).Version | Should -Be 1
            Remove-InTerminal 'Y'
            Get-ErrorId { Get-EnvelopeKek local:a } | Should -Be 'KekNotFound'
        }
        finally { Pop-Location }
    }
}
