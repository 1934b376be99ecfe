# The providers that docs/operations.md shows, in its own code.
Describe 'Providers of docs/operations.md' {
    BeforeDiscovery {
        $names = [regex]::Matches([IO.File]::ReadAllText("$PSScriptRoot/../../docs/operations.md"), '<!-- (?:not run: [^;\n]+; )?provider: ([a-z]+) -->').ForEach{ $_.Groups[1].Value }
    }

    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        . $PSScriptRoot/TransitServer.ps1
        $text = [IO.File]::ReadAllText("$PSScriptRoot/../../docs/operations.md")
        function Get-Example([string] $Name) {
            [regex]::Match($text, "provider: $Name -->\s+``````powershell\s+(.*?)``````", 'Singleline').Groups[1].Value
        }
        $work = Use-Folder
        [void] [IO.Directory]::CreateDirectory("$work/data/sub")
        foreach ($i in 1..12) { [IO.File]::WriteAllText("$work/data/$(if ($i % 2) { 'sub/' })$i.txt", "file $i") }
        $before = Get-TreeLine ./data
        function Assert-RoundTrip([string] $Kek, [string] $NewKek) {
            $vault = "vault-$($Kek -replace '\W')"
            @(Protect-EnvelopeFile ./data -Recurse -DestinationPath $vault -Kek $Kek -ThrottleLimit 4 -EncryptionContext @{ purpose = 'backup' }).Count | Should -Be 12
            @(Update-EnvelopeKek $vault -Recurse -OldKek $Kek -NewKek $NewKek -ThrottleLimit 4).Status | Sort-Object -Unique | Should -Be 'Rewrapped'
            @(Unprotect-EnvelopeFile $vault -Recurse -DestinationPath "$vault-out" -AllowedKek $NewKek -ThrottleLimit 4).Count | Should -Be 12
            Get-TreeLine "$vault-out" | Should -Be $before
        }
    }

    AfterAll { Set-Location / }

    It '<_>_is_code_that_parses' -ForEach $names {
        $errors = $null
        [void] [Management.Automation.Language.Parser]::ParseInput((Get-Example $_), [ref] $null, [ref] $errors)
        $errors | Should -BeNullOrEmpty
        Get-Example $_ | Should -Match "Register-EnvelopeKekProvider $_ "
    }

    Context 'HashiCorp Vault, transit' {
        BeforeAll {
            $server = Open-TransitServer 'token'
            $env:VAULT_ADDR = $server.Address
            $env:VAULT_TOKEN = 'token'
            . ([scriptblock]::Create((Get-Example vault)))
        }

        AfterAll {
            Close-TransitServer $server
            Remove-Item Env:VAULT_ADDR, Env:VAULT_TOKEN
            Unregister-EnvelopeKekProvider vault
        }

        It 'Protects_rewraps_and_unprotects_a_tree' { Assert-RoundTrip vault:backup vault:backup-2027 }

        It 'Lets_the_service_wrap_anew_after_its_key_was_rotated' {
            Protect-EnvelopeFile ./data/2.txt -DestinationPath ./rotated.evc -Kek vault:turn | Out-Null
            Invoke-RestMethod "$($server.Address)/v1/transit/rotate/turn" -Method Post -Headers @{ 'X-Vault-Token' = 'token' } -Body '{}' | Out-Null
            $server.Calls.Clear()
            $result = Update-EnvelopeKek ./rotated.evc -WrappedBefore ([datetime]::Now.AddDays(1)) -AllowedKek vault:turn
            $result.Method | Should -Be 'ReEncrypt'
            $result.Proof | Should -Be 'Verified'
            $server.Calls | Should -Be '/v1/transit/rewrap/turn', '/v1/transit/decrypt/turn'
        }

        It 'Says_that_access_is_denied_and_asks_no_more' {
            $env:VAULT_TOKEN = 'wrong'
            $server.Calls.Clear()
            try {
                Get-ErrorId { Protect-EnvelopeFile ./data -Recurse -DestinationPath ./denied -Kek vault:backup -ThrottleLimit 1 } | Should -Be 'AccessDenied', 'NotTried'
            }
            finally {
                $env:VAULT_TOKEN = 'token'
            }
            $server.Calls.Count | Should -Be 1
        }

        It 'Says_that_the_service_is_not_there' {
            Protect-EnvelopeFile ./data/2.txt -DestinationPath ./other.evc -Kek vault:a | Out-Null
            $address = $env:VAULT_ADDR
            $env:VAULT_ADDR = 'http://127.0.0.1:1'
            try {
                Get-ErrorId { Unprotect-EnvelopeFile ./other.evc -DestinationPath ./other.txt -AllowedKek 'vault:*' } | Should -Be 'KeyServiceUnreachable'
            }
            finally {
                $env:VAULT_ADDR = $address
            }
        }
    }

    Context 'SecretManagement' {
        BeforeAll {
            $secrets = @{ backup = [byte[]] (1..32); new = [byte[]] (101..132) }
            function Get-Secret([string] $Name, [switch] $AsPlainText) {
                $secret = [Convert]::ToBase64String($secrets[$Name])
                if ($AsPlainText) { $secret } else { ConvertTo-Secret $secret }
            }
            . ([scriptblock]::Create((Get-Example secret)))
        }

        AfterAll { Unregister-EnvelopeKekProvider secret }

        It 'Protects_rewraps_and_unprotects_a_tree' { Assert-RoundTrip secret:backup secret:new }

        It 'Finds_out_a_changed_KEK' {
            Protect-EnvelopeFile ./data/2.txt -DestinationPath ./secret.evc -Kek secret:backup | Out-Null
            $secrets.backup[0] = 0
            Get-ErrorId { Unprotect-EnvelopeFile ./secret.evc -DestinationPath ./secret.txt -AllowedKek secret:backup } | Should -Be 'KeyServiceFailed'
        }

        It 'Gives_passphrases_that_stand_nowhere_else' {
            $secrets.keyring = [byte[]] (1..20)
            $secrets.reports = [byte[]] (21..40)
            $secrets.next = [byte[]] (41..60)
            $env:ENVELOPECRYPTO_HOME = "$TestDrive/from-vault"
            New-EnvelopeKek local:backup -KeyringPassphrase (Get-Secret keyring) | Out-Null
            Protect-EnvelopeFile ./data/2.txt -DestinationPath ./k.evc -Kek local:backup -KeyringPassphrase (Get-Secret keyring) | Out-Null
            (Unprotect-EnvelopeFile ./k.evc -DestinationPath ./k.txt -KeyringPassphrase (Get-Secret keyring)).OpenedBy | Should -Be 'local:backup'

            Protect-EnvelopeFile ./data/2.txt -DestinationPath ./p.evc -Kek passphrase -Passphrase (Get-Secret reports) | Out-Null
            Update-EnvelopeKek ./p.evc -NewKek passphrase -Passphrase (Get-Secret reports) -NewPassphrase (Get-Secret next) | Out-Null
            (Unprotect-EnvelopeFile ./p.evc -DestinationPath ./p.txt -Passphrase (Get-Secret next)).Status | Should -Be 'Unprotected'
        }
    }
}
