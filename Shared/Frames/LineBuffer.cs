using System.Text;

namespace ProcessPool.Frames;

/// <summary>Cuts printed text into lines. A line above <see cref="ProtocolConstants.LongestLine"/> comes in parts. Not thread-safe.</summary>
/// <param name="kept">In characters. A longer line does not leave its memory to the next one.</param>
internal sealed class LineBuffer(int kept)
{
    private StringBuilder _line = new();

    /// <summary>Whether all text was taken.</summary>
    public bool IsEmpty => _line.Length == 0;

    /// <summary>Appends text up to the end of the line.</summary>
    /// <param name="text">The text. On return, what follows the line.</param>
    /// <param name="endsLine">Whether the text is followed by the end of its line, which is not part of it. On return, whether that
    /// still follows.</param>
    /// <returns>The line, and whether it is a part only; null if it is not at its end.</returns>
    public (string Line, bool GoesOn)? TryTake(ref ReadOnlySpan<char> text, ref bool endsLine)
    {
        var length = text.IndexOf('\n');
        var part = length < 0 ? text : text[..length];
        var room = ProtocolConstants.LongestLine - _line.Length;
        if (part.Length > room)
        {
            // Both halves of a character stay in one part.
            if (room > 0 && char.IsHighSurrogate(part[room - 1]) && char.IsLowSurrogate(part[room])) room--;
            _line.Append(part[..room]);
            text = text[room..];
            return (TakeRest(), true);
        }

        _line.Append(part);
        text = text[(part.Length + (length < 0 ? 0 : 1))..];
        if (length < 0)
        {
            if (!endsLine) return null;
            endsLine = false;
        }

        if (_line.Length > 0 && _line[^1] == '\r') _line.Length--;
        return (TakeRest(), false);
    }

    /// <summary>Takes the text of the line that has not ended.</summary>
    public string TakeRest()
    {
        var line = _line.ToString();
        if (_line.Capacity > kept) _line = new StringBuilder();
        else _line.Clear();
        return line;
    }
}
