using System.Text;

namespace ProcessPool.Terminals;

/// <summary>The columns of a terminal that text takes at most. Text that takes fewer is removed by too many spaces, which do no harm.</summary>
internal static class Columns
{
    private const string Ellipsis = "...";

    /// <summary>Before this come only characters of one column.</summary>
    private const int FirstWide = 0x1100;

    /// <summary>The number of columns.</summary>
    public static int Of(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes()) columns += Of(rune);
        return columns;
    }

    /// <summary>Text that fits.</summary>
    public static string Cut(string text, int columns)
    {
        if (Of(text) <= columns) return text;
        var (cut, left) = (new StringBuilder(), columns - Ellipsis.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            left -= Of(rune);
            if (left < 0) break;
            cut.Append(rune);
        }

        return cut + Ellipsis[..Math.Clamp(columns, 0, Ellipsis.Length)];
    }

    /// <summary>Text without control characters, which would move the cursor.</summary>
    public static string Printable(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c));

    private static int Of(Rune rune) => rune.Value < FirstWide ? 1 : 2;
}
