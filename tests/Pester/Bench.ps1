# Dot-sourced by each test file: the built module, a folder and a keyring of its own, and nothing of the user's.

$moduleFolder = $env:ENVELOPECRYPTO_TEST_MODULE
if (-not $moduleFolder) {
    $moduleFolder = Join-Path $PSScriptRoot '../../out/EnvelopeCrypto'
}
$manifestPath = Join-Path $moduleFolder 'EnvelopeCrypto.psd1'
Import-Module $manifestPath -ErrorAction Stop

Get-ChildItem Env:ENVELOPECRYPTO_* | Where-Object Name -NotLike 'ENVELOPECRYPTO_TEST_*' | Remove-Item
$env:ENVELOPECRYPTO_HOME = Join-Path $TestDrive 'home'

# Names that lose files in scripts: wildcards, blanks, quotes, newlines, hidden, like options, Unicode, two dots, a backslash.
$hardNames = @(
    'plain.txt', 'a[1].txt', '[b]', 'st*r.log', 'wh?t.log', 'two  blanks .txt', ' first blank', "new`nline.log", "tab`there", '.hidden'
    '-Recurse', '--', "qu'ote", 'dou"ble', '$env-HOME', '`tick`', 'per%cent', '~', "$([char]0xfc)n$([char]0xef)c$([char]0xf6)d$([char]0xe9)", "cafe$([char]0x301)", "snow$([char]0x2603).txt", 'a..b', 'back\slash'
    '#hash;semi&amp', '(paren){brace}', 'x.evc.txt'
)
if ($IsWindows) {
    $hardNames = $hardNames | Where-Object { $_.IndexOfAny([IO.Path]::GetInvalidFileNameChars()) -lt 0 -and $_.Trim() -eq $_ }
}

# A tree with all of them, at the top and in a folder with such a name, of different lengths, times and modes.
function Add-HardTree([string] $Path) {
    $i = 0
    foreach ($folder in $Path, (Join-Path $Path 'sub [x]'), (Join-Path $Path 'sub [x]/deeper *')) {
        if ($IsWindows -and $folder.Contains('*')) {
            continue
        }
        [void] [IO.Directory]::CreateDirectory($folder)
        foreach ($name in $hardNames) {
            $file = [IO.Path]::Combine($folder, $name)
            $bytes = [byte[]]::new(37 * $i)
            [Random]::new($i).NextBytes($bytes)
            [IO.File]::WriteAllBytes($file, $bytes)
            [IO.File]::SetLastWriteTimeUtc($file, [datetime]::SpecifyKind([datetime]'2020-01-01', 'Utc').AddHours($i).AddTicks(1234567))
            if (-not $IsWindows) {
                [IO.File]::SetUnixFileMode($file, @('UserRead, UserWrite', 'UserRead, UserWrite, GroupRead, OtherRead', 'UserRead, UserWrite, UserExecute')[$i % 3])
            }
            $i++
        }
    }
}

# Each file of a tree with what makes it up, in a line that can be compared.
function Get-TreeLine([string] $Path) {
    $Path = (Resolve-Path -LiteralPath $Path).ProviderPath
    $options = [IO.EnumerationOptions]@{ RecurseSubdirectories = $true; AttributesToSkip = 0 }
    $lines = foreach ($file in [IO.DirectoryInfo]::new($Path).EnumerateFiles('*', $options)) {
        $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($file.FullName)))
        $mode = $IsWindows ? '' : $file.UnixFileMode
        '{0}|{1}|{2:o}|{3}|{4}' -f [IO.Path]::GetRelativePath($Path, $file.FullName), $file.Length, $file.LastWriteTimeUtc, $mode, $hash
    }
    $lines | Sort-Object -CaseSensitive -Culture ''
}

# This very PowerShell, to start once more. As a .NET tool it is a library that `dotnet` runs: its process is not `pwsh`, and a `pwsh` that
# stands beside the library is for one system and processor only.
$shell = [Environment]::ProcessPath
$shellArguments = (Split-Path -LeafBase $shell) -eq 'dotnet' ? @("$PSHOME/pwsh.dll") : @()

# Runs it: -Command, -File and what follows them. Its exit code is in $LASTEXITCODE.
function Invoke-Shell {
    & $shell @shellArguments -NoProfile -NonInteractive @args
}

# Temporary files of ours that are left below a folder.
function Get-Leftover([string] $Path) {
    [IO.Directory]::EnumerateFiles($Path, '.envelope-*', 'AllDirectories')
}

function ConvertTo-Secret([string] $Text) {
    $secret = [securestring]::new()
    $Text.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
    $secret
}

# As results have it, with the separator of the system.
function ConvertTo-LocalPath([string] $Path) { $Path.Replace('/', [IO.Path]::DirectorySeparatorChar) }

# A certificate for KEKs: offline.pem, and offline.pfx with its private key.
function Add-Certificate([string] $Folder) {
    $rsa = [Security.Cryptography.RSA]::Create(2048)
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=offline', $rsa, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    $certificate = $request.CreateSelfSigned([datetimeoffset]::Now.AddDays(-1), [datetimeoffset]::Now.AddDays(1))
    [IO.File]::WriteAllText("$Folder/offline.pem", $certificate.ExportCertificatePem())
    [IO.File]::WriteAllBytes("$Folder/offline.pfx", $certificate.Export('Pfx', ''))
}

# The id of the error that a script block ends in or writes.
function Get-ErrorId([scriptblock] $Script) {
    try {
        $errors = @(& $Script 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
    }
    catch {
        $errors = @($_)
    }
    $errors | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
}

# The way out that PowerShell shows of the error that a script block writes.
function Get-WayOut([scriptblock] $Script) {
    & $Script 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { $_.ErrorDetails.RecommendedAction }
}

# How long a test waits for what must come, in milliseconds: only what hangs takes as long.
$patience = 180000

# Asks again and again until it is so.
function Wait-Until([scriptblock] $Condition) {
    $waiting = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($waiting.ElapsedMilliseconds -gt $patience) { throw "It did not come to pass: $Condition" }
        Start-Sleep -Milliseconds 20
    }
}

# An empty folder to work in.
function Use-Folder([string] $Name = 'work') {
    $folder = Join-Path $TestDrive $Name
    if ([IO.Directory]::Exists($folder)) {
        [IO.Directory]::Delete($folder, $true)
    }
    [void] [IO.Directory]::CreateDirectory($folder)
    Set-Location -LiteralPath $folder
    $folder
}
