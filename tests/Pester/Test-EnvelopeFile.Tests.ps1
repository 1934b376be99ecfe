Describe 'Test-EnvelopeFile' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:one, local:two -Unprotected
    }

    BeforeEach {
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/b.txt", 'two')
        Protect-EnvelopeFile b.txt -Kek local:one, local:two | Out-Null
    }

    AfterAll { Set-Location / }

    It 'Proves_a_sound_file' {
        $result = Test-EnvelopeFile b.txt.evc
        $result.Valid | Should -BeTrue
        $result.Length | Should -Be 3
        $result.Error | Should -BeNullOrEmpty
        $result | Format-Table | Out-String -Width 400 | Should -Match 'True\s+3 B\s+\S*b\.txt\.evc\s+local:one'
    }

    It 'Says_what_is_wrong_as_a_result' {
        $bytes = [IO.File]::ReadAllBytes("$work/b.txt.evc")
        $bytes[-1] = $bytes[-1] -bxor 1
        [IO.File]::WriteAllBytes("$work/b.txt.evc", $bytes)
        $result = Test-EnvelopeFile b.txt.evc
        $result.Valid | Should -BeFalse
        $result.Error | Should -Be 'BodyDamaged'
        Test-EnvelopeFile b.txt.evc -HeaderOnly -Quiet | Should -BeTrue
        Test-EnvelopeFile b.txt.evc -Quiet | Should -BeFalse
    }

    It 'Gives_one_Boolean_for_all_files' {
        Test-EnvelopeFile b.txt.evc, b.txt -Quiet | Should -BeFalse
        Test-EnvelopeFile nothere.evc -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
    }

    It 'Finds_recipients_that_should_not_be_there' {
        (Test-EnvelopeFile b.txt.evc -OnlyKek local:one).Error | Should -Be 'RecipientUnexpected'
        (Test-EnvelopeFile b.txt.evc -OnlyKek local:one, local:two).Valid | Should -BeTrue
        (Test-EnvelopeFile b.txt.evc -OnlyKek local:*).Valid | Should -BeTrue
        { Test-EnvelopeFile b.txt.evc -OnlyKek nonsense } | Should -Throw -ErrorId 'KekReferenceInvalid,*'
    }

    It 'Refuses_to_require_a_context_or_allow_KEKs_of_which_there_are_none' {
        { Test-EnvelopeFile b.txt.evc -RequiredContext @{} } | Should -Throw -ErrorId 'ContextInvalid,*'
        $env:ENVELOPECRYPTO_ALLOWED_KEK = ' ; '
        try {
            { Test-EnvelopeFile b.txt.evc } | Should -Throw -ErrorId 'KekReferenceInvalid,*'
        }
        finally {
            Remove-Item Env:ENVELOPECRYPTO_ALLOWED_KEK
        }
    }
}
