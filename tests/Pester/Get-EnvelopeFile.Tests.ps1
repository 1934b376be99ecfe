Describe 'Get-EnvelopeFile' {
    BeforeAll {
        . $PSScriptRoot/Bench.ps1
        New-EnvelopeKek local:one, local:two -Unprotected
        $work = Use-Folder
        [IO.File]::WriteAllText("$work/b[1].txt", 'two')
        Protect-EnvelopeFile -LiteralPath 'b[1].txt' -Kek local:one, local:two -EncryptionContext @{ host = 'db1' } | Out-Null
    }

    AfterAll { Set-Location / }

    It 'Reads_the_header_without_a_key' {
        $file = Get-EnvelopeFile -LiteralPath 'b[1].txt.evc'
        $file.Kek -contains 'local:two' | Should -BeTrue
        $file.Kek.ToString() | Should -Be 'local:one; local:two'
        $file.Length | Should -Be 3
        $file.FullName | Should -Be (ConvertTo-LocalPath "$work/b[1].txt.evc")
        $file.Context['host'] | Should -Be 'db1'
        $file.Encrypted | Should -BeGreaterThan ([datetime]::Now.AddMinutes(-10))
        $file.Recipient.Count | Should -Be 2
        $file.Batch | Should -BeNullOrEmpty
    }

    It 'Opens_the_file_for_its_sealed_name_when_told' {
        (Get-EnvelopeFile -LiteralPath 'b[1].txt.evc').SealedName | Should -BeNullOrEmpty
        $file = Get-EnvelopeFile -LiteralPath 'b[1].txt.evc' -IncludeMetadata
        $file.SealedName | Should -Be 'b[1].txt'
        $file.SealedTime | Should -Be ([IO.File]::GetLastWriteTime("$work/b[1].txt"))
        $file.OpenedBy | Should -Be 'local:one'
        Get-ErrorId { Get-EnvelopeFile -LiteralPath 'b[1].txt.evc' -IncludeMetadata -AllowedKek local:none } | Should -Be 'KekNotAllowed'
    }

    It 'Leaves_out_what_is_no_envelope_in_a_tree_but_not_by_name' {
        @(Get-EnvelopeFile . -Recurse).Count | Should -Be 1
        Get-ErrorId { Get-EnvelopeFile -LiteralPath 'b[1].txt' } | Should -Be 'NotAnEnvelope'
    }

    It 'Names_the_KEKs_of_both_slots_where_they_differ' {
        [IO.File]::WriteAllBytes("$work/large", [byte[]]::new(1MB)) # two slots
        Protect-EnvelopeFile large -Kek local:one | Out-Null
        $before = [IO.File]::ReadAllBytes("$work/large.evc")
        Update-EnvelopeKek large.evc -NewKek local:two | Out-Null
        $bytes = [IO.File]::ReadAllBytes("$work/large.evc")
        # The second slot as it was: offset and size of a slot stand in the fixed part.
        $offset, $size = 16, 20 | ForEach-Object { [Buffers.Binary.BinaryPrimitives]::ReadUInt32BigEndian([byte[]] $bytes[$_..($_ + 3)]) }
        [Array]::Copy($before, $offset + $size, $bytes, $offset + $size, $size)
        [IO.File]::WriteAllBytes("$work/large.evc", $bytes)

        $file = Get-EnvelopeFile large.evc
        $file.Kek.ToString() | Should -Be 'local:two; local:one'
        $file.SlotsAgree | Should -BeFalse
        $file.Error | Should -Be 'SlotsDiffer'
        $file.Recipient.InOtherSlot | Should -Be $false, $true
        $file | Format-List | Out-String | Should -Match 'Reason\s+: .*differ'
        (Test-EnvelopeFile large.evc -OnlyKek local:two).Error | Should -Be 'RecipientUnexpected'
        (Test-EnvelopeFile large.evc -OnlyKek local:one, local:two).Error | Should -Be 'SlotsDiffer'
        [IO.File]::Delete("$work/large.evc")
    }

    It 'Shows_sizes_and_times_that_people_read' {
        $table = Get-EnvelopeFile -LiteralPath 'b[1].txt.evc' | Format-Table | Out-String
        $table | Should -Match '\b3 B\b'
        $table | Should -Match '\d{4}-\d\d-\d\d \d\d:\d\d'
        Get-EnvelopeFile -LiteralPath 'b[1].txt.evc' | Format-List | Out-String | Should -Match 'host=db1'
    }
}
