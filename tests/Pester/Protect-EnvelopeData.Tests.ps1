Describe 'Protect-EnvelopeData' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:crm, local:other -Unprotected
        $work = Use-Folder
        $token = '^evc1\.[\w-]+\.[\w-]+\.[\w-]+$'
    }

    AfterAll { Set-Location / }

    It 'Makes_a_token_of_a_value: <type>' -ForEach @(
        @{ type = 'String'; value = "f$([char]0xfc)r`n" }, @{ type = 'Int32'; value = -7 }, @{ type = 'Int64'; value = 7L }, @{ type = 'Decimal'; value = 1.50d }, @{ type = 'Double'; value = 0.1 }
        @{ type = 'Boolean'; value = $false }, @{ type = 'DateTime'; value = [datetime]::UtcNow }, @{ type = 'DateTimeOffset'; value = [datetimeoffset]::Now }, @{ type = 'Guid'; value = [guid]::NewGuid() }
    ) {
        $made = $value | Protect-EnvelopeData -Kek local:crm
        $made | Should -Match $token
        $again = Unprotect-EnvelopeData $made
        $again.GetType().Name | Should -Be $type
        $again | Should -Be $value
        "$again" | Should -Be "$value"
    }

    It 'Takes_bytes_whole_and_says_how_when_the_pipeline_took_them_apart' {
        [byte[]] $bytes = 0, 1, 255
        $again = , $bytes | Protect-EnvelopeData -Kek local:crm | Unprotect-EnvelopeData
        , $again | Should -BeOfType ([byte[]])
        $again | Should -Be $bytes
        (Protect-EnvelopeData -InputObject $bytes -Kek local:crm) | Should -Match $token
        Get-ErrorId { $bytes | Protect-EnvelopeData -Kek local:crm } | Should -Be 'ValueUnsupported', 'ValueUnsupported', 'ValueUnsupported'
    }

    It 'Takes_a_SecureString_and_gives_it_back' {
        $secret = ConvertTo-Secret "p$([char]0xe4)ss"
        $made = $secret | Protect-EnvelopeData -Kek local:crm
        $made | Should -Match $token
        $again = $made | Unprotect-EnvelopeData
        $again | Should -BeOfType ([securestring])
        ConvertFrom-SecureString $again -AsPlainText | Should -BeExactly "p$([char]0xe4)ss"
        $secret.Length | Should -Be 4 -Because 'what came in is not disposed'
    }

    It 'Takes_a_PSCredential_and_gives_it_back: <name>' -ForEach @{ name = 'ann' }, @{ name = 'CORP\ann' }, @{ name = 'ann@corp.example' } {
        $given = [pscredential]::new($name, (ConvertTo-Secret 'swordfish'))
        $row = [pscustomobject]@{ id = 1; login = $given } | Protect-EnvelopeData -Property login -BindProperty id -Kek local:crm
        $row.login | Should -Match $token
        $again = $row | Unprotect-EnvelopeData -Property login -BindProperty id
        $again.login | Should -BeOfType ([pscredential])
        $again.login.UserName | Should -BeExactly $name
        $again.login.GetNetworkCredential().Password | Should -BeExactly 'swordfish'
        (Protect-EnvelopeData $given -Kek local:crm | Unprotect-EnvelopeData).UserName | Should -BeExactly $name
    }

    It 'Gives_the_tool_a_SecureString_as_text_and_no_credential' {
        $secret, $login = (ConvertTo-Secret 'swordfish'), [pscredential]::new('ann', (ConvertTo-Secret 'swordfish')) | Protect-EnvelopeData -Kek local:crm
        $secret | dotnet $env:ENVELOPECRYPTO_TEST_TOOL unprotect --text | Should -BeExactly 'swordfish'
        $said = $login | dotnet $env:ENVELOPECRYPTO_TEST_TOOL unprotect --text 2>&1
        $LASTEXITCODE | Should -Be 1
        "$said" | Should -Match 'Unprotect-EnvelopeData'
        "$said" | Should -Not -Match 'swordfish'
    }

    It 'Takes_all_properties_with_an_asterisk_but_those_it_binds_to' {
        $row = [pscustomobject]@{ id = 1; ssn = 's'; born = [datetime] '1990-01-02'; none = $null } | Add-Member -PassThru AliasProperty number ssn
        $out = $row | Protect-EnvelopeData -Property * -BindProperty ID -Kek local:crm
        $out.id | Should -Be 1
        $out.ssn, $out.born | Should -Match $token
        $out.none | Should -Be $null
        $out.number | Should -BeExactly $out.ssn
        $back = $out | Update-EnvelopeData -Property * -BindProperty id -OldKek local:crm -NewKek local:other | Unprotect-EnvelopeData -Property * -BindProperty id
        $back.ssn | Should -BeExactly 's'
        $back.born | Should -Be ([datetime] '1990-01-02')
        ($out | Unprotect-EnvelopeData -Property ssn -BindProperty id).ssn | Should -BeExactly 's'
    }

    It 'Takes_all_properties_of_records_that_have_others_each' {
        $data = [Data.DataTable]::new()
        [void] $data.Columns.Add('pay', [decimal])
        [void] $data.Rows.Add(12.50d)
        $out = @{ a = 1; b = 2 }, [pscustomobject]@{ c = 3 }, $data.Rows[0], [ordered]@{ d = 4; e = 5; f = 6 } | Protect-EnvelopeData -Property * -Kek local:crm
        $out[0].a, $out[0].b, $out[1].c, $out[2].pay, $out[3].d, $out[3].e, $out[3].f | Should -Match $token
        $back = $out | Unprotect-EnvelopeData -Property *
        $back[0].a, $back[0].b, $back[1].c, $back[2].pay, $back[3].d, $back[3].e, $back[3].f | Should -Be 1, 2, 3, 12.5, 4, 5, 6
    }

    It 'Makes_tokens_as_short_as_docs/records.md_says' {
        $words = Get-Content -Raw "$PSScriptRoot/../../docs/records.md"
        $words -match 'one letter, a SecureString of eight and a PSCredential of three and eight have ([\d]+), ([\d]+) and ([\d]+) letters' | Should -BeTrue
        $said = [int[]] $Matches[1..3]
        $made = @(
            Protect-EnvelopeData 'x' -Kek local:crm
            Protect-EnvelopeData (ConvertTo-Secret 'password') -Kek local:crm
            Protect-EnvelopeData ([pscredential]::new('ann', (ConvertTo-Secret 'password'))) -Kek local:crm
        )
        $made | ForEach-Object Length | Should -Be $said
        ('x' | Protect-EnvelopeData -Kek local:crm).Length | Should -Be ($said[0] + 44)
    }

    It 'Leaves_null_as_it_is' {
        $null | Protect-EnvelopeData -Kek local:crm | Should -BeNullOrEmpty
        $row = [pscustomobject]@{ id = 1; ssn = $null } | Protect-EnvelopeData -Property ssn -Kek local:crm
        $row.ssn | Should -Be $null
        '' | Protect-EnvelopeData -Kek local:crm | Unprotect-EnvelopeData | Should -BeExactly ''
    }

    It 'Copies_a_custom_object_with_its_order_and_type_name' {
        $row = [pscustomobject]@{ PSTypeName = 'My.User'; b = 1; ssn = 's'; a = Get-Date }
        $out = $row | Protect-EnvelopeData -Property SSN -Kek local:crm
        $out.ssn | Should -Match $token
        $row.ssn | Should -Be 's'
        $out.PSObject.Properties.Name | Should -Be 'b', 'ssn', 'a'
        $out.PSObject.TypeNames[0] | Should -Be 'My.User'
        $out.a | Should -Be $row.a
    }

    It 'Copies_tables_as_tables' {
        $table = @{ id = 1; ssn = 's' }
        $out = $table | Protect-EnvelopeData -Property Ssn -BindProperty ID -Kek local:crm
        $out | Should -BeOfType ([hashtable])
        $out['SSN'] | Should -Match $token
        $table.ssn | Should -Be 's'
        ($out | Unprotect-EnvelopeData -Property ssn -BindProperty id).ssn | Should -Be 's'
        $ordered = [ordered]@{ z = 1; ssn = 's'; a = 2 } | Protect-EnvelopeData -Property ssn -Kek local:crm
        $ordered.Keys | Should -Be 'z', 'ssn', 'a'
        $ordered.GetType().Name | Should -Be 'OrderedDictionary'
    }

    It 'Makes_custom_objects_of_rows_and_of_other_objects' {
        $data = [Data.DataTable]::new()
        [void] $data.Columns.Add('id', [int])
        [void] $data.Columns.Add('pay', [decimal])
        [void] $data.Rows.Add(1, 12.50d)
        [void] $data.Rows.Add(2, [DBNull]::Value)
        $out = $data.Rows | Protect-EnvelopeData -Property pay -BindProperty id -Kek local:crm
        $out[0].PSObject.Properties.Name | Should -Be 'id', 'pay'
        $out[1].pay | Should -BeOfType ([DBNull])
        $again = $out | Unprotect-EnvelopeData -Property pay -BindProperty id
        $again[0].pay | Should -Be 12.50d
        $again[0].pay | Should -BeOfType ([decimal])
        [IO.File]::WriteAllText("$work/file", 'x')
        $file = Get-Item "$work/file" | Protect-EnvelopeData -Property Name -Kek local:crm
        $file.Name | Should -Match $token
        $file.Length | Should -Be 1
    }

    It 'Protects_the_key_that_is_named_where_others_differ_in_case_alone: <type>' -ForEach @(
        @{ type = 'Hashtable'; table = [Activator]::CreateInstance([hashtable]) }
        @{ type = 'OrderedDictionary'; table = [Collections.Specialized.OrderedDictionary]::new() }
        @{ type = 'OrderedDictionary'; table = [Collections.Generic.Dictionary[string, object]]::new() }
        @{ type = 'OrderedHashtable'; table = '{"z":1}' | ConvertFrom-Json -AsHashtable }
    ) {
        $table['ssn'] = 's'
        $table['SSN'] = 'S'
        $table['A'] = 1
        $table['a'] = 2
        $out = Protect-EnvelopeData $table -Property SSN -Kek local:crm
        $out.GetType().Name | Should -Be $type
        $out['SSN'] | Should -Match $token
        Unprotect-EnvelopeData $out -Property SSN | ForEach-Object { $_['SSN'] } | Should -BeExactly 'S'
        $out['ssn'] | Should -BeExactly 's'
        $out['A'], $out['a'] | Should -Be 1, 2
        $table['SSN'] | Should -BeExactly 'S'
        if ($type -ne 'Hashtable') {
            @($out.Keys) | Should -BeExactly @($table.Keys)
        }
        Get-ErrorId { Protect-EnvelopeData $table -Property Ssn -Kek local:crm } | Should -Be 'FieldNameInvalid'
    }

    It 'Refuses_a_row_whose_columns_differ_in_case_alone' {
        $data = [Data.DataTable]::new()
        [void] $data.Columns.Add('ssn')
        [void] $data.Columns.Add('SSN')
        [void] $data.Rows.Add('s', 'S')
        Get-ErrorId { $data.Rows | Protect-EnvelopeData -Property ssn -Kek local:crm } | Should -Be 'FieldNameInvalid'
    }

    It 'Goes_on_after_a_row_that_was_deleted' {
        $data = [Data.DataTable]::new()
        [void] $data.Columns.Add('ssn')
        'a', 'b', 'c' | ForEach-Object { [void] $data.Rows.Add($_) }
        $data.AcceptChanges()
        $data.Rows[1].Delete()
        $out = $data.Rows | Protect-EnvelopeData -Property ssn -Kek local:crm -ErrorVariable failed -ErrorAction SilentlyContinue
        $out | Should -HaveCount 2
        $failed.FullyQualifiedErrorId -replace ',.*' | Should -Be 'FieldMissing'
        $failed.TargetObject | Should -Be 2
    }

    It 'Puts_the_token_where_a_hidden_property_was' {
        class User { [int] $id = 1; hidden [string] $ssn = 's' }
        $out = [User]::new() | Protect-EnvelopeData -Property ssn -BindProperty id -Kek local:crm
        $out.ssn | Should -Match $token
    }

    It 'Needs_only_the_properties_that_are_named_and_shows_no_error_of_theirs' {
        $row = [pscustomobject]@{ ssn = 'secret42' } | Add-Member -PassThru ScriptProperty bad { throw "bad $($this.ssn)" }
        $out = $row | Protect-EnvelopeData -Property ssn -Kek local:crm
        $out.ssn | Should -Match $token
        $out.bad | Should -Be $null
        $null = $row | Protect-EnvelopeData -Property bad -Kek local:crm -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId -replace ',.*' | Should -Be 'FieldMissing'
        $failed.Exception.ToString() | Should -Not -Match 'secret42'
        (Get-Process -Id $PID | Protect-EnvelopeData -Property Id -Kek local:crm).Id | Should -Match $token
    }

    It 'Keeps_an_alias_of_a_property_an_alias' {
        $row = [pscustomobject]@{ ssn = 's' } | Add-Member -PassThru AliasProperty number ssn
        $out = $row | Protect-EnvelopeData -Property ssn -Kek local:crm
        $out.number | Should -BeExactly $out.ssn
        ($row | Protect-EnvelopeData -Property number -Kek local:crm).number | Should -Match $token
    }

    It 'Refuses_tokens_and_with_-SkipProtected_leaves_them' {
        $rows = 1..3 | ForEach-Object { [pscustomobject]@{ id = $_; ssn = "s$_" } }
        $rows[1] = $rows[1] | Protect-EnvelopeData -Property ssn -BindProperty id -Kek local:crm
        $out = $rows | Protect-EnvelopeData -Property ssn -BindProperty id -Kek local:crm -ErrorVariable failed -ErrorAction SilentlyContinue
        $out.id | Should -Be 1, 3
        $failed[0].FullyQualifiedErrorId | Should -Match '^AlreadyAToken,'
        $failed[0].TargetObject | Should -Be 2
        $out = $rows | Protect-EnvelopeData -Property ssn -BindProperty id -Kek local:crm -SkipProtected
        $out[1].ssn | Should -Be $rows[1].ssn
        ($out | Unprotect-EnvelopeData -Property ssn -BindProperty id).ssn | Should -Be 's1', 's2', 's3'
        Get-ErrorId { $rows[1] | Protect-EnvelopeData -Property ssn -Kek local:crm -SkipProtected } | Should -Be 'BindingMismatch'
    }

    It 'Shows_no_value_in_an_error' {
        $null = [pscustomobject]@{ id = 1; ssn = [uri] 'mailto:secret42@b.example' } | Protect-EnvelopeData -Property ssn -Kek local:crm -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Format-List * -Force | Out-String | Should -Not -Match 'secret42'
    }

    It 'Says_what_is_wrong: <id>' -ForEach @(
        @{ id = 'FieldMissing'; script = { [pscustomobject]@{ a = 1 } | Protect-EnvelopeData -Property b -Kek local:crm } }
        @{ id = 'FieldMissing'; script = { [pscustomobject]@{ a = 1 } | Protect-EnvelopeData -Property a -BindProperty b -Kek local:crm } }
        @{ id = 'FieldMissing'; script = { 'text' | Protect-EnvelopeData -Property a -Kek local:crm } }
        @{ id = 'FieldNameInvalid'; script = { [pscustomobject]@{ a = 1 } | Protect-EnvelopeData -Property a -BindProperty A -Kek local:crm } }
        @{ id = 'FieldNameInvalid'; script = { 1 | Protect-EnvelopeData -BindProperty a -Kek local:crm } }
        @{ id = 'ValueUnsupported'; script = { Protect-EnvelopeData ([timespan] 1) -Kek local:crm } }
        @{ id = 'ValueUnsupported'; script = { Protect-EnvelopeData ([pscredential]::Empty) -Kek local:crm } }
        @{ id = 'ValueUnsupported'; script = { [pscustomobject]@{ a = 1; b = ConvertTo-Secret 'x' } | Protect-EnvelopeData -Property a -BindProperty b -Kek local:crm } }
        @{ id = 'FieldMissing'; script = { [pscustomobject]@{ a = 1 } | Protect-EnvelopeData -Property * -BindProperty a -Kek local:crm } }
        @{ id = 'FieldNameInvalid'; script = { [pscustomobject]@{ a = 1 } | Protect-EnvelopeData -Property *, a -Kek local:crm } }
        @{ id = 'FieldNameInvalid'; script = { @{ 1 = 'x' } | Protect-EnvelopeData -Property * -Kek local:crm } }
        @{ id = 'KekNotFound'; script = { 'x' | Protect-EnvelopeData -Kek local:nothere } }
        @{ id = 'KekRequired'; script = { 'x' | Protect-EnvelopeData } }
        @{ id = 'KekNotFound'; script = { 'x' | Protect-EnvelopeData -Kek local:nothere -WhatIf } }
    ) {
        Get-ErrorId $script | Should -Be $id
    }

    It 'Does_nothing_with_-WhatIf' {
        1..3 | Protect-EnvelopeData -Kek local:crm -WhatIf | Should -BeNullOrEmpty
    }

    It 'Has_several_recipients_and_a_data_key_for_so_many_records' {
        $made = 1..5 | Protect-EnvelopeData -Kek local:crm, local:other -RecordsPerDataKey 2 -EncryptionContext @{ table = 'users' }
        ($made | ForEach-Object { ($_ -split '\.')[2] } | Sort-Object -Unique).Count | Should -Be 3
        $made | Unprotect-EnvelopeData -AllowedKek local:other -RequiredContext @{ table = 'users' } | Should -Be (1..5)
    }

    It 'Takes_a_CSV_file_there_and_back' {
        1..2000 | ForEach-Object { [pscustomobject]@{ id = $_; name = "n, `"$_`""; ssn = "123-45-$_"; email = if ($_ % 7) { "$_@example.org" } } } | Export-Csv users.csv
        Import-Csv users.csv | Protect-EnvelopeData -Property ssn, email -BindProperty id -Kek local:crm | Export-Csv protected.csv
        Select-String -Path protected.csv -Pattern '"123-45|@example' | Should -BeNullOrEmpty
        Import-Csv protected.csv | Unprotect-EnvelopeData -Property ssn, email -BindProperty id | Export-Csv back.csv
        (Get-FileHash back.csv).Hash | Should -Be (Get-FileHash users.csv).Hash
    }

    It 'Stops_at_once_when_no_more_is_wanted' {
        $seen = [ref] 0
        1..100000 | ForEach-Object { $seen.Value++; $_ } | Protect-EnvelopeData -Kek local:crm | Select-Object -First 3 | Should -HaveCount 3
        $seen.Value | Should -BeLessThan 1000
    }
}
