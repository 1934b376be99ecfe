Describe 'Remove-EnvelopeKek' {
    BeforeAll { . $PSScriptRoot/Bench.ps1 }

    BeforeEach { New-EnvelopeKek local:a -Unprotected }

    AfterEach { Remove-EnvelopeKek local:a -Force -ErrorAction Ignore }

    It 'Is_of_high_impact' {
        ([Management.Automation.CmdletAttribute] [EnvelopeCrypto.PowerShell.RemoveEnvelopeKekCommand].GetCustomAttributes($true).Where({ $_ -is [Management.Automation.CmdletAttribute] })[0]).ConfirmImpact |
            Should -Be 'High'
    }

    It 'Removes_with_-Force_without_asking' {
        Remove-EnvelopeKek local:a -Force | Should -BeNullOrEmpty
        Get-ErrorId { Get-EnvelopeKek local:a } | Should -Be 'KekNotFound'
    }

    It 'Says_with_-WhatIf_which_versions_are_lost_and_removes_none' {
        New-EnvelopeKekVersion local:a | Out-Null
        $said = Invoke-Shell -Command "Import-Module '$manifestPath'; Remove-EnvelopeKek local:a -Force -WhatIf"
        $said -join ' ' | Should -Match '1 \(.+2 \('
        (Get-EnvelopeKek local:a).Version | Should -Be 2
    }

    It 'Removes_nothing_when_nobody_is_there_to_confirm' {
        $said = Invoke-Shell -Command "Import-Module '$manifestPath'; Remove-EnvelopeKek local:a 2>&1 | ForEach-Object FullyQualifiedErrorId"
        $said | Should -BeLike 'PromptRequired,*'
        (Get-EnvelopeKek local:a).Version | Should -Be 1
    }
}
