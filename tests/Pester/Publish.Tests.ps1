# What build.ps1 sends to a NuGet feed, to a server of ours on loopback; nothing is published anywhere.
Describe 'Publish' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $root = Join-Path $TestDrive project
        [void] [IO.Directory]::CreateDirectory("$root/out/packages")
        Copy-Item $PSScriptRoot/../../build.ps1 $root
        [IO.File]::WriteAllText("$root/out/packages/EnvelopeCrypto.Tool.1.2.3.nupkg", 'a package')

        # Answers the service index and one push, then ends; $sent gets the push.
        function Start-Feed([int] $Status) {
            $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
            $listener.Start()
            $port = $listener.LocalEndpoint.Port
            $sent = [hashtable]::Synchronized(@{})
            $job = Start-ThreadJob {
                foreach ($i in 1..2) {
                    $client = ($using:listener).AcceptTcpClient()
                    $stream = $client.GetStream()
                    $text = ''
                    $buffer = [byte[]]::new(65536)
                    do {
                        $read = $stream.Read($buffer, 0, $buffer.Length)
                        $text += [Text.Encoding]::Latin1.GetString($buffer, 0, $read)
                        $head, $body = $text -split "`r`n`r`n", 2
                        $length = $head -match '(?i)content-length: (\d+)' ? [int] $Matches[1] : 0
                    } while ($read -and ($null -eq $body -or $body.Length -lt $length))
                    ($using:sent)["$i"] = $text
                    $answer = $i -eq 1 ? "{`"resources`":[{`"@type`":`"PackagePublish/2.0.0`",`"@id`":`"http://127.0.0.1:$using:port/push`"}]}" : ''
                    $code = $i -eq 1 ? 200 : $using:Status
                    $bytes = [Text.Encoding]::Latin1.GetBytes("HTTP/1.1 $code It`r`nContent-Type: application/json`r`nContent-Length: $($answer.Length)`r`nConnection: close`r`n`r`n$answer")
                    $stream.Write($bytes, 0, $bytes.Length)
                    $client.Dispose()
                }
            }
            @{ Listener = $listener; Job = $job; Sent = $sent; Index = "http://127.0.0.1:$port/index.json" }
        }
        function Stop-Feed($Feed) {
            $Feed.Listener.Stop() # also what still waits for a client
            Remove-Job $Feed.Job -Force
        }
    }

    AfterAll {
        Remove-Item Env:NUGET_API_KEY -ErrorAction Ignore
        Set-Location /
    }

    It 'Sends_the_package_with_the_key_in_a_header: <status>' -ForEach @(@{ status = 201; said = '*published*' }, @{ status = 409; said = '*is there*' }) {
        $env:NUGET_API_KEY = 'the key'
        $feed = Start-Feed $status
        try {
            & "$root/build.ps1" Publish -Feed $feed.Index | Should -BeLike $said
            $feed.Sent['2'] | Should -Match '^PUT /push'
            $feed.Sent['2'] | Should -Match 'X-NuGet-ApiKey: the key'
            $feed.Sent['2'] | Should -Match 'a package'
        }
        finally { Stop-Feed $feed }
    }

    It 'Fails_where_the_feed_refuses' {
        $env:NUGET_API_KEY = 'the key'
        $feed = Start-Feed 403
        try { { & "$root/build.ps1" Publish -Feed $feed.Index } | Should -Throw '*403*' }
        finally { Stop-Feed $feed }
    }

    It 'Sends_nothing_without_a_key' {
        Remove-Item Env:NUGET_API_KEY -ErrorAction Ignore
        { & "$root/build.ps1" Publish -Feed http://127.0.0.1:9/ } | Should -Throw '*NUGET_API_KEY*'
    }

    It 'Gives_the_key_to_no_other_program' {
        Get-Content "$root/build.ps1" -Raw | Should -Not -Match '--api-key'
    }
}
