@{
    RootModule           = 'EnvelopeCrypto.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '44438997-edb0-4cdb-9c73-64eebf9974ee'
    Author               = 'The EnvelopeCrypto authors'
    CompanyName          = 'The EnvelopeCrypto authors'
    Copyright            = 'Copyright (c) 2026 The EnvelopeCrypto authors'
    Description          = 'Encrypts files, trees and fields of records with a data key each, wrapped by KEKs in AWS KMS, a local keyring, certificates, passphrases or any key service that a script can reach. A KEK is replaced in milliseconds, without touching the data.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    TypesToProcess       = @('EnvelopeCrypto.types.ps1xml')
    FormatsToProcess     = @('EnvelopeCrypto.format.ps1xml')
    CmdletsToExport      = @(
        'Export-EnvelopeKek'
        'Get-EnvelopeAuditRecord'
        'Get-EnvelopeFile'
        'Get-EnvelopeKek'
        'Get-EnvelopeKekProvider'
        'Import-EnvelopeKek'
        'Lock-EnvelopeKeyring'
        'New-DataKey'
        'New-EnvelopeKek'
        'New-EnvelopeKekVersion'
        'Protect-EnvelopeData'
        'Protect-EnvelopeFile'
        'Register-EnvelopeKekProvider'
        'Remove-EnvelopeKek'
        'Set-EnvelopeKeyring'
        'Test-EnvelopeAuditLog'
        'Test-EnvelopeFile'
        'Unlock-EnvelopeKeyring'
        'Unregister-EnvelopeKekProvider'
        'Unprotect-DataKey'
        'Unprotect-EnvelopeData'
        'Unprotect-EnvelopeFile'
        'Update-EnvelopeData'
        'Update-EnvelopeKek'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            # The build adds ProjectUri, LicenseUri and ReleaseNotes, since it knows the repository's page.
            Tags = @('encryption', 'envelope', 'backup', 'kek', 'AES', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
        }
    }
}
