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
    private readonly Lock _lock = new();
    private readonly LineBuffer _line = new(kept: 64 * 1024);
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
            if (!_line.IsEmpty) line = _line.TakeRest();
            _started = false;
        }

        if (line is not null) Send(line, goesOn: false);
    }

    private (string Line, bool GoesOn)? TryTakeLine(ref ReadOnlySpan<char> text, ref bool endsLine)
    {
        lock (_lock)
        {
            var line = _line.TryTake(ref text, ref endsLine);
            _started = !_line.IsEmpty;
            return line;
        }
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
