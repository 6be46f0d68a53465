using System.Text;

namespace ProcessPool.Workers;

/// <summary>
/// Reads the lines that a worker's native code, its runtime and its child processes print, and keeps the last of them.
/// </summary>
internal sealed class ErrorLines
{
    private const int Kept = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _last = [];
    private readonly Thread _thread;
    private readonly Stream _stream;
    private readonly Action<string> _onLine;

    public ErrorLines(Stream stream, string name, Action<string> onLine)
    {
        _stream = stream;
        _onLine = onLine;
        _thread = new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> Last
    {
        get
        {
            lock (_lock) return [.. _last];
        }
    }

    /// <summary>
    /// Waits for the end of the stream, with a timeout: a child process that outlives the worker may keep the stream open.
    /// </summary>
    public void WaitForEnd(TimeSpan timeout) => _thread.Join(timeout);

    private void Run()
    {
        // Not ReadLine, which would keep a line of any length in memory. The loop below cuts long lines.
        using var reader = new StreamReader(_stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 16 * 1024);
        var buffer = new char[16 * 1024];
        var line = new StringBuilder();
        while (true)
        {
            int count;
            try
            {
                count = reader.Read(buffer);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                count = 0;
            }

            if (count == 0) break;
            foreach (var c in buffer.AsSpan(0, count))
            {
                if (c != '\n') line.Append(c);
                if (c == '\n' || line.Length >= buffer.Length) Take(line);
            }
        }

        if (line.Length > 0) Take(line);
    }

    private void Take(StringBuilder line)
    {
        var text = line.ToString().TrimEnd('\r');
        line.Clear();
        lock (_lock)
        {
            _last.Enqueue(text);
            if (_last.Count > Kept) _last.Dequeue();
        }

        _onLine(text);
    }
}
