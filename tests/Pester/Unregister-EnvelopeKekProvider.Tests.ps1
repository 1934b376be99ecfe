Describe 'Unregister-EnvelopeKekProvider' {
    BeforeAll { . $PSScriptRoot/Bench.ps1 }

    AfterEach { Get-EnvelopeKekProvider | Unregister-EnvelopeKekProvider }

    It 'Takes_them_away_by_name_or_object' {
        'a', 'b', 'c' | ForEach-Object { Register-EnvelopeKekProvider $_ -Wrap { 'x' } -Unwrap { 'x' } }
        Unregister-EnvelopeKekProvider a
        Get-EnvelopeKekProvider b | Unregister-EnvelopeKekProvider
        (Get-EnvelopeKekProvider).Name | Should -Be 'c'
        Get-ErrorId { New-DataKey a:x } | Should -Be 'KekProviderMissing'
    }

    It 'Says_when_there_is_none' {
        Get-ErrorId { Unregister-EnvelopeKekProvider a, b } | Should -Be 'KekProviderMissing', 'KekProviderMissing'
        (Get-WayOut { Unregister-EnvelopeKekProvider a }) | Should -Match 'Get-EnvelopeKekProvider'
    }

    It 'Leaves_a_pipeline_that_is_under_way_to_end' {
        $work = Use-Folder
        1..30 | ForEach-Object { [IO.File]::WriteAllText("$work/$_", 'x') }
        Register-EnvelopeKekProvider a -Wrap { 'x' } -Unwrap { 'x' }
        $results = Get-ChildItem | Protect-EnvelopeFile -Kek a:x -DestinationPath ./out -Root . | ForEach-Object { Unregister-EnvelopeKekProvider a -ErrorAction Ignore; $_ }
        @($results).Count | Should -Be 30
        Set-Location /
    }
}
