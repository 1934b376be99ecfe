#requires -Version 7.4
<#
.SYNOPSIS
Installs the module from a folder of packages, as a user does, and runs the Pester tests against what was installed, in this PowerShell.
#>
param([Parameter(Mandatory)] [string] $Packages)

$ErrorActionPreference = 'Stop'
$root = Resolve-Path "$PSScriptRoot/../.."
$PSVersionTable.PSVersion.ToString()

Register-PSResourceRepository -Name packages -Uri (Resolve-Path $Packages).Path -Trusted -Force
Install-PSResource EnvelopeCrypto -Repository packages -Prerelease

$env:ENVELOPECRYPTO_TEST_MODULE = (Get-Module -ListAvailable EnvelopeCrypto | Select-Object -First 1).ModuleBase
# As a .NET tool, PowerShell is a library that `dotnet` runs.
$program = [Environment]::ProcessPath
$env:ENVELOPECRYPTO_TEST_PWSH = (Split-Path -LeafBase $program) -eq 'dotnet' ? "$PSHOME/pwsh.dll" : $program
dotnet test "$root/tests/EnvelopeCrypto.Tests" --filter PesterTests
exit $LASTEXITCODE
