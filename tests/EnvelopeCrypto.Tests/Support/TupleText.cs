namespace EnvelopeCrypto.Tests.Support;

/// <summary>A tuple as it is written in C#, cut at the commas between its elements.</summary>
internal static class TupleText
{
    /// <summary>The text of each element; none when the text is not a tuple in parentheses.</summary>
    public static List<string> ElementsOf(string text)
    {
        var elements = new List<string>();
        if (text is not ['(', .., ')'])
            return elements;

        var (start, depth) = (1, 0);
        for (var i = 1; i < text.Length; i++)
        {
            var isEnd = i == text.Length - 1;
            if (depth == 0 && (isEnd || text[i] == ','))
            {
                elements.Add(text[start..i].Trim());
                start = i + 1;
            }
            else if (text[i] is '"' or '\'')
            {
                i = EndOfLiteral(text, i);
            }
            else if (text[i] is '(' or '[' or '{')
            {
                depth++;
            }
            else if (text[i] is ')' or ']' or '}')
            {
                // A call whose arguments look like a tuple, or two tuples: "(a, b).Swap(c)".
                if (--depth < 0)
                    return [];
            }
        }

        return elements;
    }

    private static int EndOfLiteral(string text, int start)
    {
        var end = start + 1;
        while (end < text.Length - 1 && text[end] != text[start])
            end += text[end] == '\\' ? 2 : 1;
        return end;
    }
}
