using System.Text;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Memory;
using ProcessPool.Values;

namespace ProcessPool.Worker.Io;

/// <summary>
/// <see cref="Console.Out"/> or <see cref="Console.Error"/> of a worker. Sends whole lines as frames, with the item that printed
/// them.
/// </summary>
/// <remarks>
/// A thread takes a line out of the text under the lock, but sends it without: sending can wait for the printer, and the main
/// thread needs the lock when its item ends.
/// </remarks>
internal sealed class ItemOutput(int stream, StatusPage page, OutputWindow window) : TextWriter
{
    /// <summary>In characters. A longer line leaves its memory to the next one no more.</summary>
    private const int Kept = 64 * 1024;

    private readonly Lock _lock = new();
    private StringBuilder _line = new();
    private volatile bool _started;

    /// <summary>A buffer for reuse. Null while a line is written.</summary>
    [ThreadStatic]
    private static FrameBuffer? _spare;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => WriteLine(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer, endsLine: false);

    public override void WriteLine(ReadOnlySpan<char> buffer) => Write(buffer, endsLine: true);

    private void Write(ReadOnlySpan<char> text, bool endsLine)
    {
        while (!text.IsEmpty || endsLine)
        {
            if (TryTakeLine(ref text, ref endsLine) is var (line, goesOn)) Send(line, goesOn);
        }
    }

    /// <summary>Called when an item ends. Sends text that the item printed without a line ending as a line of its own.</summary>
    public void EndLine()
    {
        if (!_started) return;
        string? line = null;
        lock (_lock)
        {
            if (_line.Length > 0) line = TakeLine();
        }

        if (line is not null) Send(line, goesOn: false);
    }

    /// <summary>Appends text up to the end of the line.</summary>
    /// <param name="text">The text. On return, what follows the line.</param>
    /// <param name="endsLine">Whether the text is followed by the end of its line, which is not part of it.</param>
    /// <returns>The line, and whether it is a part only; null if it is not at its end.</returns>
    private (string Line, bool GoesOn)? TryTakeLine(ref ReadOnlySpan<char> text, ref bool endsLine)
    {
        lock (_lock)
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
                return (TakeLine(), true);
            }

            _line.Append(part);
            text = text[(part.Length + (length < 0 ? 0 : 1))..];
            if (length < 0)
            {
                _started = _line.Length > 0;
                if (!endsLine) return null;
                endsLine = false;
            }

            if (_line.Length > 0 && _line[^1] == '\r') _line.Length--;
            return (TakeLine(), false);
        }
    }

    private string TakeLine()
    {
        var line = _line.ToString();
        if (_line.Capacity > Kept) _line = new StringBuilder();
        else _line.Clear();
        _started = false;
        return line;
    }

    private void Send(string line, bool goesOn)
    {
        var message = _spare ?? new FrameBuffer();
        _spare = null;
        var writer = new MessagePackWriter(message);
        var frame = message.BeginFrame(ref writer, FrameKind.Output, 5);
        var item = page.RunningItem;
        if (item < 0) writer.WriteNil();
        else writer.Write(item);
        writer.Write(stream);
        writer.WriteText(line);
        writer.Write(goesOn);
        message.EndFrame(ref writer, frame);
        window.Send(message);
        message.Clear();
        _spare = message;
    }
}
