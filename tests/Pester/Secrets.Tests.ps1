# Neither keys nor passphrases appear in what PowerShell shows, keeps or writes down.
Describe 'Secrets' -Skip:$IsWindows {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/file", 'x')
    }

    AfterAll { Set-Location / }

    It 'Appear_neither_in_errors_nor_in_verbose_nor_in_a_transcript' {
        $script = @'
        Import-Module $args[0]
        function Secret($text) { $s = [securestring]::new(); $text.ToCharArray() | % { $s.AppendChar($_) }; $s }
        $VerbosePreference = 'Continue'; $DebugPreference = 'Continue'; $InformationPreference = 'Continue'
        $null = Start-Transcript transcript.txt
        New-EnvelopeKek local:k -KeyringPassphrase (Secret 'KeyringSecret42')
        Protect-EnvelopeFile file -Kek local:k, passphrase -KeyringPassphrase (Secret 'KeyringSecret42') -Passphrase (Secret 'FileSecret42')
        Unprotect-EnvelopeFile file.evc -Force -KeyringPassphrase (Secret 'WrongSecret42') -Passphrase (Secret 'OtherSecret42')
        Update-EnvelopeKek file.evc -NewKek passphrase -NewPassphrase (Secret 'NewSecret42') -KeyringPassphrase (Secret 'KeyringSecret42')
        $null = Stop-Transcript
        $Error | Format-List * -Force
        $Error | ForEach-Object { $_.Exception; $_.Exception.InnerException; $_.InvocationInfo.Line -replace '(?<=Secret )\S+' } | Format-List * -Force
        $Error | Select-Object -ExpandProperty Exception | Export-Clixml errors.xml
'@
        Set-Content "$work/run.ps1" $script
        $shown = Invoke-Shell -File "$work/run.ps1" $manifestPath *>&1 | Out-String -Width 9999
        $shown | Should -Match 'Rewrapped'
        # The script's own lines name them; what we add must not.
        $ours = $shown -replace '\(Secret ''\w+''\)' -replace '(?m)^.*Secret\d\d''.*$'
        $ours + [IO.File]::ReadAllText("$work/errors.xml") | Should -Not -Match '\w+Secret42'
        [IO.File]::ReadAllText("$work/transcript.txt") -replace '\(Secret ''\w+''\)' -replace '(?m)^.*Secret\d\d''.*$' | Should -Not -Match '\w+Secret42'
    }
}
