# Runs the examples of the help, each in a folder of its own with the files and KEKs that it names.
BeforeDiscovery {
    $examples = foreach ($page in Get-ChildItem "$PSScriptRoot/../../docs/en-US" -Filter *-*.md) {
        $text = [IO.File]::ReadAllText($page.FullName) -replace '\r' -replace '(?s)^.*\n## EXAMPLES\n' -replace '(?s)\n## PARAMETERS\n.*$'
        foreach ($example in $text -split '(?m)^### ' | Where-Object { $_.Trim() }) {
            @{
                Cmdlet = $page.BaseName
                Title = ($example -split '\n')[0]
                Code = [regex]::Match($example, '(?s)```powershell\n(.*?)\n```').Groups[1].Value
                Output = [regex]::Match($example, '(?s)```Output\n(.*?)\n```').Groups[1].Value
                NotRun = [regex]::Match($example, '(?m)^Not run by the tests: (.+)$').Groups[1].Value
            }
        }
    }
    $run = $examples | Where-Object { -not $_.NotRun }
}

Describe 'The examples of the help' {
    BeforeDiscovery { $counts = @{ All = $examples.Count; NotRun = @($examples | Where-Object { $_.NotRun }).Count; Pages = $examples.Cmdlet | Group-Object -NoElement } }

    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        . $PSScriptRoot/KmsServer.ps1
        $kms = Connect-KmsServer
        New-EnvelopeKek alias/backup, alias/crm | Out-Null
        $passphrase = ConvertTo-Secret 'correct horse battery staple'

        # What each example finds.
        $template = Use-Folder 'template'
        [void] [IO.Directory]::CreateDirectory("$template/data/reports")
        [IO.File]::WriteAllText("$template/data/app.db", 'x' * 1200000)
        [IO.File]::WriteAllText("$template/data/reports/q1.csv", 'month,sum')
        [IO.File]::WriteAllText("$template/data/notes [old].txt", 'old notes')
        [IO.File]::WriteAllText("$template/users.csv", "id,name,ssn,email`n1,Ann,078-05-1120,ann@example.org`n2,Bob,219-09-9999,bob@example.org`n")
        Add-Certificate $template
        $env:ENVELOPECRYPTO_HOME = "$template/home"
        New-EnvelopeKek local:backup, local:backup-2027, local:crm -Unprotected | Out-Null
        New-EnvelopeKek local:default -KeyringPassphrase $passphrase | Out-Null
        Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek local:backup | Out-Null

        # Stands for the person who is asked.
        Mock Read-Host { $passphrase }
        Mock Get-Credential { [pscredential]::new('ann', $passphrase) }

        # Without what differs from run to run and from machine to machine: order of files, digits, key ids, widths.
        function ConvertTo-Comparable([string] $Text) {
            $lines = $Text -replace '\e\[[0-9;]*m' -replace '\\', '/' -split '\r?\n' | ForEach-Object {
                $_ -replace '(local:[\w-]+/\d+/)[\w-]{22}', '$1ID' -replace '\d+', '#' -replace '-{2,}', '-' -replace '\s+', ' ' -replace '^ | $'
            }
            ($lines | Where-Object { $_ } | Sort-Object -Culture '') -join "`n"
        }
    }

    AfterAll {
        Set-Location /
        Lock-EnvelopeKeyring
        Disconnect-KmsServer $kms
    }

    AfterEach { Get-EnvelopeKekProvider | Unregister-EnvelopeKekProvider }

    It '<_.Cmdlet>, <_.Title>' -ForEach $run {
        $folder = Use-Folder 'example'
        Get-ChildItem $template | Copy-Item -Destination $folder -Recurse
        if (-not $IsWindows) { chmod -R go= "$folder/home" }
        Get-ChildItem Env:ENVELOPECRYPTO_* | Where-Object Name -NotLike 'ENVELOPECRYPTO_TEST_*' | Remove-Item
        $env:ENVELOPECRYPTO_HOME = "$folder/home"
        $env:ENVELOPECRYPTO_KEYRING_PASSPHRASE = [Net.NetworkCredential]::new('', $passphrase).Password
        $Code | Should -Not -BeNullOrEmpty
        $ErrorActionPreference = 'Stop'
        $shown = . ([scriptblock]::Create($Code)) 3>$null 4>$null 6>$null | Out-String -Width 300
        if ($Output) {
            ConvertTo-Comparable $shown.Replace($folder, '/home/ann') | Should -Be (ConvertTo-Comparable $Output)
        }
        @(Get-Leftover $folder) | Should -BeNullOrEmpty
    }

    It 'Are_two_or_more_for_each_cmdlet' -ForEach $counts {
        foreach ($command in Get-Command -Module EnvelopeCrypto) {
            ($Pages.Where({ $_.Name -eq $command.Name }))[0].Count | Should -BeGreaterOrEqual 2 -Because $command.Name
        }
    }

    It 'Are_nearly_all_run' -ForEach $counts {
        $NotRun | Should -BeLessOrEqual ($All / 20)
    }
}
