#requires -Version 7.4
<#
.SYNOPSIS
Installs the module from a folder of packages, as a user does, and runs the Pester tests against what was installed.
#>
param([Parameter(Mandatory)] [string] $Packages)

$ErrorActionPreference = 'Stop'
$root = Resolve-Path "$PSScriptRoot/../.."
$PSVersionTable.PSVersion.ToString()

Register-PSResourceRepository -Name packages -Uri (Resolve-Path $Packages).Path -Trusted -Force
Install-PSResource EnvelopeCrypto -Repository packages -Prerelease
if (-not (Get-Module -ListAvailable Pester | Where-Object Version -GE ([version] '5.5'))) {
    Install-PSResource Pester -Version '[5.5.0, 6.0.0)' -TrustRepository
}

$env:ENVELOPECRYPTO_TEST_MODULE = (Get-Module -ListAvailable EnvelopeCrypto | Select-Object -First 1).ModuleBase
$env:ENVELOPECRYPTO_TEST_KMS_SERVER = Join-Path $root 'tests/EnvelopeCrypto.KmsServer/bin/Debug/net8.0/EnvelopeCrypto.KmsServer.dll'
# A shell of its own: the preferences of this script are not those of a user.
& (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File "$root/tests/Pester/Run.ps1"
exit $LASTEXITCODE
