using System.Text;
using ProcessPool.Memory;
using ProcessPool.MessagePack;
using ProcessPool.Protocol;

namespace ProcessPool.Worker.Io;

/// <summary><see cref="Console.Out"/> or <see cref="Console.Error"/> of a worker: whole lines, as frames, with the item that printed them.</summary>
internal sealed class ItemOutput(int stream, StatusPage page, Outbox outbox, Watch watch) : TextWriter
{
    /// <summary>A longer line is sent in pieces.</summary>
    private const int LongestLine = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly StringBuilder _line = new();
    private readonly MessagePackWriter _writer = new();
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

    /// <summary>The item ends: what it printed without an end of line is a line all the same.</summary>
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
        _writer.Clear();
        var frame = _writer.BeginFrame(FrameKind.Output, 4);
        var item = page.RunningItem;
        if (item < 0) _writer.WriteNil();
        else _writer.Write(item);
        _writer.Write(stream);
        _writer.Write(_line.ToString());
        _writer.EndFrame(frame);
        _line.Clear();
        _started = false;
        outbox.Append(_writer);
        Interlocked.MemoryBarrier();
        watch.Attend();
    }
}
