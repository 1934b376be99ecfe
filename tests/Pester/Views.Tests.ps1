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
            foreach ($text in ($Objects | Format-Table | Out-String), ($Objects | Format-List | Out-String)) {
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
