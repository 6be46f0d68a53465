using System.Text;

namespace ProcessPool.Values;

/// <summary>An encoding by its code page, whether it writes a preamble, and its fallbacks.</summary>
internal struct EncodingData
{
    /// <summary>The common encodings from the static properties of <see cref="Encoding"/>.</summary>
    private static readonly Encoding[] Known =
    [
        Encoding.UTF8, Encoding.Default, Encoding.ASCII, Encoding.Latin1, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32,
    ];

    /// <summary>The index of a common encoding, or -1.</summary>
    public int Number;

    public int CodePage;
    public bool HasPreamble;

    /// <summary>Whether the encoding is the system's for the code page. If not, the replacements below apply.</summary>
    public bool IsPlain;

    /// <summary>The replacement for a character or byte that cannot be converted; null to throw an exception.</summary>
    public string? EncoderReplacement;

    /// <inheritdoc cref="EncoderReplacement"/>
    public string? DecoderReplacement;

    public static EncodingData Of(Encoding value)
    {
        var number = Array.FindIndex(Known, known => known.IsReadOnly == value.IsReadOnly && IsSame(known, value));
        if (number >= 0) return new EncodingData { Number = number };
        var data = new EncodingData { Number = -1, CodePage = value.CodePage, HasPreamble = value.Preamble.Length > 0, IsPlain = true };
        if (IsSame(ToEncoding(data), value)) return data;
        data.IsPlain = false;
        data.EncoderReplacement = (value.EncoderFallback as EncoderReplacementFallback)?.DefaultString;
        data.DecoderReplacement = (value.DecoderFallback as DecoderReplacementFallback)?.DefaultString;
        return IsSame(ToEncoding(data), value)
            ? data
            : throw new NotSupportedException($"'{value.WebName}' has custom fallbacks; send its name and create it inside the function");
    }

    public static Encoding ToEncoding(EncodingData data)
    {
        if (data.Number >= 0) return Known[data.Number];
        Encoding encoding = data.CodePage switch
        {
            65001 => new UTF8Encoding(data.HasPreamble),
            1200 => new UnicodeEncoding(bigEndian: false, data.HasPreamble),
            1201 => new UnicodeEncoding(bigEndian: true, data.HasPreamble),
            12000 => new UTF32Encoding(bigEndian: false, data.HasPreamble),
            12001 => new UTF32Encoding(bigEndian: true, data.HasPreamble),
            _ => Encoding.GetEncoding(data.CodePage),
        };
        if (data.IsPlain) return encoding;
        encoding = (Encoding)encoding.Clone();
        encoding.EncoderFallback = data.EncoderReplacement is { } e ? new EncoderReplacementFallback(e) : EncoderFallback.ExceptionFallback;
        encoding.DecoderFallback = data.DecoderReplacement is { } d ? new DecoderReplacementFallback(d) : DecoderFallback.ExceptionFallback;
        return encoding;
    }

    /// <summary>
    /// Compares code page, preamble and fallbacks. The types differ if one encoding is a sealed variant of the other.
    /// </summary>
    private static bool IsSame(Encoding one, Encoding other) =>
        one.Equals(other) && one.Preamble.SequenceEqual(other.Preamble)
        && (one.GetType().IsInstanceOfType(other) || other.GetType().IsInstanceOfType(one));
}
