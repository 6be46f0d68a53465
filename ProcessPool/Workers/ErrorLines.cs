using System.Text;
using ProcessPool.Frames;

namespace ProcessPool.Workers;

/// <summary>
/// Reads the lines that a worker's native code, its runtime and its child processes print, and keeps the last of them. While the
/// receiver of the lines waits, the pipe fills up and holds back those who print.
/// </summary>
internal sealed class ErrorLines
{
    /// <summary>How many lines are kept.</summary>
    private const int Kept = 20;

    /// <summary>How much of each, in characters.</summary>
    private const int KeptOfEach = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<string> _last = [];
    private readonly Thread _thread;
    private readonly Stream _stream;
    private readonly Action<string, bool> _onLine;
    private readonly LineBuffer _line = new(KeptOfEach);

    /// <param name="stream">What they print.</param>
    /// <param name="name">The name of the thread.</param>
    /// <param name="onLine">Receives each line, and whether it was too long and goes on in the next.</param>
    public ErrorLines(Stream stream, string name, Action<string, bool> onLine)
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
        // Not ReadLine, which would keep a line of any length in memory.
        using var reader = new StreamReader(_stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 16 * 1024);
        var buffer = new char[16 * 1024];
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
            Take(buffer.AsSpan(0, count), endsLine: false);
        }

        if (!_line.IsEmpty) Take([], endsLine: true);
    }

    private void Take(ReadOnlySpan<char> text, bool endsLine)
    {
        while (!text.IsEmpty || endsLine)
        {
            if (_line.TryTake(ref text, ref endsLine) is var (line, goesOn)) Keep(line, goesOn);
        }
    }

    private void Keep(string line, bool goesOn)
    {
        lock (_lock)
        {
            _last.Enqueue(line.Length <= KeptOfEach ? line : string.Concat(line.AsSpan(0, KeptOfEach), "…"));
            if (_last.Count > Kept) _last.Dequeue();
        }

        _onLine(line, goesOn);
    }
}
