namespace EnvelopeCrypto.Keys;

/// <summary>A KEK in canonical form in which <c>*</c> stands for any run of characters.</summary>
internal static class KekPattern
{
    /// <summary>Linear in both lengths: after a mismatch only the last star is tried again.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> kek)
    {
        var (p, k, star, resume) = (0, 0, -1, 0);
        while (k < kek.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = k;
            }
            else if (p < pattern.Length && pattern[p] == kek[k])
            {
                p++;
                k++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                k = ++resume;
            }
            else
            {
                return false;
            }
        }
        return !pattern[p..].ContainsAnyExcept('*');
    }
}
