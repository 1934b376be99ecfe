#requires -Version 7.4
<#
.SYNOPSIS
Measures Protect-CmsMessage on a file: time, peak memory of the shell, and size of the result.
.DESCRIPTION
In a shell of its own, which does nothing else, for a certificate and a file of random bytes that are made for it and removed. Linux only:
the peak is the kernel's own count. Prints a row in Markdown for docs/performance.md.
.EXAMPLE
dotnet pwsh -NoProfile -File tests/EnvelopeCrypto.Benchmarks/cms.ps1
#>
[CmdletBinding()]
param([int] $MiB = 64)

$ErrorActionPreference = 'Stop'
function Get-PeakMiB { [int] ((Select-String -LiteralPath /proc/self/status -Pattern '^VmHWM:\s+(\d+)').Matches[0].Groups[1].Value / 1024) }

$folder = (New-Item -ItemType Directory -Path ([IO.Path]::Combine([IO.Path]::GetTempPath(), [IO.Path]::GetRandomFileName()))).FullName
try {
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
        'CN=cms', [Security.Cryptography.RSA]::Create(2048), 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    $purposes = [Security.Cryptography.OidCollection]::new()
    [void] $purposes.Add([Security.Cryptography.Oid]::new('1.3.6.1.4.1.311.80.1')) # document encryption, without which the cmdlet takes none
    $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509EnhancedKeyUsageExtension]::new($purposes, $false))
    $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509KeyUsageExtension]::new('KeyEncipherment, DataEncipherment', $false))
    $certificate = $request.CreateSelfSigned([datetimeoffset]::Now.AddDays(-1), [datetimeoffset]::Now.AddDays(1))
    head -c ($MiB * 1MB) /dev/urandom > "$folder/large"

    $before = Get-PeakMiB
    $time = Measure-Command { Protect-CmsMessage -To $certificate -LiteralPath "$folder/large" -OutFile "$folder/large.cms" }
    $ratio = (Get-Item "$folder/large.cms").Length / (Get-Item "$folder/large").Length
    '| Protect-CmsMessage, {0} MiB | {1:0.00} s | {2} MiB, of which the shell {3} MiB | {4:0.00} times |' -f $MiB, $time.TotalSeconds, (Get-PeakMiB), $before, $ratio
}
finally {
    Remove-Item -LiteralPath $folder -Recurse
}
