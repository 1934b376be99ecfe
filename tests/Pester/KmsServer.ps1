# Dot-sourced by tests that need AWS KMS: the key service of the tests, in a process of its own, and an environment that leads to it alone.

# As a test run or CI names it, else the newest that was built here.
function Find-KmsServer {
    if ($env:ENVELOPECRYPTO_TEST_KMS_SERVER) { return $env:ENVELOPECRYPTO_TEST_KMS_SERVER }
    $built = Get-ChildItem "$PSScriptRoot/../EnvelopeCrypto.KmsServer/bin/*/net8.0/EnvelopeCrypto.KmsServer.dll" -ErrorAction Ignore | Sort-Object LastWriteTimeUtc | Select-Object -Last 1
    if (-not $built) { throw 'The key service of the tests is not built: dotnet build tests/EnvelopeCrypto.KmsServer' }
    $built.FullName
}

function Connect-KmsServer {
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.ArgumentList.Add((Find-KmsServer))
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    $service = $process.StandardOutput.ReadLine() | ConvertFrom-Json
    $settings = @{
        AWS_ACCESS_KEY_ID = $service.accessKeyId; AWS_SECRET_ACCESS_KEY = $service.secretAccessKey; AWS_REGION = 'eu-central-1'
        AWS_ENDPOINT_URL = $service.endpoint; AWS_EC2_METADATA_DISABLED = 'true'; AWS_CONFIG_FILE = "$TestDrive/none"; AWS_SHARED_CREDENTIALS_FILE = "$TestDrive/none"
    }
    $settings.GetEnumerator() | ForEach-Object { Set-Item "Env:$($_.Key)" $_.Value }
    @{ Process = $process; Service = $service; Settings = $settings }
}

function Disconnect-KmsServer([hashtable] $Server) {
    # It did not start: "Env:" without a name would be the whole environment.
    if (-not $Server) { return }
    $Server.Settings.Keys | ForEach-Object { Remove-Item "Env:$_" }
    $Server.Process.StandardInput.Close()
    $Server.Process.WaitForExit()
}
