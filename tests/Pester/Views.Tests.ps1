# What the screen shows of names that others chose: no terminal commands, no text that runs backwards.
Describe 'Views' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $work = Use-Folder
        New-EnvelopeKek local:a -Unprotected | Out-Null
        $escape = [char] 27
        $backwards = [char] 0x202e
        $tag = [char]::ConvertFromUtf32(0xe0041)
        $bad = "x$escape]0;owned$([char] 7)$backwards$tag.txt"
        function Assert-Safe($Objects) {
            foreach ($text in ($Objects | Format-Table | Out-String -Width 300), ($Objects | Format-List | Out-String)) {
                $text | Should -Match '\\u001b'
                $text -match "[$escape$backwards$([char] 7)]" | Should -BeFalse
                $text.Contains($tag) | Should -BeFalse
            }
        }
    }

    AfterAll { Set-Location / }

    It 'Of_files_are_safe_for_a_terminal' -Skip:$IsWindows {
        [IO.File]::WriteAllText("$work/$bad", 'x')
        $made = Protect-EnvelopeFile -LiteralPath $bad -Kek local:a
        Assert-Safe $made
        Assert-Safe (Protect-EnvelopeFile -LiteralPath $bad -Kek local:a -Update)
        Assert-Safe (Get-EnvelopeFile -LiteralPath "$bad.evc")
        Assert-Safe (Test-EnvelopeFile -LiteralPath "$bad.evc")
        Assert-Safe (Unprotect-EnvelopeFile -LiteralPath "$bad.evc" -DestinationPath "back $bad")
    }

    It 'Of_an_error_are_safe_for_a_terminal_and_its_target_is_the_path_itself: <view>' -Skip:$IsWindows -ForEach @(
        @{ view = 'NormalView' }, @{ view = 'ConciseView' }, @{ view = 'CategoryView' }, @{ view = 'DetailedView' }
    ) {
        $missing = "missing $bad"
        Unprotect-EnvelopeFile -LiteralPath $missing -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].TargetObject | Should -BeExactly (Join-Path $work $missing)
        $ErrorView = $view
        $shown = $view -eq 'DetailedView' ? "$($failed[0])" : ($failed[0] | Out-String)
        $shown | Should -Match '\\u[0-9a-f]{4}'
        $shown.Contains("$escape]") | Should -BeFalse
        $shown.Contains($backwards) | Should -BeFalse
    }

    Context 'in 80 columns' {
        BeforeAll {
            $deep = 'data/a/folder/of/a/folder/of/a/folder/with-a-long-name'
            [void] [IO.Directory]::CreateDirectory("$work/$deep")
            [IO.File]::WriteAllText("$work/data/app.db", 'x' * 2048)
            [IO.File]::WriteAllText("$work/$deep/quarterly-report-2026.csv", 'x')
            New-EnvelopeKek local:pair -KeyPair -Unprotected | Out-Null
            Export-EnvelopeKek local:pair ./pair.pem -PublicKey | Out-Null
            $made = Protect-EnvelopeFile ./data -Recurse -DestinationPath ./vault -Kek local:a, pub:./pair.pem
            $inspected = Get-EnvelopeFile ./vault -Recurse
            $tested = Test-EnvelopeFile ./vault -Recurse
            function Show($Objects) { $Objects | Out-String -Width 80 }
            # What each table has to show, wherever it comes from.
            $shows = 'quarterly-report-2026\.csv\.evc (local:a( \+1)?|True)', '2 KiB .*app\.db\.evc local:a'
        }

        It 'Show_the_end_of_a_path_before_its_KEKs' {
            foreach ($objects in $made, $inspected, $tested) {
                $text = Show $objects
                foreach ($part in $shows) { $text | Should -Match $part }
                ($text -split '\r?\n' | Where-Object Length -GT 80) | Should -BeNullOrEmpty
            }
            Show $made | Should -Match '(?m) vault[/\\]app\.db\.evc local:a \+1' -Because 'it is below the location'
        }

        It 'Shorten_names_of_KEKs_to_what_tells_them_apart: <kind>' -ForEach @(
            @{ kind = 'pub'; file = 'pair.pem' }, @{ kind = 'x509'; file = 'offline.pem' }
        ) {
            if ($kind -eq 'x509') { Add-Certificate $work }
            $hash = (Protect-EnvelopeFile ./data/app.db -Kek "${kind}:./$file" -DestinationPath "$kind.evc").Kek[0]
            Show (Get-EnvelopeFile "$kind.evc") | Should -Match "$kind\.evc ${kind}:\u2026$($hash[-4..-1] -join '')\s"
            Get-EnvelopeFile "$kind.evc" | Format-List | Out-String | Should -Match $hash
        }

        It 'Show_the_same_of_what_came_from_a_file' {
            foreach ($objects in $made, $inspected, $tested) {
                $objects | Export-Clixml again.xml
                $again = Import-Clixml again.xml
                foreach ($part in $shows) { Show $again | Should -Match $part }
                $again | Format-List | Out-String -Width 200 | Should -Match '(?m)^FullName +: .*app\.db\.evc\r?$'
            }
            Get-EnvelopeKek | Export-Clixml again.xml
            Show (Import-Clixml again.xml) | Should -Match 'local:a .* UNPROTECTED .* never'
        }

        It 'Show_the_same_of_what_came_from_a_job' {
            $job = Start-Job -ArgumentList $manifestPath, $work { Import-Module $args[0]; Get-EnvelopeFile "$($args[1])/vault" -Recurse }
            $objects = Receive-Job $job -Wait -AutoRemoveJob
            foreach ($part in $shows) { Show $objects | Should -Match $part }
        }

        It 'Show_the_same_in_constrained_language_mode' {
            $said = Invoke-Shell -Command "
                Import-Module '$manifestPath'
                Set-Location '$work'
                `$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
                Get-EnvelopeFile ./vault -Recurse | Out-String -Width 80
                Test-EnvelopeFile ./vault -Recurse | Out-String -Width 80
                Get-EnvelopeKek | Out-String -Width 80"
            $said = $said -join "`n"
            foreach ($part in $shows) { [regex]::Matches($said, $part).Count | Should -Be 2 }
            $said | Should -Match 'local:a .* UNPROTECTED .* never'
        }

        It 'Call_no_method_where_the_language_is_constrained: <Name>' -ForEach @(
            $module = $env:ENVELOPECRYPTO_TEST_MODULE ? $env:ENVELOPECRYPTO_TEST_MODULE : (Join-Path $PSScriptRoot '../../out/EnvelopeCrypto')
            foreach ($view in ([xml] (Get-Content (Join-Path $module EnvelopeCrypto.format.ps1xml) -Raw)).Configuration.ViewDefinitions.View) {
                @{ Name = $view.Name; Blocks = @($view.SelectNodes('.//ScriptBlock').InnerText) }
            }
        ) {
            foreach ($block in $Blocks) { $block | Should -Not -Match '::|\.Where\(|\.ForEach\(' }
        }

        It 'Show_audit_records_data_keys_and_KEKs_there_and_from_a_file: <lines>' -ForEach @(
            @{ lines = "`$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'" }
            @{ lines = "`$records, `$keys, `$keks, `$verdict | Export-Clixml again.xml; `$records, `$keys, `$keks, `$verdict = Import-Clixml again.xml" }
        ) {
            $said = Invoke-Shell -Command "
                Import-Module '$manifestPath'
                Set-Location '$work'
                Protect-EnvelopeFile ./data/app.db -Kek local:a -DestinationPath ./audited.evc -AuditLog ./log -Force | Out-Null
                `$records = @(Get-EnvelopeAuditRecord ./log)
                `$keys = New-DataKey local:a
                `$keks = Get-EnvelopeKek local:a
                `$verdict = Test-EnvelopeAuditLog ./log
                $lines
                `$records | Format-Table | Out-String -Width 200
                `$records | Format-List | Out-String -Width 200
                `$keys | Out-String -Width 80
                `$keks | Format-List | Out-String -Width 80
                `$verdict | Out-String -Width 200"
            $said = $said -join "`n"
            foreach ($part in '(?m)Wrap +Done +local:a\S* .*app\.db|audited\.evc', 'Context +:', 'Host +: \S', 'Run +: \S', '(?m)^local:a +', 'Exported +: never', 'Log +: \S') {
                $said | Should -Match $part
            }
        }

        It 'Have_sizes_by_short_names' {
            $file = Get-EnvelopeFile ./vault/app.db.evc
            $file.Size | Should -Be 2048
            $file.EnvelopeSize | Should -Be (Get-Item ./vault/app.db.evc).Length
            ($made | Where-Object Size -EQ 2048).FullName | Should -BeLike '*app.db.evc'
            $tested.Size | Should -Contain 2048
        }
    }

    It 'Have_a_row_for_each_file_that_was_tested_or_not: <_> at once' -ForEach 1, 8 {
        $folder = Use-Folder "rows$_"
        1..12 | ForEach-Object { [IO.File]::WriteAllText("$folder/$_", "$_") }
        New-EnvelopeKek "local:gone$_" -Unprotected 6>$null | Out-Null
        Protect-EnvelopeFile "$folder/*" -Kek "local:gone$_" | Out-Null
        Remove-EnvelopeKek "local:gone$_" -Force
        $rows = Test-EnvelopeFile "$folder/*.evc" -ThrottleLimit $_ -ErrorAction SilentlyContinue
        $rows.Count | Should -Be 12
        ($rows.FullName | Sort-Object -Unique).Count | Should -Be 12
        $rows.Valid | Should -Not -Contain $true
        $rows.Error | ForEach-Object { "$_" } | Sort-Object -Unique | Should -BeIn 'KekNotFound', 'NotTried'
        Set-Location $work
    }

    It 'Show_no_text_of_others_as_it_stands: <Name>' -ForEach @(
        $module = $env:ENVELOPECRYPTO_TEST_MODULE ? $env:ENVELOPECRYPTO_TEST_MODULE : (Join-Path $PSScriptRoot '../../out/EnvelopeCrypto')
        Import-Module (Join-Path $module EnvelopeCrypto.psd1)
        foreach ($view in ([xml] (Get-Content (Join-Path $module EnvelopeCrypto.format.ps1xml) -Raw)).Configuration.ViewDefinitions.View) {
            @{ Name = $view.Name; View = $view; Type = $view.ViewSelectedBy.TypeName }
        }
    ) {
        # Texts that the module itself makes, or that have a strict grammar.
        $ours = 'Kek', 'KeySpec', 'State', 'WrappedKey', 'Head', 'Name'
        $shown = $View.SelectNodes('.//TableColumnItem/PropertyName | .//ListItem/PropertyName').InnerText
        foreach ($name in $shown | Where-Object { $_ -notin $ours }) {
            $property = ($Type -as [type]).GetProperty($name)
            $property | Should -Not -BeNullOrEmpty -Because "$Type has $name"
            $property.PropertyType | Should -Not -BeIn ([string], [object]) -Because "$name can hold what others wrote"
        }
    }
}
