using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>A string, or nil.</summary>
internal sealed class StringFormatter : ValueFormatter<string?>
{
    public override void Serialize(ref MessagePackWriter writer, string? value, MessagePackSerializerOptions options) => writer.WriteText(value);

    public override string? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => reader.ReadText();
}

/// <summary>
/// Writes and reads strings unchanged. MessagePack-CSharp's own methods replace invalid characters in both directions: a lone
/// surrogate would arrive as another character.
/// </summary>
internal static class Text
{
    /// <summary>
    /// A string that is not valid UTF-16 is sent as an extension of this type: its UTF-16 code units, little-endian.
    /// </summary>
    public const sbyte Utf16Extension = 1;

    /// <summary>
    /// For longer strings, MessagePack-CSharp would request memory of three times the length. Their bytes are counted first
    /// instead.
    /// </summary>
    private const int CountedText = 16 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Writes a string as UTF-8, or as an extension if it has no UTF-8 form (a lone surrogate); null as nil.</summary>
    public static void WriteText(this ref MessagePackWriter writer, string? value)
    {
        if (value is null)
        {
            writer.WriteNil();
        }
        else if (HasLoneSurrogate(value))
        {
            var codeUnits = MemoryMarshal.AsBytes(value.AsSpan());
            writer.WriteExtensionFormatHeader(new ExtensionHeader(Utf16Extension, codeUnits.Length));
            writer.WriteWhole(codeUnits);
        }
        else if (value.Length <= CountedText)
        {
            writer.Write(value);
        }
        else
        {
            var bytes = Encoding.UTF8.GetByteCount(value);
            writer.WriteStringHeader(bytes);
            Encoding.UTF8.GetBytes(value, writer.GetSpan(bytes));
            writer.Advance(bytes);
        }
    }

    /// <summary>Reads a string; null if it is nil.</summary>
    /// <exception cref="MessagePackSerializationException">There is no string, or it is not valid UTF-8.</exception>
    public static string? ReadText(this ref MessagePackReader reader)
    {
        if (reader.NextMessagePackType == MessagePackType.Extension) return ReadUtf16(ref reader);
        try
        {
            // There is a span unless the value is nil or its bytes are not contiguous.
            if (reader.TryReadStringSpan(out var bytes)) return StrictUtf8.GetString(bytes);
            return reader.ReadStringSequence() is { } pieces ? StrictUtf8.GetString(pieces) : null;
        }
        catch (DecoderFallbackException e)
        {
            throw new BrokenValueException($"A string is not valid UTF-8: {e.Message}", e);
        }
    }

    private static bool HasLoneSurrogate(string text)
    {
        var rest = text.AsSpan();
        for (var next = rest.IndexOfAnyInRange('\uD800', '\uDFFF'); next >= 0; next = rest.IndexOfAnyInRange('\uD800', '\uDFFF'))
        {
            rest = rest[next..];
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done) return true;
            rest = rest[length..];
        }

        return false;
    }

    private static string ReadUtf16(ref MessagePackReader reader)
    {
        var header = reader.ReadExtensionFormatHeader();
        if (header.TypeCode != Utf16Extension || header.Length % sizeof(char) != 0)
            throw new BrokenValueException($"Expected a string, found an extension of type {header.TypeCode} with {header.Length} bytes.");
        var bytes = reader.ReadRaw(header.Length);
        return string.Create((int)header.Length / sizeof(char), bytes, static (text, units) => units.CopyTo(MemoryMarshal.AsBytes(text)));
    }
}
