using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace EnvelopeCrypto.Primitives;

/// <summary>
/// Unicode Normalization Form C (Unicode Standard Annex 15) of Unicode 17.0, the same on every machine: .NET asks the system's ICU, which
/// may be older, or missing. What Unicode 17.0 does not assign stays as it is.
/// </summary>
internal static class NormalForm
{
    private const int LastWithoutForms = 0x02ff; // below U+0300 every text is its own normal form
    private const int Starter = 0; // the combining class of what others combine with

    // Hangul, which is computed: the Unicode Standard, section 3.12.
    private const int FirstSyllable = 0xac00, FirstLead = 0x1100, FirstVowel = 0x1161, NoTail = 0x11a7;
    private const int Leads = 19, Vowels = 21, Tails = 28, Syllables = Leads * Vowels * Tails;

    private static readonly Lazy<Table> Known = new(Table.Read);

    /// <summary>The text in Normalization Form C.</summary>
    /// <exception cref="ArgumentException">It has half of a surrogate pair.</exception>
    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', (char)LastWithoutForms))
            return text;
        var known = Known.Value;
        var characters = new List<int>(text.Length);
        var isComposed = true;
        for (var at = 0; at < text.Length;)
        {
            var character = char.ConvertToUtf32(text, at);
            at += character > char.MaxValue ? 2 : 1;
            isComposed &= !known.Changes.Contains(character);
            characters.Add(character);
        }
        if (isComposed)
            return text;
        var parts = new List<int>(2 * characters.Count);
        foreach (var character in characters)
            Decompose(known, character, parts);
        Order(known, parts);
        return Compose(known, parts);
    }

    private static void Decompose(Table known, int character, List<int> parts)
    {
        var syllable = character - FirstSyllable;
        if (syllable is >= 0 and < Syllables)
        {
            parts.Add(FirstLead + (syllable / (Vowels * Tails)));
            parts.Add(FirstVowel + (syllable % (Vowels * Tails) / Tails));
            if (syllable % Tails is > 0 and var tail)
                parts.Add(NoTail + tail);
        }
        else if (known.Parts.TryGetValue(character, out var two))
        {
            Decompose(known, two.First, parts);
            if (two.Second is { } second)
                Decompose(known, second, parts);
        }
        else
        {
            parts.Add(character);
        }
    }

    // Marks between two starters go by their class; those of one class keep their order.
    private static void Order(Table known, List<int> parts)
    {
        for (var start = 0; start < parts.Count; start++)
        {
            if (known.ClassOf(parts[start]) == Starter)
                continue;
            var end = start + 1;
            while (end < parts.Count && known.ClassOf(parts[end]) != Starter)
                end++;
            var ordered = parts.GetRange(start, end - start).OrderBy(known.ClassOf).ToList();
            for (var at = start; at < end; at++)
                parts[at] = ordered[at - start];
            start = end;
        }
    }

    private static string Compose(Table known, List<int> parts)
    {
        var composed = new List<int>(parts.Count);
        var starter = -1; // where it is in what is composed
        var lastClass = Starter; // of what stands between it and the next
        foreach (var character in parts)
        {
            var itsClass = known.ClassOf(character);
            var isBlocked = starter < 0 || (composed.Count - 1 > starter && lastClass >= itsClass);
            if (!isBlocked && Pair(known, composed[starter], character) is { } one)
            {
                composed[starter] = one;
                continue;
            }
            if (itsClass == Starter)
                starter = composed.Count;
            lastClass = itsClass;
            composed.Add(character);
        }
        var text = new StringBuilder(composed.Count);
        foreach (var character in composed)
            text.Append(new Rune(character));
        return text.ToString();
    }

    private static int? Pair(Table known, int first, int second)
    {
        if (first - FirstLead is >= 0 and < Leads and var lead && second - FirstVowel is >= 0 and < Vowels and var vowel)
            return FirstSyllable + (((lead * Vowels) + vowel) * Tails);
        if (first - FirstSyllable is >= 0 and < Syllables and var syllable && syllable % Tails == 0 && second - NoTail is > 0 and < Tails and var tail)
            return FirstSyllable + syllable + tail;
        return known.Pairs.TryGetValue((first, second), out var one) ? one : null;
    }

    // What NormalForm.txt says, whose form tests/interop/normal_forms.py describes.
    private sealed class Table
    {
        private const char Composed = '=', Singular = '>', Marks = '-', Comment = '#';
        private static readonly SearchValues<char> Signs = SearchValues.Create([Composed, Singular, Marks, Comment]);

        private readonly Dictionary<int, byte> _classes = [];

        public Dictionary<int, (int First, int? Second)> Parts { get; } = [];

        public Dictionary<(int First, int Second), int> Pairs { get; } = [];

        /// <summary>What a text in the normal form does not hold, or which may combine with what stands before it.</summary>
        public FrozenSet<int> Changes { get; private set; } = FrozenSet<int>.Empty;

        public int ClassOf(int character) => _classes.GetValueOrDefault(character);

        public static Table Read()
        {
            using var stream = typeof(NormalForm).Assembly.GetManifestResourceStream("NormalForm.txt")!;
            using var reader = new StreamReader(stream, Encoding.ASCII);
            var table = new Table();
            var changes = new HashSet<int>();
            while (reader.ReadLine() is { } line)
                table.Take(line, changes);
            changes.UnionWith(Enumerable.Range(FirstVowel, Vowels));
            changes.UnionWith(Enumerable.Range(NoTail + 1, Tails - 1));
            table.Changes = changes.ToFrozenSet();
            return table;
        }

        private void Take(string line, HashSet<int> changes)
        {
            var sign = line.AsSpan().IndexOfAny(Signs);
            var rest = line[(sign + 1)..].Split(' ');
            switch (line[sign])
            {
                case Composed:
                    Parts.Add(Hex(line[..sign]), (Hex(rest[0]), Hex(rest[1])));
                    Pairs.Add((Hex(rest[0]), Hex(rest[1])), Hex(line[..sign]));
                    changes.Add(Hex(rest[1]));
                    break;
                case Singular:
                    Parts.Add(Hex(line[..sign]), (Hex(rest[0]), rest.Length > 1 ? Hex(rest[1]) : null));
                    changes.Add(Hex(line[..sign]));
                    break;
                case Marks:
                    for (var character = Hex(line[..sign]); character <= Hex(rest[0]); character++)
                    {
                        _classes.Add(character, byte.Parse(rest[1], CultureInfo.InvariantCulture));
                        changes.Add(character);
                    }
                    break;
                default:
                    break; // a comment
            }
        }

        private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
