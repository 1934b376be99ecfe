# The adapter and its SDK live apart. A stand-in takes their place: an adapter that uses an SDK of version 1, while another module
# brings the same SDK in version 2.
Describe 'Load isolation' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        $work = Use-Folder
        Copy-Item -LiteralPath $moduleFolder "$work/EnvelopeCrypto" -Recurse
        $deps = "$work/EnvelopeCrypto/deps"
        Remove-Item "$deps/*"
        $other = (New-Item -ItemType Directory "$work/Other").FullName
        # Add-Type gives assemblies names of its own, so the compiler is called directly; in a process of its own, where nothing is locked.
        $build = @'
        param($Work, $Deps, $Other)
        $ErrorActionPreference = 'Stop'
        Add-Type -TypeDefinition 'public class LoadsTheCompiler { }'
        function Build([string] $Folder, [string] $Name, [string] $Source, [string[]] $Uses = @()) {
            $references = @(Get-ChildItem "$PSHOME/ref/*.dll" | ForEach-Object FullName) + $Uses |
                ForEach-Object { [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($_) }
            $tree = [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText($Source)
            $options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new('DynamicallyLinkedLibrary')
            $compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create($Name, [Microsoft.CodeAnalysis.SyntaxTree[]] $tree, [Microsoft.CodeAnalysis.MetadataReference[]] $references, $options)
            $file = [IO.File]::Create("$Folder/$Name.dll")
            $result = $compilation.Emit($file)
            $file.Dispose()
            if (-not $result.Success) { throw "$($result.Diagnostics)" }
        }
        $sdk = '[assembly: System.Reflection.AssemblyVersion("{0}.0.0.0")] namespace StandIn {{ public static class Sdk {{ public static int Version => {0}; }} }}'
        Build $Deps 'StandIn.Sdk' ($sdk -f 1)
        Build $Other 'StandIn.Sdk' ($sdk -f 2)
        $adapter = '[assembly: System.Reflection.AssemblyVersion("1.0.0.0")] namespace EnvelopeCrypto.Aws { public static class Adapter { public static int SdkVersion() => StandIn.Sdk.Version; public static System.Type Engine() => typeof(EnvelopeCrypto.EnvelopeException); } }'
        Build $Deps 'EnvelopeCrypto.Aws' $adapter "$Deps/StandIn.Sdk.dll", "$Work/EnvelopeCrypto/EnvelopeCrypto.dll"
'@
        Set-Content "$work/build.ps1" $build
        $built = Invoke-Shell -File "$work/build.ps1" $work $deps $other *>&1
        if ($LASTEXITCODE -ne 0) { throw "The stand-in was not built: $built" }

        function Invoke-Probe([string] $Script) {
            Invoke-Shell -Command "`$ErrorActionPreference = 'Stop'; $Script"
        }
        $import = "Import-Module '$work/EnvelopeCrypto/EnvelopeCrypto.psd1'"
        $useAdapter = "[Reflection.Assembly]::Load('EnvelopeCrypto.Aws').GetType('EnvelopeCrypto.Aws.Adapter').GetMethod('SdkVersion').Invoke(`$null, @())"
        $useOther = "Add-Type -Path '$other/StandIn.Sdk.dll'; [StandIn.Sdk]::Version"
    }

    AfterAll { Set-Location / }

    It 'Loads_nothing_of_the_adapter_by_import' {
        Invoke-Probe "$import; [AppDomain]::CurrentDomain.GetAssemblies().Where({ `$_.GetName().Name -match 'StandIn|EnvelopeCrypto.Aws' }).Count" | Should -Be 0
    }

    It 'Gives_the_adapter_its_own_SDK_whoever_came_first' {
        Invoke-Probe "$import; $useOther; $useAdapter" | Should -Be 2, 1
        Invoke-Probe "$useOther; $import; $useAdapter" | Should -Be 2, 1
        Invoke-Probe "$import; $useAdapter; $useOther" | Should -Be 1, 2
    }

    It 'Answers_for_the_adapter_of_key_pairs_likewise_and_not_for_its_library' {
        Copy-Item "$moduleFolder/deps/*" $deps -Exclude EnvelopeCrypto.Aws.dll
        Invoke-Probe "$import; [Reflection.Assembly]::Load('EnvelopeCrypto.KeyPairs').GetName().Name; try { [Reflection.Assembly]::Load('BouncyCastle.Cryptography') } catch { 'not found' }" | Should -Be 'EnvelopeCrypto.KeyPairs', 'not found'
    }

    It 'Answers_for_the_adapter_only' {
        Invoke-Probe "$import; $useAdapter; try { [Reflection.Assembly]::Load('StandIn.Sdk') } catch { 'not found' }" | Should -Be 1, 'not found'
    }

    It 'Shares_the_engine_with_the_cmdlets' {
        Invoke-Probe "$import; [Reflection.Assembly]::Load('EnvelopeCrypto.Aws').GetType('EnvelopeCrypto.Aws.Adapter').GetMethod('Engine').Invoke(`$null, @()) -eq [EnvelopeCrypto.EnvelopeException]" | Should -Be 'True'
    }

    It 'Answers_no_more_when_the_module_is_removed' {
        Invoke-Probe "$import; Remove-Module EnvelopeCrypto; try { $useAdapter } catch { 'not found' }" | Should -Be 'not found'
        Invoke-Probe "$import; 1..2 | ForEach-Object -Parallel { $import; Remove-Module EnvelopeCrypto }; $useAdapter" | Should -Be 1
    }
}
