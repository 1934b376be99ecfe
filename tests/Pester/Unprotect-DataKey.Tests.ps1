Describe 'Unprotect-DataKey' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:a, local:b -Unprotected
        $key = New-DataKey local:a -EncryptionContext @{ table = 'users' }
    }

    It 'Gives_the_same_key_for_the_object_and_for_its_text' {
        ($key | Unprotect-DataKey).GetPlaintext() | Should -Be $key.GetPlaintext()
        ($key.WrappedKey | Unprotect-DataKey -EncryptionContext @{ table = 'users' }).GetPlaintext() | Should -Be $key.GetPlaintext()
    }

    It 'Wants_the_same_context_and_an_allowed_KEK' {
        Get-ErrorId { Unprotect-DataKey $key.WrappedKey } | Should -Be 'WrappedKeyInvalid'
        Get-ErrorId { Unprotect-DataKey $key.WrappedKey -EncryptionContext @{ table = 'other' } } | Should -Be 'WrappedKeyInvalid'
        Get-ErrorId { $key | Unprotect-DataKey -AllowedKek local:b } | Should -Be 'KekNotAllowed'
    }

    It 'Refuses_text_that_is_no_wrapped_key' {
        Get-ErrorId { Unprotect-DataKey 'nonsense' } | Should -Be 'WrappedKeyInvalid'
        Get-ErrorId { Unprotect-DataKey ($key.WrappedKey + ' ') } | Should -Be 'WrappedKeyInvalid'
    }
}
