# A stand-in for HashiCorp Vault's transit engine, as far as the example in docs/operations.md uses it: keys with versions, kept in memory, that
# encrypt, decrypt and rewrap over HTTP on this machine. Dot-sourced by the tests that need it.

# Starts it; gives its address, the log of its calls, and what stops it.
function Open-TransitServer([string] $Token) {
    # Another process can take a free port before the listener has it.
    foreach ($attempt in 1..20) {
        $port = [Random]::Shared.Next(20000, 60000)
        $listener = [Net.HttpListener]::new()
        $listener.Prefixes.Add("http://127.0.0.1:$port/")
        try { $listener.Start(); break } catch [Net.HttpListenerException] { $listener.Close() }
    }
    $calls = [Collections.Concurrent.ConcurrentQueue[string]]::new()
    $job = Start-ThreadJob {
        $listener = $using:listener
        $token = $using:Token
        $calls = $using:calls
        $keys = @{}
        function Get-Key([string] $Name, [int] $Version) {
            if (-not $keys["$Name/$Version"]) { $keys["$Name/$Version"] = [Security.Cryptography.RandomNumberGenerator]::GetBytes(32) }
            , $keys["$Name/$Version"]
        }
        function Protect-Text([string] $Name, [byte[]] $Bytes) {
            $version = [Math]::Max(1, [int] $keys[$Name])
            $aes = [Security.Cryptography.Aes]::Create()
            $aes.Key = Get-Key $Name $version
            "vault:v${version}:" + [Convert]::ToBase64String([byte[]] ($aes.IV + $aes.EncryptCbc($Bytes, $aes.IV, 'PKCS7')))
        }
        function Unprotect-Text([string] $Name, [string] $Text) {
            $null, $version, $value = $Text.Split(':')
            $bytes = [Convert]::FromBase64String($value)
            $aes = [Security.Cryptography.Aes]::Create()
            $aes.Key = Get-Key $Name $version.TrimStart('v')
            , $aes.DecryptCbc([byte[]] $bytes[16..($bytes.Length - 1)], [byte[]] $bytes[0..15], 'PKCS7')
        }
        while ($listener.IsListening) {
            try { $call = $listener.GetContext() } catch { break }
            try {
                $calls.Enqueue($call.Request.Url.AbsolutePath)
                $body = [IO.StreamReader]::new($call.Request.InputStream).ReadToEnd() | ConvertFrom-Json
                $operation, $name = $call.Request.Url.AbsolutePath.Split('/')[3, 4]
                $call.Response.StatusCode = 200
                $data = switch ($operation) {
                    { $call.Request.Headers['X-Vault-Token'] -ne $token } { $call.Response.StatusCode = 403; break }
                    encrypt { @{ ciphertext = Protect-Text $name ([Convert]::FromBase64String($body.plaintext)) } }
                    decrypt { @{ plaintext = [Convert]::ToBase64String((Unprotect-Text $name $body.ciphertext)) } }
                    rewrap { @{ ciphertext = Protect-Text $name (Unprotect-Text $name $body.ciphertext) } }
                    rotate { $keys[$name] = 1 + [Math]::Max(1, [int] $keys[$name]) }
                }
            }
            catch {
                $call.Response.StatusCode = 400
                $data = $null
            }
            $answer = [Text.Encoding]::UTF8.GetBytes((@{ data = $data } | ConvertTo-Json))
            $call.Response.ContentType = 'application/json'
            $call.Response.Close($answer, $true)
        }
    }
    [pscustomobject] @{ Address = "http://127.0.0.1:$port"; Calls = $calls; Listener = $listener; Job = $job }
}

function Close-TransitServer([object] $Server) {
    $Server.Listener.Stop()
    $Server.Listener.Close()
    $Server.Job | Wait-Job -Timeout 10 | Out-Null
    $Server.Job | Remove-Job -Force
}
