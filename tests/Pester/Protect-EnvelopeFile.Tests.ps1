Describe 'Protect-EnvelopeFile' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:backup -Unprotected
    }

    BeforeEach {
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/a[1].txt", 'one')
        [IO.File]::WriteAllText("$work/b.txt", 'two')
    }

    AfterAll { Set-Location / }

    It 'Writes_an_envelope_beside_its_source' {
        $result = Protect-EnvelopeFile b.txt -Kek local:backup
        $result.Status | Should -Be 'Protected'
        $result.FullName | Should -Be (ConvertTo-LocalPath "$work/b.txt.evc")
        $result.SourcePath | Should -Be (ConvertTo-LocalPath "$work/b.txt")
        $result.Length | Should -Be 3
        $result.Kek | Should -Contain 'local:backup'
        $result.PSObject.Properties.Name | Should -Not -Contain 'Path'
    }

    It 'Shows_paths_relative_to_the_current_location_so_that_80_columns_are_enough' {
        $result = Protect-EnvelopeFile b.txt -Kek local:backup -DestinationPath daily/reports/
        $name = [IO.Path]::Combine('daily', 'reports', 'b.txt.evc')
        $result, (Get-EnvelopeFile $result.FullName), (Test-EnvelopeFile $result.FullName) | ForEach-Object {
            $_ | Format-Table | Out-String -Width 80 | Should -Match " $([regex]::Escape($name)) local:backup *\r?\n"
        }
        Set-Location daily
        $result | Format-Table | Out-String -Width 400 | Should -Match " $([regex]::Escape([IO.Path]::Combine('reports', 'b.txt.evc'))) local:backup *\r?\n"
        Set-Location reports/..
        Set-Location (New-Item -ItemType Directory -Force "$work/dai")
        $result | Format-Table | Out-String -Width 400 | Should -Match " $([regex]::Escape($result.FullName)) local:backup *\r?\n" -Because 'it is not below here'
        Set-Location Env:
        $result | Format-Table | Out-String -Width 400 | Should -Match " $([regex]::Escape($result.FullName)) local:backup *\r?\n" -Because 'files have a location of their own'
    }

    It 'Takes_objects_of_Get-EnvelopeKek_as_KEK' {
        (Protect-EnvelopeFile b.txt -Kek (Get-EnvelopeKek local:backup)).Kek.ToString() | Should -Be 'local:backup'
    }

    It 'Takes_KEKs_from_the_variable' {
        $env:ENVELOPECRYPTO_KEK = 'local:backup'
        try { (Protect-EnvelopeFile b.txt).Kek.ToString() | Should -Be 'local:backup' }
        finally { Remove-Item Env:ENVELOPECRYPTO_KEK }
    }

    It 'Wants_a_KEK_when_nobody_is_there' {
        if ([Environment]::GetCommandLineArgs() -notcontains '-NonInteractive') { Set-ItResult -Skipped -Because 'a person is there' }
        Get-ErrorId { Protect-EnvelopeFile b.txt } | Should -Be 'KekRequired'
    }

    It 'Says_with_-WhatIf_what_would_happen_and_does_nothing' {
        Protect-EnvelopeFile b.txt -Kek local:backup -DestinationPath new/ -WhatIf | Should -BeNullOrEmpty
        [IO.Directory]::GetFileSystemEntries($work).Count | Should -Be 2
    }

    It 'Says_with_-WhatIf_when_the_KEK_is_not_there_and_what_would_be_replaced' {
        Get-ErrorId { Protect-EnvelopeFile b.txt -Kek local:nothere -WhatIf } | Should -Be 'KekNotFound'
        Protect-EnvelopeFile b.txt -Kek local:backup | Out-Null
        $said = Invoke-Shell -Command "Import-Module '$manifestPath'; Protect-EnvelopeFile '$work/b.txt' -Kek local:backup -Force -WhatIf"
        $said -join ' ' | Should -Match 'replacing'
        Remove-Item b.txt.evc
    }

    It 'Removes_the_source_only_when_told_and_says_so' {
        [IO.File]::WriteAllText("$work/gone.txt", 'gone')
        (Protect-EnvelopeFile gone.txt -Kek local:backup).SourceRemoved | Should -BeFalse
        Protect-EnvelopeFile gone.txt -Kek local:backup -RemoveSource -Update -WhatIf
        [IO.File]::Exists("$work/gone.txt") | Should -BeTrue
        $result = Protect-EnvelopeFile gone.txt -Kek local:backup -RemoveSource -Update
        $result.SourceRemoved | Should -BeTrue
        [IO.File]::Exists("$work/gone.txt") | Should -BeFalse
        (Unprotect-EnvelopeFile gone.txt.evc -RemoveSource).SourceRemoved | Should -BeTrue
        [IO.File]::Exists("$work/gone.txt.evc") | Should -BeFalse
        [IO.File]::ReadAllText("$work/gone.txt") | Should -Be 'gone'
        Remove-Item gone.txt
    }

    It 'Warns_once_of_envelopes_for_other_KEKs_and_leaves_them' {
        New-EnvelopeKek local:offline -Unprotected
        $sources = 'kek1.txt', 'kek2.txt'
        foreach ($source in $sources) { [IO.File]::WriteAllText("$work/$source", 'x') }
        Protect-EnvelopeFile $sources -Kek local:backup | Out-Null
        $results = Protect-EnvelopeFile $sources -Kek local:backup, local:offline -Update -WarningVariable warned -WarningAction SilentlyContinue
        $results.Status | Should -Be 'Unchanged', 'Unchanged'
        $results.Reason -match 'local:offline' | Should -HaveCount 2
        $warned | Should -HaveCount 1
        $results | Update-EnvelopeKek -AddKek local:offline | Out-Null
        Protect-EnvelopeFile $sources -Kek local:backup, local:offline -Update -WarningVariable warned | Out-Null
        $warned | Should -BeNullOrEmpty
        foreach ($source in $sources) { Remove-Item "$work/$source", "$work/$source.evc" }
    }

    It 'Does_nothing_where_a_mount_point_is_required_and_none_is_there' {
        Get-ErrorId { Protect-EnvelopeFile b.txt -Kek local:backup -DestinationPath vault/ -RequireMount } | Should -Be 'DestinationNotMounted'
        Get-ErrorId { Protect-EnvelopeFile b.txt -Kek local:backup -RequireMount } | Should -Be 'DestinationRequired'
        Get-ErrorId { Unprotect-EnvelopeFile b.txt.evc vault/ -RequireMount } | Should -Be 'DestinationNotMounted'
        [IO.Directory]::Exists("$work/vault") | Should -BeFalse
    }

    It 'Goes_on_after_a_file_that_fails' {
        $results = @(Protect-EnvelopeFile -LiteralPath nothere.txt, b.txt -Kek local:backup -ErrorVariable failed -ErrorAction SilentlyContinue)
        $results.Count | Should -Be 1
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -Be 'SourceNotFound,EnvelopeCrypto.PowerShell.ProtectEnvelopeFileCommand'
        $failed[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failed[0].TargetObject | Should -Be (ConvertTo-LocalPath "$work/nothere.txt")
    }

    It 'Stops_with_-ErrorAction_Stop_and_can_be_caught' {
        $caught = $null
        try { Protect-EnvelopeFile nothere.txt -Kek local:backup -ErrorAction Stop } catch { $caught = $_ }
        $caught.Exception.Error | Should -Be 'SourceNotFound'
    }

    It 'Takes_a_path_in_the_place_of_the_KEK_for_a_slip' {
        $failed = { Protect-EnvelopeFile b.txt ./p3 } | Should -Throw -ErrorId 'KekReferenceInvalid,*' -PassThru
        $failed.Exception.Message | Should -BeLike '*-DestinationPath*./p3*'
        { Protect-EnvelopeFile b.txt Local:Backup } | Should -Throw "*'local:backup'*"
    }

    It 'Binds_objects_that_have_a_FullName_letter_by_letter' {
        $file = (New-Item -ItemType File 'f[1].txt' -Value 'x').FullName
        $result = [pscustomobject]@{ FullName = $file } | Protect-EnvelopeFile -Kek local:backup
        $result.FullName | Should -Be "$file.evc"
        Remove-Item -LiteralPath $file, $result.FullName
    }

    It 'Is_one_terminating_error_about_no_file_when_the_KEK_is_not_there' {
        $many = 1..5 | ForEach-Object { New-Item -ItemType File "m$_.txt" -Value $_ }
        try {
            $failed = { $many | Protect-EnvelopeFile -Kek local:nothere -ErrorAction SilentlyContinue } | Should -Throw -ErrorId 'KekNotFound,*' -PassThru
            $failed.TargetObject | Should -BeNullOrEmpty
            Get-ErrorId { $many | Protect-EnvelopeFile -Kek local:nothere } | Should -Be 'KekNotFound'
            Get-ErrorId { $many | Protect-EnvelopeFile -Kek local:nothere -WhatIf } | Should -Be 'KekNotFound'
        }
        finally { $many | Remove-Item }
    }

    It 'Takes_no_context_that_is_no_text: <name>' -ForEach @(
        @{ name = 'an array'; value = @(1, 2) }, @{ name = 'nothing'; value = $null }, @{ name = 'a table'; value = @{ a = 1 } }, @{ name = 'an object'; value = [object]::new() }
    ) {
        { Protect-EnvelopeFile b.txt -Kek local:backup -EncryptionContext @{ purpose = $value } } | Should -Throw -ErrorId 'ContextInvalid,*'
        { Unprotect-EnvelopeFile b.txt -RequiredContext @{ purpose = $value } } | Should -Throw -ErrorId 'ContextInvalid,*'
    }

    It 'Refuses_a_root_or_destination_on_the_drive_of_another_provider' {
        { Protect-EnvelopeFile b.txt -Kek local:backup -Root env:/ -DestinationPath out/ } | Should -Throw -ErrorId 'OutputFailed,*'
        { Protect-EnvelopeFile b.txt -Kek local:backup -DestinationPath env:/ } | Should -Throw -ErrorId 'OutputFailed,*'
    }

    It 'Replaces_outputs_only_when_told' {
        Protect-EnvelopeFile b.txt -Kek local:backup | Out-Null
        Get-ErrorId { Protect-EnvelopeFile b.txt -Kek local:backup } | Should -Be 'DestinationExists'
        (Protect-EnvelopeFile b.txt -Kek local:backup -Update).Status | Should -Be 'Unchanged'
        [IO.File]::WriteAllText("$work/b.txt", 'changed')
        (Protect-EnvelopeFile b.txt -Kek local:backup -Update).Status | Should -Be 'Protected'
        (Protect-EnvelopeFile b.txt -Kek local:backup -Force).Status | Should -Be 'Protected'
    }

    It 'Suggests_-LiteralPath_for_a_pattern_that_is_a_name' {
        $failure = { Protect-EnvelopeFile 'a[1].txt' -Kek local:backup -ErrorAction Stop } | Should -Throw -ErrorId 'NothingMatched,*' -PassThru
        $failure.ErrorDetails.RecommendedAction | Should -Match '-LiteralPath'
        (Protect-EnvelopeFile -LiteralPath 'a[1].txt' -Kek local:backup).Status | Should -Be 'Protected'
    }

    It 'Takes_-LiteralPath_letter_by_letter: <name>' -Skip:$IsWindows -ForEach @(
        @{ name = 'back\slash' }, @{ name = '~' }, @{ name = 's3:' }, @{ name = 'env:PATH' }, @{ name = 'FileSystem::x' }, @{ name = ' ' }, @{ name = '...' }
    ) {
        $folder = Join-Path $work "literal-$([guid]::NewGuid())"
        [void] [IO.Directory]::CreateDirectory("$folder/back")
        [IO.File]::WriteAllText("$folder/back/slash", 'another')
        [IO.File]::WriteAllText("$folder/$name", 'this')
        try {
            Set-Location -LiteralPath $folder
            $made = Protect-EnvelopeFile -LiteralPath $name -Kek local:backup
            $made.SourcePath | Should -BeExactly "$folder/$name"
            if (-not $name.Contains(':')) {
                (Protect-EnvelopeFile -LiteralPath "$folder/$name" -Kek local:backup -Update).Status | Should -Be 'Unchanged'
            }
            [IO.File]::Delete("$folder/$name")
            if ($name -eq 'back\slash') { Get-ErrorId { Protect-EnvelopeFile -LiteralPath $name -Kek local:backup } | Should -Be 'SourceNotFound' }
        }
        finally { Set-Location -LiteralPath $work }
    }

    It 'Takes_wildcards_of_the_path_alone_and_none_of_the_location' {
        $outer = Join-Path $work location
        foreach ($folder in '[x]', 'x', '[x]/[y]') { [void] [IO.Directory]::CreateDirectory("$outer/$folder") }
        foreach ($folder in '[x]', 'x', '[x]/[y]') { [IO.File]::WriteAllText("$outer/$folder/a.txt", $folder) }
        try {
            Set-Location -LiteralPath "$outer/[x]"
            (Protect-EnvelopeFile a.txt -Kek local:backup).SourcePath | Should -BeExactly "$outer/[x]/a.txt".Replace('/', [IO.Path]::DirectorySeparatorChar)
            (Protect-EnvelopeFile *.txt -Kek local:backup -Update).FullName | Should -BeExactly "$outer/[x]/a.txt.evc".Replace('/', [IO.Path]::DirectorySeparatorChar)
            (Protect-EnvelopeFile ./*.txt -Kek local:backup -Update).Status | Should -Be 'Unchanged'
            Set-Location -LiteralPath "$outer/[x]/[y]"
            (Protect-EnvelopeFile ../a.t?t -Kek local:backup -Update).Status | Should -Be 'Unchanged'
            (Test-EnvelopeFile ../*.evc).Valid | Should -BeTrue
            Test-Path -LiteralPath "$outer/x/a.txt.evc" | Should -BeFalse
        }
        finally { Set-Location -LiteralPath $work }
    }

    It 'Keeps_context_in_the_header' {
        Protect-EnvelopeFile b.txt -Kek local:backup -EncryptionContext @{ host = 'db1'; number = 7 } | Out-Null
        $context = (Get-EnvelopeFile b.txt.evc).Context
        $context['host'] | Should -Be 'db1'
        $context['number'] | Should -Be '7'
    }

    It 'Names_the_first_of_two_inputs_with_one_output' {
        [void] [IO.Directory]::CreateDirectory("$work/x"); [void] [IO.Directory]::CreateDirectory("$work/y")
        [IO.File]::WriteAllText("$work/x/same", '1'); [IO.File]::WriteAllText("$work/y/same", '2')
        Get-ErrorId { Protect-EnvelopeFile x/same, y/same -Kek local:backup -DestinationPath out/ } | Should -Be 'DuplicateOutput'
        Get-ErrorId { Get-ChildItem x, y -Recurse -File | Protect-EnvelopeFile -Kek local:backup -DestinationPath out2 -Root $work } | Should -BeNullOrEmpty
    }

    It 'Names_-Root_for_files_outside_of_it' {
        Set-Location (New-Item -ItemType Directory inside)
        $failure = @(Get-Item ../b.txt | Protect-EnvelopeFile -Kek local:backup -DestinationPath out 2>&1)
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'OutsideRoot,*'
        $failure[0].ErrorDetails.RecommendedAction | Should -Match '-Root'
    }

    It 'Takes_a_certificate_by_its_path_from_the_location_of_the_shell' {
        Add-Certificate (New-Item -ItemType Directory "$work/safe")
        Set-Location "$work/safe"
        [IO.Directory]::GetCurrentDirectory() | Should -Not -Be "$work/safe" # the process has another
        $result = Protect-EnvelopeFile ../b.txt -Kek x509:./offline.pem -DestinationPath b.evc
        $result.Kek | Should -BeLike 'x509:sha256:*'
        (Test-EnvelopeFile b.evc -OnlyKek x509:offline.pem -AllowedKek x509:offline.pfx).Valid | Should -BeTrue
        (Update-EnvelopeKek b.evc -AddKek local:backup -AllowedKek x509:offline.pfx).Kek.Count | Should -Be 2
    }

    It 'Gives_a_runbook_its_exit_code' {
        # The pattern of README: errors are collected, work goes on, and the script ends with 1 when any file failed.
        $script = @'
        Import-Module $args[0]
        Protect-EnvelopeFile -LiteralPath $args[1].Split(',') -Kek local:backup -Force -ErrorVariable failed -ErrorAction SilentlyContinue | Out-Null
        exit [int]($failed.Count -gt 0)
'@
        Set-Content "$work/run.ps1" $script
        Invoke-Shell -File "$work/run.ps1" $manifestPath "$work/b.txt"
        $LASTEXITCODE | Should -Be 0
        Invoke-Shell -File "$work/run.ps1" $manifestPath "$work/b.txt,$work/gone"
        $LASTEXITCODE | Should -Be 1
    }
}
