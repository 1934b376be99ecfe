# The cmdlets with keys of AWS KMS: the adapter and its SDK over HTTP, against the key service of the tests in a process of its own.
Describe 'AWS KMS' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $work = Use-Folder
        . $PSScriptRoot/KmsServer.ps1
        $kms = Connect-KmsServer
        $service = $kms.Service
        function Get-CallCount { (Invoke-RestMethod "$($service.endpoint)/_calls").operations }
        function Clear-CallCount { $null = Invoke-RestMethod -Method Post "$($service.endpoint)/_reset" }
        1..20 | ForEach-Object { [IO.File]::WriteAllText("$work/f$_.txt", "file $_") }
        $one = New-EnvelopeKek alias/one -Description 'for tests' -EnableRotation -Tag @{ team = 'ops' }
        $two = New-EnvelopeKek alias/two
        New-EnvelopeKek local:here -Unprotected
    }

    AfterAll {
        Set-Location /
        Disconnect-KmsServer $kms
    }

    BeforeEach {
        Remove-Item "$work/vault", "$work/out" -Recurse -ErrorAction Ignore
        Clear-CallCount
    }

    It 'Makes_a_key_once_and_describes_it' {
        $again = New-EnvelopeKek alias/one
        $again.Kek | Should -Be $one.Kek
        $again | Format-Table | Out-String | Should -Match 'alias/one\s+Enabled\s+SYMMETRIC_DEFAULT'
        $found = Get-EnvelopeKek alias/one
        $found.Kek | Should -Match '^arn:aws:kms:eu-central-1:\d{12}:key/'
        $found.Alias | Should -Be 'alias/one'
        $found.State | Should -Be 'Enabled'
        $found.KeySpec | Should -Be 'SYMMETRIC_DEFAULT'
        $found.RotationEnabled | Should -BeTrue
        $found.NextRotation | Should -BeGreaterThan ([datetime]::Now)
        (New-EnvelopeKekVersion $two).Kek | Should -Be $two.Kek
        (Get-CallCount).RotateKeyOnDemand | Should -Be 1
    }

    It 'Asks_nothing_with_-WhatIf' {
        New-EnvelopeKek alias/three -WhatIf
        New-EnvelopeKekVersion alias/two -WhatIf
        Protect-EnvelopeFile f1.txt -Kek alias/one -WhatIf
        New-DataKey alias/one -WhatIf
        (Get-CallCount).PSObject.Properties.Name | Should -BeNullOrEmpty
    }

    It 'Takes_files_through_protect_rewrap_verify_and_unprotect_with_a_call_for_each_shared_data_key' {
        $protected = Get-ChildItem f*.txt | Protect-EnvelopeFile -Root $work -DestinationPath vault -Kek $one.Kek -FilesPerDataKey 10 -EncryptionContext @{ purpose = 'test' }
        $protected.Count | Should -Be 20
        $protected[0] | Format-Table | Out-String | Should -Match "aws-kms:\u2026$($one.Kek.Substring($one.Kek.Length - 4))" # an ARN would be cut off before what tells it apart
        (Get-CallCount).GenerateDataKey | Should -Be 2
        (Get-ChildItem vault | Get-EnvelopeFile | Where-Object { $_.Kek -contains $one.Kek -and $_.Batch -and $_.Context['purpose'] -eq 'test' }).Count | Should -Be 20

        Clear-CallCount
        $rewrapped = Get-ChildItem vault | Update-EnvelopeKek -OldKek $one -NewKek $two
        $rewrapped.Method | Select-Object -Unique | Should -Be 'ReEncrypt'
        (Get-CallCount).ReEncrypt | Should -Be 2
        (Get-CallCount).Decrypt | Should -BeNullOrEmpty

        Clear-CallCount
        (Get-ChildItem vault | Test-EnvelopeFile | Where-Object Valid).Count | Should -Be 20
        (Get-CallCount).Decrypt | Should -Be 2
        (Get-ChildItem vault | Unprotect-EnvelopeFile -Root vault -DestinationPath out).OpenedBy | Select-Object -Unique | Should -Be $two.Kek
        [IO.File]::ReadAllText("$work/out/f7.txt") | Should -Be 'file 7'
    }

    It 'Does_not_say_that_a_file_would_stay_when_only_the_service_knows_what_an_alias_means' {
        Protect-EnvelopeFile f1.txt -Kek alias/one -DestinationPath vault/ | Out-Null
        Clear-CallCount
        $said = Invoke-Shell -Command "Import-Module '$manifestPath'; Update-EnvelopeKek '$work/vault/f1.txt.evc' -OldKek alias/one -NewKek alias/two -WhatIf" | Where-Object { $_ -match 'Performing' }
        $said -join ' ' | Should -Match 'Not known'
        (Get-CallCount).PSObject.Properties.Name | Should -BeNullOrEmpty
    }

    It 'Re_encrypts_from_no_key_that_only_the_file_names_and_the_allow_list_does_not' {
        Protect-EnvelopeFile f1.txt -Kek $one.Kek -DestinationPath vault/ | Out-Null
        Clear-CallCount
        Get-ErrorId { Update-EnvelopeKek vault/f1.txt.evc -NewKek $two.Kek -AllowedKek local:here } | Should -Be 'KekNotAllowed'
        Get-ErrorId { Update-EnvelopeKek vault/f1.txt.evc -AddKek $two.Kek -AllowedKek local:here } | Should -Be 'KekNotAllowed'
        (Get-CallCount).PSObject.Properties.Name | Should -BeNullOrEmpty
        (Update-EnvelopeKek vault/f1.txt.evc -OldKek $one.Kek -NewKek $two.Kek -AllowedKek local:here).Method | Should -Be 'ReEncrypt' # named here, so it is the user's own
    }

    It 'Rewraps_to_and_from_a_local_KEK' {
        Protect-EnvelopeFile f1.txt -Kek alias/one -DestinationPath vault/ | Out-Null
        (Update-EnvelopeKek vault/f1.txt.evc -NewKek local:here).Kek.ToString() | Should -Be 'local:here'
        (Update-EnvelopeKek vault/f1.txt.evc -NewKek alias/two).Kek.ToString() | Should -Be $two.Kek
        (Test-EnvelopeFile vault/f1.txt.evc).OpenedBy | Should -Be $two.Kek
    }

    It 'Takes_records_through_protect_update_and_unprotect_with_a_call_for_each_shared_data_key' {
        $rows = 1..2500 | ForEach-Object { [pscustomobject]@{ id = $_; ssn = "s$_"; pay = [decimal] $_ } }
        $protected = $rows | Protect-EnvelopeData -Property ssn, pay -BindProperty id -Kek alias/one -EncryptionContext @{ table = 'users' }
        (Get-CallCount).GenerateDataKey | Should -Be 3
        $protected[0].ssn.Length | Should -BeLessThan 1000

        Clear-CallCount
        $rewrapped = $protected | Update-EnvelopeData -Property ssn, pay -BindProperty id -OldKek $one -NewKek $two
        (Get-CallCount).ReEncrypt | Should -Be 3
        (Get-CallCount).Decrypt | Should -BeNullOrEmpty

        Clear-CallCount
        $again = $rewrapped | Unprotect-EnvelopeData -Property ssn, pay -BindProperty id -RequiredContext @{ table = 'users' } -AllowedKek $two
        (Get-CallCount).Decrypt | Should -Be 3
        $again.ssn | Should -Be $rows.ssn
        $again.pay | Should -Be $rows.pay
    }

    It 'Makes_data_keys_that_serve_files' {
        $stored = New-DataKey alias/one -WithoutPlaintext -EncryptionContext @{ job = '7' }
        (Get-CallCount).GenerateDataKeyWithoutPlaintext | Should -Be 1
        Get-ErrorId { Protect-EnvelopeFile f1.txt -DataKey $stored -DestinationPath vault/ } | Should -Be 'PlaintextNeeded'
        $key = Unprotect-DataKey $stored.WrappedKey -EncryptionContext @{ job = '7' }
        Clear-CallCount
        (Protect-EnvelopeFile f1.txt, f2.txt -DataKey $key -DestinationPath vault).SharedDataKey | Should -Be $true, $true
        (Get-CallCount).PSObject.Properties.Name | Should -BeNullOrEmpty
        (Unprotect-EnvelopeFile vault/f1.txt.evc -DestinationPath out).OpenedBy | Should -Be $one.Kek
        Get-ErrorId { Protect-EnvelopeFile f1.txt -DataKey $key -Kek local:here -DestinationPath out/ } | Should -Be 'KekReferenceInvalid'
        Get-ErrorId { Protect-EnvelopeFile f1.txt -DataKey $key -EncryptionContext @{ job = '8' } -DestinationPath out/ } | Should -Be 'ContextMismatch'
        (Unprotect-DataKey $stored).HasPlaintext | Should -BeTrue
        (Unprotect-DataKey $stored.WrappedKey -EncryptionContext $stored.Context).HasPlaintext | Should -BeTrue
        Get-ErrorId { Unprotect-DataKey $stored.WrappedKey -EncryptionContext @{ job = '8' } } | Should -Be 'WrappedKeyInvalid'
    }

    It 'Says_what_a_key_service_cannot_do: <id>' -ForEach @(
        @{ id = 'KekUnsuitable'; script = { New-EnvelopeKek alias/four -Unprotected } }
        @{ id = 'KekUnsuitable'; script = { New-EnvelopeKek local:four -EnableRotation } }
        @{ id = 'KekUnsuitable'; script = { Remove-EnvelopeKek alias/one -Force } }
        @{ id = 'KekUnsuitable'; script = { Export-EnvelopeKek alias/one -DestinationPath x -BackupKek passphrase } }
        @{ id = 'KekNotFound'; script = { Get-EnvelopeKek alias/nothere } }
        @{ id = 'KekNotFound'; script = { Protect-EnvelopeFile f1.txt -Kek alias/nothere -DestinationPath vault/ } }
        @{ id = 'ConnectionInvalid'; script = { Get-EnvelopeKek alias/one -EndpointUrl nonsense } }
        @{ id = 'CredentialsMissing'; script = { Get-EnvelopeKek alias/one -ProfileName nothere } }
    ) {
        Get-ErrorId $script | Should -Be $id
    }

    It 'Says_once_that_the_other_files_were_not_tried_when_the_service_is_not_there' {
        # A port that nobody listens on: one that was free a moment ago.
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $nobody = "http://127.0.0.1:$($listener.LocalEndpoint.Port)"
        $listener.Stop()
        Get-ChildItem f*.txt | Protect-EnvelopeFile -Kek $one.Kek -EndpointUrl $nobody -Root $work -DestinationPath vault -ThrottleLimit 2 -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        ($failed.FullyQualifiedErrorId -replace ',.*' | Where-Object { $_ -eq 'NotTried' }).Count | Should -Be 1
        ($failed.FullyQualifiedErrorId -replace ',.*' | Where-Object { $_ -eq 'KeyServiceUnreachable' }).Count | Should -BeLessOrEqual 3
        @(Get-ChildItem vault -Recurse -File -Force -ErrorAction Ignore).Count | Should -Be 0
    }

    It 'Has_an_SDK_of_its_own_beside_that_of_another_module' {
        if (-not $env:ENVELOPECRYPTO_TEST_OTHER_SDK) { Set-ItResult -Skipped -Because 'ENVELOPECRYPTO_TEST_OTHER_SDK names no other SDK' }
        $other = "
            `$ErrorActionPreference = 'Stop'
            function Use-Other {
                Add-Type -Path (Get-ChildItem '$($env:ENVELOPECRYPTO_TEST_OTHER_SDK)' -Filter *.dll).FullName
                `$config = [Amazon.KeyManagementService.AmazonKeyManagementServiceConfig]@{ ServiceURL = '$($service.endpoint)'; AuthenticationRegion = 'eu-central-1' }
                `$client = [Amazon.KeyManagementService.AmazonKeyManagementServiceClient]::new(`$config)
                `$client.ListKeysAsync([Amazon.KeyManagementService.Model.ListKeysRequest]::new()).GetAwaiter().GetResult().Keys.Count
            }
            function Use-Ours { Import-Module '$manifestPath'; (Get-EnvelopeKek alias/one).Alias }
            function Get-SdkCount { [AppDomain]::CurrentDomain.GetAssemblies().Where({ `$_.GetName().Name -eq 'AWSSDK.Core' }).ForEach({ [Diagnostics.FileVersionInfo]::GetVersionInfo(`$_.Location).FileVersion }) | Sort-Object -Unique | Measure-Object | ForEach-Object Count }"
        Invoke-Shell -Command "$other; Use-Ours; Use-Other; Use-Ours; Get-SdkCount" | Should -Be 'alias/one', '2', 'alias/one', '2'
        Invoke-Shell -Command "$other; Use-Other; Use-Ours; Use-Other; Get-SdkCount" | Should -Be '2', 'alias/one', '2', '2'
    }
}
