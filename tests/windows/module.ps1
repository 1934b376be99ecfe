# The scenario of the module, in Windows PowerShell: what a Windows user does with a tree, from its first backup to its restore. Each
# step says "ok" or what differs; the last line counts them. Runs on a real Windows too: pwsh tests/windows/module.ps1 -Module PATH
param([Parameter(Mandatory)] [string] $Module, [string] $Folder = (Join-Path ([IO.Path]::GetTempPath()) "envelopecrypto-$([guid]::NewGuid())"))

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$Module = (Resolve-Path -LiteralPath $Module).ProviderPath
Import-Module $Module
$null = New-Item -ItemType Directory $Folder
$env:ENVELOPECRYPTO_HOME = Join-Path $Folder keyring
Set-Location -LiteralPath $Folder
$script:passed = $script:failed = 0

function Step([string] $Name, [scriptblock] $Body) {
    try {
        & $Body
        $script:passed++
        "module $($Name.PadRight(24)) ok"
    } catch {
        $script:failed++
        "module $($Name.PadRight(24)) FAILED: $_"
        $_.ScriptStackTrace -split "`n" | Select-Object -First 2 | ForEach-Object { "    $_" }
    }
}

function Assert([bool] $Holds, [string] $What) { if (-not $Holds) { throw $What } }

function Assert-Status([object[]] $Results, [string] $Expected) {
    $seen = ($Results | Group-Object Status | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.Count)" }) -join ', '
    Assert ($seen -eq $Expected) "results: $seen; expected: $Expected"
}

# A listing of names, lengths, times and hashes.
function Get-Listing([string] $Root) {
    $full = (Resolve-Path -LiteralPath $Root).ProviderPath
    Get-ChildItem -LiteralPath $full -Recurse -File -Force | ForEach-Object {
        '{0} {1} {2:o} {3}' -f $_.FullName.Substring($full.Length), $_.Length, $_.LastWriteTimeUtc, (Get-FileHash -LiteralPath $_.FullName).Hash
    } | Sort-Object
}

function Assert-SameTree([string] $Expected, [string] $Found) {
    $difference = Compare-Object @(Get-Listing $Expected) @(Get-Listing $Found) | Select-Object -First 3
    Assert (-not $difference) "they differ: $($difference | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" })"
}

function Assert-NoLeftovers {
    $left = Get-ChildItem $Folder -Recurse -File -Force | Where-Object { $_.FullName -notlike '*keyring*' -and $_.Name -match '^\.envelope-|\.lock$' }
    Assert (-not $left) "left behind: $($left.Name)"
}

$long = (1..6 | ForEach-Object { "a-folder-with-a-name-of-50-characters-and-no-less-$_" }) -join '\'

Step 'make a tree and KEKs' {
    $files = @{
        'a.txt' = 'first content'; '[x].txt' = 'in a bracket'; 'sub\two words.txt' = 'with blanks'; 'sub\read-only.txt' = 'read-only'
        '备份\数据\客户名单.csv' = 'Chinese'; "$long\at-the-end.txt" = 'far below'; 'empty' = ''
    }
    foreach ($name in $files.Keys) {
        $path = Join-Path $Folder 'data' $name
        $null = [IO.Directory]::CreateDirectory((Split-Path $path))
        [IO.File]::WriteAllText($path, $files[$name])
    }
    $bytes = [byte[]]::new(1500000)
    [Random]::new(1).NextBytes($bytes)
    [IO.File]::WriteAllBytes((Join-Path $Folder 'data\two-slots.bin'), $bytes)
    Get-ChildItem data -Recurse -File | ForEach-Object { $_.LastWriteTimeUtc = [datetime]::new(637504311671234567, 'Utc') }
    (Get-Item 'data\sub\read-only.txt').IsReadOnly = $true
    $a = New-EnvelopeKek local:a
    Assert ("$($a.Protection)" -like 'Dpapi*') "local:a is protected by $($a.Protection)"
    $null = New-EnvelopeKek local:b -Unprotected
}

Step 'protect' {
    Assert-Status (Protect-EnvelopeFile data -Recurse -DestinationPath vault -Kek local:a) 'Protected 8'
    Assert (Test-Path -LiteralPath 'vault\备份\数据\客户名单.csv.evc') 'the Chinese name is not there'
    Assert (-not (Test-EnvelopeFile vault -Recurse | Where-Object { -not $_.Valid })) 'an envelope is not valid'
    Assert-NoLeftovers
}

Step 'again' {
    Assert-Status (Protect-EnvelopeFile data -Recurse -DestinationPath vault -Kek local:a -Update) 'Unchanged 8'
    Assert-Status (Protect-EnvelopeFile data -Recurse -DestinationPath vault -Kek local:a -Force) 'Protected 8'
    Assert-NoLeftovers
}

Step 'with changes' {
    Set-Content 'data\a.txt' 'other content' -NoNewline
    Set-Content 'data\new.txt' 'new' -NoNewline
    [IO.File]::WriteAllText((Join-Path $Folder 'data' $long 'at-the-end.txt'), 'changed, far below')
    [IO.File]::WriteAllText((Join-Path $Folder 'data\备份\数据\客户名单.csv'), 'changed Chinese')
    Assert-Status (Protect-EnvelopeFile data -Recurse -DestinationPath vault -Kek local:a -Update) 'Protected 4, Unchanged 5'
    Assert-NoLeftovers
}

Step 'rewrap' {
    (Get-Item 'vault\sub\two words.txt.evc').IsReadOnly = $true
    Assert-Status (Get-ChildItem vault -Recurse -File | Update-EnvelopeKek -OldKek local:a -NewKek local:b) 'Rewrapped 9'
    Assert (Get-Item 'vault\sub\two words.txt.evc').IsReadOnly 'a rewrapped file lost its read-only attribute'
    $keks = Get-EnvelopeFile vault -Recurse | ForEach-Object Kek | Sort-Object -Unique
    Assert ("$keks" -eq 'local:b') "the KEKs are: $keks"
    Assert-NoLeftovers
}

Step 'rotate the KEK' {
    $null = New-EnvelopeKekVersion local:b
    Assert-Status (Update-EnvelopeKek vault -Recurse -NewKek local:b) 'Rewrapped 9'
    Assert (-not (Test-EnvelopeFile vault -Recurse | Where-Object { -not $_.Valid })) 'an envelope is not valid'
    Assert-NoLeftovers
}

Step 'two runs at the same time' {
    $null = New-Item -ItemType Directory many
    1..40 | ForEach-Object { Set-Content "many\file$_" "content $_" }
    $run = {
        param($module, $folder, $keyring)
        $env:ENVELOPECRYPTO_HOME = $keyring
        Import-Module $module
        Set-Location -LiteralPath $folder
        Protect-EnvelopeFile many -Recurse -DestinationPath many-vault -Kek local:b -Force -ErrorAction Stop
    }
    $jobs = 1..2 | ForEach-Object { Start-ThreadJob $run -ArgumentList $Module, $Folder, $env:ENVELOPECRYPTO_HOME }
    $results = $jobs | Receive-Job -Wait -AutoRemoveJob
    Assert-Status $results 'Protected 80'
    Assert-Status (Unprotect-EnvelopeFile many-vault -Recurse -DestinationPath many-restored) 'Unprotected 40'
    Assert-SameTree many many-restored
    Assert-NoLeftovers
    Remove-Item many, many-vault, many-restored -Recurse # which is refused of a folder that a run has left open
}

Step 'files in use' {
    $null = New-Item -ItemType Directory held
    1..3 | ForEach-Object { Set-Content "held\file$_" "content $_" }
    $held = [IO.File]::Open((Join-Path $Folder 'held\file2'), 'Open', 'Read', 'None')
    try { $results = Protect-EnvelopeFile held -Recurse -DestinationPath held-vault -Kek local:b -ErrorAction SilentlyContinue -ErrorVariable failed }
    finally { $held.Dispose() }
    Assert-Status $results 'Protected 2'
    Assert ("$($failed.FullyQualifiedErrorId)" -like 'SourceInUse,*') "the errors are: $($failed.FullyQualifiedErrorId)"
    Assert-Status (Protect-EnvelopeFile held -Recurse -DestinationPath held-vault -Kek local:b -Update) 'Protected 1, Unchanged 2'
    $before = (Get-FileHash 'held-vault\file1.evc').Hash
    $held = [IO.File]::Open((Join-Path $Folder 'held-vault\file1.evc'), 'Open', 'Read', 'None')
    try { $results = Update-EnvelopeKek held-vault -Recurse -NewKek local:a -ErrorAction SilentlyContinue -ErrorVariable failed }
    finally { $held.Dispose() }
    Assert-Status $results 'Rewrapped 2'
    Assert (@($failed).Count -eq 1) "the errors are: $($failed.FullyQualifiedErrorId)"
    Assert ((Get-FileHash 'held-vault\file1.evc').Hash -eq $before) 'a file in use was changed'
    Assert-Status (Update-EnvelopeKek held-vault -Recurse -OldKek local:b -NewKek local:a) 'Rewrapped 1, Unchanged 2'
    Assert-NoLeftovers
}

Step 'names of Windows' {
    $null = New-Item -ItemType Directory odd
    Set-Content 'odd\x' 'the file that others mean'
    $exact = "\\?\$(Join-Path $Folder 'odd\x.')"
    [IO.File]::WriteAllText($exact, 'another')
    try { $results = Protect-EnvelopeFile odd -Recurse -DestinationPath odd-vault -Kek local:b -RemoveSource -ErrorAction SilentlyContinue -ErrorVariable failed }
    finally { [IO.File]::Delete($exact) }
    Assert-Status $results 'Protected 1'
    Assert ("$($failed.FullyQualifiedErrorId)" -like 'NameUnusable,*') "the errors are: $($failed.FullyQualifiedErrorId)"
    Assert-NoLeftovers
}

Step 'remove sources' {
    Copy-Item data kept -Recurse
    Assert-Status (Protect-EnvelopeFile data -Recurse -DestinationPath vault -Kek local:b -Update -RemoveSource) 'Unchanged 9'
    Assert (-not (Get-ChildItem data -Recurse -File -Force)) 'a source is still there'
    Assert-NoLeftovers
}

Step 'restore' {
    Assert-Status (Unprotect-EnvelopeFile vault -Recurse -DestinationPath restored) 'Unprotected 9'
    Assert-SameTree kept restored
    Assert (Get-Item 'restored\sub\read-only.txt').IsReadOnly 'a read-only file was not restored as one'
    Assert-Status (Unprotect-EnvelopeFile vault -Recurse -DestinationPath restored2 -RemoveSource) 'Unprotected 9'
    Assert-SameTree kept restored2
    Assert (-not (Get-ChildItem vault -Recurse -File -Force)) 'an envelope is still there'
    Assert-NoLeftovers
}

Set-Location -LiteralPath ([IO.Path]::GetTempPath())
"$script:passed passed, $script:failed failed, 0 skipped"
exit [int] ($script:failed -gt 0)
