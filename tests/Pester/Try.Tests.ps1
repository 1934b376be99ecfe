# What `build.ps1 Try` shows of the module.
Describe 'The first try' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $script = "$PSScriptRoot/../../docs/build/Try.ps1"
    }

    It 'Does_the_main_job_and_shows_it_in_80_columns' {
        $place = "$TestDrive/try"
        $said = Invoke-Shell -File $script -Module $moduleFolder -Place $place *>&1
        $LASTEXITCODE | Should -Be 0 -Because ($said -join "`n")
        $said | Where-Object { $_.Length -gt 80 -and $_ -ne $place } | Should -BeNullOrEmpty
        foreach ($file in 'vault/reports/q1.csv.evc', 'restored/reports/q1.csv') {
            @($said -match " $([regex]::Escape([IO.Path]::Combine($file.Split('/'))))( |$)").Count | Should -BeGreaterThan 0 -Because "$file is to be seen whole"
        }
        (Get-FileHash "$place/restored/app.db").Hash | Should -Be (Get-FileHash "$place/data/app.db").Hash
    }

    It 'Touches_nothing_in_a_place_that_is_there' {
        $place = Use-Folder 'mine'
        Set-Content file 'mine'
        Set-Location /
        $said = Invoke-Shell -File $script -Module $moduleFolder -Place $place *>&1
        $LASTEXITCODE | Should -Be 1 -Because ($said -join "`n")
        (Get-ChildItem $place).Name | Should -Be 'file'
    }
}
