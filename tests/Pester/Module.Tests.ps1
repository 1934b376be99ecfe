Describe 'The module' {
    BeforeAll { . $PSScriptRoot/Bench.ps1 }

    It 'Has_a_valid_manifest' {
        $manifest = Test-ModuleManifest $manifestPath
        $manifest.PowerShellVersion | Should -Be '7.4'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
    }

    It 'Names_its_pages_on_the_page_of_the_repository_or_none' {
        $data = (Import-PowerShellDataFile $manifestPath).PrivateData.PSData
        $links = $data.ProjectUri, $data.LicenseUri, $data.ReleaseNotes
        $page = [string] $data.ProjectUri
        foreach ($command in Get-Command -Module EnvelopeCrypto) {
            if ($page) { $command.HelpUri | Should -BeLike "$page/blob/*/docs/en-US/$($command.Name).md" }
            else { $command.HelpUri | Should -BeNullOrEmpty }
        }
        @($links | Where-Object { $_ }).Count | Should -Be ($page ? 3 : 0)
    }

    It 'Has_a_page_for_each_cmdlet_and_links_in_its_manifest_where_the_repository_has_one' {
        $project = "$PSScriptRoot/../../src/EnvelopeCrypto.PowerShell/EnvelopeCrypto.PowerShell.csproj"
        $said = dotnet msbuild $project -nologo '-target:NameHelpPages;WriteManifest' -p:ProjectPage=https://example.org/envelope "-p:HelpPagesFile=$TestDrive/HelpPages.cs" "-p:ManifestFile=$TestDrive/EnvelopeCrypto.psd1"
        $LASTEXITCODE | Should -Be 0 -Because "$said"
        $data = (Import-PowerShellDataFile "$TestDrive/EnvelopeCrypto.psd1").PrivateData.PSData
        $data.ProjectUri | Should -Be 'https://example.org/envelope'
        $data.LicenseUri | Should -Match '^https://example\.org/envelope/blob/[0-9a-f]{40}/LICENSE$'
        $data.ReleaseNotes | Should -Match '^https://example\.org/envelope/blob/[0-9a-f]{40}/CHANGELOG\.md$'
        $data.Tags | Should -Contain 'backup'
        $pages = [IO.File]::ReadAllText("$TestDrive/HelpPages.cs")
        foreach ($name in (Get-Command -Module EnvelopeCrypto).Name) {
            $pages | Should -Match "$($name -replace '-') = `"https://example\.org/envelope/blob/[0-9a-f]{40}/docs/en-US/$name\.md`";"
        }
    }

    It 'Exports_what_its_manifest_says_and_nothing_else' {
        $manifest = Import-PowerShellDataFile $manifestPath
        $dll = Get-Command -Module EnvelopeCrypto
        $dll.Name | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
        $inAssembly = [EnvelopeCrypto.PowerShell.EnvelopeCmdlet].Assembly.GetExportedTypes() |
            ForEach-Object { $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false) } | ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
        $inAssembly | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
        $manifest.FunctionsToExport.Count + $manifest.AliasesToExport.Count + $manifest.VariablesToExport.Count | Should -Be 0
        [version] $manifest.ModuleVersion | Should -Be ([EnvelopeCrypto.PowerShell.EnvelopeCmdlet].Assembly.GetName().Version.ToString(3))
    }

    It 'Ships_its_own_files_only' {
        # What installs a module writes one file of its own.
        (Get-ChildItem $moduleFolder -File).Name | Where-Object { $_ -ne 'PSGetModuleInfo.xml' } | Sort-Object |
            Should -Be 'EnvelopeCrypto.dll', 'EnvelopeCrypto.format.ps1xml', 'EnvelopeCrypto.PowerShell.dll', 'EnvelopeCrypto.psd1', 'EnvelopeCrypto.types.ps1xml', 'LICENSE', 'THIRD-PARTY-NOTICES.md'
        (Get-ChildItem $moduleFolder -Directory).Name | Sort-Object | Should -Be 'deps', 'en-US', 'licenses'
        (Get-ChildItem "$moduleFolder/deps" -Recurse -File).Name | Sort-Object | Should -Be @(
            'AWSSDK.Core.dll', 'AWSSDK.KeyManagementService.dll', 'AWSSDK.SecurityToken.dll', 'AWSSDK.SSO.dll', 'AWSSDK.SSOOIDC.dll', 'BouncyCastle.Cryptography.dll', 'EnvelopeCrypto.Aws.dll', 'EnvelopeCrypto.KeyPairs.dll'
        )
        # The cmdlets' own help and that of the errors are made by `build.ps1 Docs`, and packed.
        $made = 'EnvelopeCrypto.PowerShell.dll-Help.xml', 'about_EnvelopeCrypto_Errors.help.txt'
        $help = (Get-ChildItem "$moduleFolder/en-US" -Recurse -File).Name | Where-Object { $_ -notin $made }
        $help | Sort-Object | Should -Be ('about_EnvelopeCrypto.help.txt', 'about_EnvelopeCrypto_Format.help.txt', 'about_EnvelopeCrypto_Keks.help.txt' | Sort-Object)
    }

    It 'Has_a_test_file_for_each_cmdlet' {
        foreach ($name in (Get-Command -Module EnvelopeCrypto).Name) {
            "$PSScriptRoot/$name.Tests.ps1" | Should -Exist
        }
    }

    It 'Declares_output_types_and_asks_before_changes' {
        foreach ($command in Get-Command -Module EnvelopeCrypto) {
            if ($command.Verb -notin 'Remove', 'Set', 'Unlock', 'Lock', 'Register', 'Unregister') { $command.OutputType | Should -Not -BeNullOrEmpty -Because $command.Name }
            $changes = $command.Verb -in 'Protect', 'Update', 'New', 'Set', 'Remove', 'Export', 'Import' -or $command.Name -eq 'Unprotect-EnvelopeFile'
            $command.Parameters.ContainsKey('WhatIf') | Should -Be $changes -Because $command.Name
        }
    }

    It 'Binds_only_paths_by_property_name' {
        foreach ($command in Get-Command -Module EnvelopeCrypto) {
            foreach ($parameter in $command.Parameters.Values) {
                $byName = $parameter.ParameterSets.Values.Where({ $_.ValueFromPipelineByPropertyName }).Count -gt 0
                $byName | Should -Be ($parameter.Name -in 'Path', 'LiteralPath') -Because "$($command.Name) -$($parameter.Name)"
            }
        }
    }

    It 'Loads_nothing_but_itself_and_the_engine_by_import' {
        # So it is quick too; how quick is measured by tests/EnvelopeCrypto.Benchmarks.
        $said = Invoke-Shell -Command "
            Import-Module '$manifestPath'
            [AppDomain]::CurrentDomain.GetAssemblies().Where({ `$_.Location.StartsWith((Get-Module EnvelopeCrypto).ModuleBase) }).ForEach({ `$_.GetName().Name })"
        $said | Sort-Object | Should -Be 'EnvelopeCrypto', 'EnvelopeCrypto.PowerShell'
    }

    Context 'The table of errors' {
        BeforeAll {
            $table = [EnvelopeCrypto.PowerShell.EnvelopeCmdlet].Assembly.GetType('EnvelopeCrypto.PowerShell.ErrorTable')
            $entryOf = [EnvelopeCrypto.EnvelopeError].Assembly.GetType('EnvelopeCrypto.Errors.ErrorCatalog').GetMethod('Of')
            function Get-Action($Reason) { $entryOf.Invoke($null, @($Reason)).PowerShell.Text -join ' ' }
            $reasons = [Enum]::GetValues([EnvelopeCrypto.EnvelopeError])
            function Get-Record($Reason, [Management.Automation.CommandInfo] $Cmdlet) {
                $table.GetMethod('ToRecord').Invoke($null, @([EnvelopeCrypto.EnvelopeException]::new($Reason, 'why', $null), '/some/file', $Cmdlet.Parameters.Keys))
            }
            # The parameters that a text names, but for those of another cmdlet, whose name stands before them.
            function Get-Named([string] $Text) {
                [regex]::Matches($Text, '(?<cmdlet>[A-Z]\w+-\w+ )?(?<!\w)-(?<name>[A-Z]\w+)').ForEach({ @{ Cmdlet = $_.Groups['cmdlet'].Value.Trim(); Name = $_.Groups['name'].Value } })
            }
        }

        It 'Has_a_category_and_a_recommended_action_for_every_reason' {
            foreach ($reason in $reasons) {
                $record = Get-Record $reason (Get-Command Protect-EnvelopeFile)
                $record.FullyQualifiedErrorId | Should -Be "$reason"
                $record.CategoryInfo.Category | Should -Not -Be 'NotSpecified'
                $record.TargetObject | Should -Be '/some/file'
                Get-Action $reason | Should -Match '\.$' -Because $reason
            }
        }

        It 'Names_cmdlets_and_parameters_that_there_are' {
            foreach ($reason in $reasons) {
                $action = Get-Action $reason
                [regex]::Matches($action, '\b[A-Z][a-z]+-(Envelope|DataKey)\w*').ForEach({ Get-Command $_.Value -Module EnvelopeCrypto -ErrorAction Stop })
                foreach ($named in Get-Named $action) {
                    $cmdlets = $named.Cmdlet ? (Get-Command $named.Cmdlet) : (Get-Command -Module EnvelopeCrypto)
                    $cmdlets.Where({ $_.Parameters.ContainsKey($named.Name) }).Count | Should -BeGreaterThan 0 -Because "$reason names -$($named.Name)"
                }
            }
        }

        It 'Sends_nobody_to_a_parameter_that_the_cmdlet_lacks' {
            # Reasons that only cmdlets with one of these parameters can have.
            $only = @{
                ContextMismatch = 'RequiredContext'
                AlreadyAnEnvelope = 'AllowNested'; AuditHeadNotSent = 'SyslogSocket'; OutsideRoot = 'Root'; DuplicateOutput = 'Root', 'DestinationPath'
                SharedDataKey = 'SharedDataKey'; SourceKept = 'RemoveSource'; KekProviderExists = 'Wrap'; AlreadyAToken = 'SkipProtected'; BindingMismatch = 'BindProperty'
                FieldMissing = 'BindProperty'; FieldNameInvalid = 'BindProperty'; KekRequired = 'NewKek', 'Kek'; DestinationExists = 'Force'
                DestinationIsSource = 'DestinationPath'; DestinationRequired = 'DestinationPath'; ConnectionInvalid = 'Region'; RegionRequired = 'Region'
                CredentialsMissing = 'Region'; KeyServiceUnreachable = 'Region'; KeyIdMismatch = 'KeyId'; DestinationNotMounted = 'RequireMount'; NotRotated = 'RotateDataKey'
            }
            $cmdlets = Get-Command -Module EnvelopeCrypto
            foreach ($reason in $reasons) {
                foreach ($cmdlet in $cmdlets) {
                    $action = (Get-Record $reason $cmdlet).ErrorDetails.RecommendedAction
                    foreach ($named in (Get-Named $action).Where({ -not $_.Cmdlet })) {
                        $cmdlet.Parameters.Keys | Should -Contain $named.Name -Because "$reason of $cmdlet says: $action"
                    }
                    $canHappen = -not $only["$reason"] -or $only["$reason"].Where({ $cmdlet.Parameters.ContainsKey($_) })
                    if ($canHappen) { $action | Should -Match '\.$' -Because "$reason of $cmdlet has a way out" }
                }
            }
        }
    }

    It 'Is_clean_for_PSScriptAnalyzer' {
        if (-not (Get-Module -ListAvailable PSScriptAnalyzer)) { Set-ItResult -Skipped -Because 'PSScriptAnalyzer is not installed' }
        # Variables of BeforeAll are used in It, which the rule does not see. In examples and tests a path may stand without its name.
        $found = foreach ($path in "$PSScriptRoot/../../build.ps1", "$PSScriptRoot/../../docs/build", $manifestPath, $PSScriptRoot) {
            Invoke-ScriptAnalyzer -Path $path -ExcludeRule PSUseDeclaredVarsMoreThanAssignments, PSAvoidUsingPositionalParameters
        }
        $found | ForEach-Object { "$($_.ScriptName):$($_.Line) $($_.RuleName) $($_.Message)" } | Should -BeNullOrEmpty
    }
}
