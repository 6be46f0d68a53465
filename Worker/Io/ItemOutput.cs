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
internal sealed class ItemOutput(int stream, StatusPage page, Outbox outbox, Watch watch) : TextWriter
{
    /// <summary>In characters. Longer lines are sent in pieces.</summary>
    private const int LongestLine = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly StringBuilder _line = new();
    private readonly FrameBuffer _message = new();
    private volatile bool _started;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => WriteLine(value.AsSpan());

    public override void WriteLine(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            Write(buffer);
            Write('\n');
        }
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            while (!buffer.IsEmpty)
            {
                var end = buffer.IndexOf('\n');
                var part = end < 0 ? buffer : buffer[..end];
                if (_line.Length + part.Length > LongestLine)
                {
                    part = buffer[..Math.Min(LongestLine - _line.Length, part.Length)];
                    end = -1;
                }

                _line.Append(part);
                buffer = buffer[(part.Length + (end < 0 ? 0 : 1))..];
                if (end >= 0 || _line.Length == LongestLine) Send();
                else _started = true;
            }
        }
    }

    /// <summary>Called when an item ends. Sends text that the item printed without a line ending as a line of its own.</summary>
    public void EndLine()
    {
        if (!_started) return;
        lock (_lock)
        {
            if (_line.Length > 0) Send();
        }
    }

    private void Send()
    {
        if (_line.Length > 0 && _line[^1] == '\r') _line.Length--;
        _message.Clear();
        var writer = new MessagePackWriter(_message);
        var frame = _message.BeginFrame(ref writer, FrameKind.Output, 4);
        var item = page.RunningItem;
        if (item < 0) writer.WriteNil();
        else writer.Write(item);
        writer.Write(stream);
        writer.WriteText(_line.ToString());
        _message.EndFrame(ref writer, frame);
        _line.Clear();
        _started = false;
        outbox.Append(_message);
        Interlocked.MemoryBarrier();
        watch.Attend();
    }
}
