# The scripts of docs/operations.md, as they stand there.

BeforeDiscovery {
    $document = Get-Content -Raw -LiteralPath "$PSScriptRoot/../../docs/operations.md"
    $scripts = foreach ($block in [regex]::Matches($document, '(?<marker><!--[^\n]*-->\r?\n)?```powershell\r?\n(?<text>(# (?<name>[\w-]+\.ps1))?.*?)```', 'Singleline')) {
        @{ Name = $block.Groups['name'].Value; Text = $block.Groups['text'].Value; IsRun = $block.Groups['marker'].Value -notmatch '^<!-- (not run|provider): ' } # providers: ProviderExamples.Tests.ps1
    }
}

Describe 'docs/operations.md' -ForEach @{ Scripts = $scripts } {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $folder = Use-Folder
        foreach ($script in $Scripts | Where-Object { $_.Name }) {
            Set-Content -LiteralPath $script.Name -Value $script.Text
        }
        New-EnvelopeKek local:backup, local:next -Unprotected
        $rsa = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=offline', $rsa, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        Set-Content offline.pem $request.CreateSelfSigned([datetime]::UtcNow.AddDays(-1), [datetime]::UtcNow.AddDays(1)).ExportCertificatePem()
        foreach ($name in 'a.txt', 'sub/b [1].txt', 'sub/c.txt') {
            [void] (New-Item -ItemType File -Force -Path ([WildcardPattern]::Escape("data/$name")) -Value $name)
        }

        # Runs one of the scripts in a shell of its own, as a scheduler does, and gives what it said.
        function Invoke-Script([string] $Command) {
            Invoke-Shell -Command "Import-Module '$manifestPath'; $Command; exit `$LASTEXITCODE"
        }
    }
    AfterAll { Set-Location / }

    It 'Has_<Name>_which_parses_and_uses_parameters_that_exist' -ForEach $scripts {
        $errors = $null
        $syntax = [Management.Automation.Language.Parser]::ParseInput($Text, [ref] $null, [ref] $errors)
        $errors | Should -BeNullOrEmpty
        foreach ($command in $syntax.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
            $cmdlet = Get-Command $command.GetCommandName() -Module EnvelopeCrypto -ErrorAction Ignore
            if (-not $cmdlet) { continue }
            foreach ($parameter in $command.CommandElements.Where({ $_ -is [Management.Automation.Language.CommandParameterAst] })) {
                $cmdlet.Parameters.Keys | Should -Contain $parameter.ParameterName -Because $command.Extent.Text
            }
        }
    }

    It 'Has_<Name>_which_is_clean_for_PSScriptAnalyzer' -ForEach $scripts {
        if (-not (Get-Module -ListAvailable PSScriptAnalyzer)) { Set-ItResult -Skipped -Because 'PSScriptAnalyzer is not installed' }
        Invoke-ScriptAnalyzer -ScriptDefinition $Text -ExcludeRule PSAvoidUsingPositionalParameters | ForEach-Object { "$($_.Line) $($_.RuleName) $($_.Message)" } | Should -BeNullOrEmpty
    }

    It 'Backs_up_and_says_what_failed' {
        Invoke-Script './backup.ps1 -Source data -Vault vault -Kek local:backup, x509:offline.pem' | Should -Be 'Protected: 3'
        $LASTEXITCODE | Should -Be 0
        # One KEK less: what the vault has is left alone, and said.
        $said = Invoke-Script './backup.ps1 -Source data -Vault vault -Kek local:backup'
        $said[-1] | Should -Be 'Unchanged: 3'
        $said[0] | Should -Match '3 envelopes .* Update-EnvelopeKek -AddKek'
        $LASTEXITCODE | Should -Be 0
        [void] (New-Item -ItemType Directory 'bad/a.txt.evc' -Force)
        $said = Invoke-Script './backup.ps1 -Source data -Vault bad -Kek local:backup'
        $LASTEXITCODE | Should -Be 1
        $said -match '^FAILED OutputFailed' | Should -HaveCount 1
        $said | Should -Contain 'Protected: 2'
    }

    It 'Drills_a_restore_and_finds_what_is_damaged_or_differs' {
        Invoke-Script './restore-drill.ps1 -Vault vault -Source data' | Should -Be '3 restored, 0 failed, 0 differ'
        $LASTEXITCODE | Should -Be 0

        $time = (Get-Item data/a.txt).LastWriteTimeUtc
        Set-Content data/a.txt 'other'
        (Get-Item data/a.txt).LastWriteTimeUtc = $time
        $bytes = [IO.File]::ReadAllBytes("$folder/vault/sub/c.txt.evc")
        $bytes[-1] = $bytes[-1] -bxor 1
        Copy-Item vault damaged -Recurse
        [IO.File]::WriteAllBytes("$folder/damaged/sub/c.txt.evc", $bytes)
        $said = Invoke-Script './restore-drill.ps1 -Vault damaged -Source data'
        $LASTEXITCODE | Should -Be 1
        $said[0] | Should -Be '2 restored, 1 failed, 1 differ'
        $said -match '^FAILED BodyDamaged' | Should -HaveCount 1
        $said -match '^DIFFERS .*a\.txt$' | Should -HaveCount 1
    }

    It 'Rotates_when_it_is_time_and_finishes_what_is_left' {
        [void] (New-Item -ItemType Directory keks)
        Invoke-Script './rotate.ps1 -Vault vault -Kek local:backup -Backup keks -BackupKek x509:offline.pem' | Select-Object -Last 1 | Should -Be 'Unchanged: 3'
        $LASTEXITCODE | Should -Be 0
        'keks/backup-1.kek.evc' | Should -Exist
        $said = Invoke-Script './rotate.ps1 -Vault vault -Kek local:backup -Backup keks -BackupKek x509:offline.pem -Days 0'
        $LASTEXITCODE | Should -Be 0
        $said | Select-Object -Last 1 | Should -Be 'Rewrapped: 3'
        'keks/backup-2.kek.evc' | Should -Exist
        (Get-EnvelopeFile vault -Recurse).Recipient.Where({ $_.Kek -eq 'local:backup' }).KeyId | Should -Match '^local:backup/2/'
    }

    It 'Knows_when_a_KEK_may_go' {
        $check = './retire-check.ps1 -Vault vault -OldKek local:backup -KeptKek local:next'
        Invoke-Script $check | Select-Object -Last 1 | Should -Match '^3 files still name local:backup, 3 do not open'
        $LASTEXITCODE | Should -Be 1
        [void] (Update-EnvelopeKek vault -Recurse -OldKek local:backup -NewKek local:next)
        Invoke-Script $check | Select-Object -Last 1 | Should -Match '^0 files still name local:backup, 0 do not open'
        $LASTEXITCODE | Should -Be 0

        # In the slot that is not read, the old KEK opens a file too.
        [IO.File]::WriteAllBytes("$folder/data/large", [byte[]]::new(1MB))
        [void] (Protect-EnvelopeFile data/large -DestinationPath vault/large.evc -Kek local:backup)
        $before = [IO.File]::ReadAllBytes("$folder/vault/large.evc")
        [void] (Update-EnvelopeKek vault/large.evc -NewKek local:next)
        $bytes = [IO.File]::ReadAllBytes("$folder/vault/large.evc")
        $offset, $size = 16, 20 | ForEach-Object { [Buffers.Binary.BinaryPrimitives]::ReadUInt32BigEndian([byte[]] $bytes[$_..($_ + 3)]) }
        [Array]::Copy($before, $offset + $size, $bytes, $offset + $size, $size)
        [IO.File]::WriteAllBytes("$folder/vault/large.evc", $bytes)
        Invoke-Script $check | Select-Object -Last 1 | Should -Match '^1 files still name local:backup, 0 do not open'
        $LASTEXITCODE | Should -Be 1
        # So does one that is damaged, as far as anyone can tell.
        $bytes[$offset + 2 * $size - 1] = $bytes[$offset + 2 * $size - 1] -bxor 1
        [IO.File]::WriteAllBytes("$folder/vault/large.evc", $bytes)
        Invoke-Script $check | Select-Object -Last 1 | Should -Match '^1 files still name local:backup, 0 do not open'
        $LASTEXITCODE | Should -Be 1
        [void] (Update-EnvelopeKek vault -Recurse -NewKek local:next)
        Invoke-Script $check | Out-Null
        $LASTEXITCODE | Should -Be 0
    }

    It 'Marks_what_is_not_run_here' {
        $Scripts.Where({ $_.IsRun }).Name | Sort-Object | Should -Be 'backup.ps1', 'restore-drill.ps1', 'retire-check.ps1', 'rotate.ps1'
    }
}
