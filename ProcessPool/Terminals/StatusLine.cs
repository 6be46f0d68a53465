using System.Diagnostics;

namespace ProcessPool.Terminals;

/// <summary>
/// The line at the bottom of this process's terminal that shows the calls that run. It is removed while other lines are printed
/// (<see cref="Above"/>), and drawn again below them.
/// </summary>
/// <remarks>It needs no more of a terminal than the carriage return, and never hides the cursor.</remarks>
internal sealed class StatusLine
{
    private const int UsualWidth = 80;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the end of the process waits for a terminal that is held up.</summary>
    private static readonly TimeSpan ExitGrace = TimeSpan.FromSeconds(1);

    private static readonly bool CanMoveCursor =
        OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    private static StatusLine? _instance;

    private readonly TextWriter _terminal;

    /// <summary>Taken before the locks that <see cref="Console"/> takes when it writes, never after them.</summary>
    private readonly object _lock = new();

    // Guarded by _lock.
    private readonly OrderedDictionary<object, ShownCall> _calls = [];
    private int _columns;
    private long _drawnAt;
    private bool _isClosed;

    private StatusLine(TextWriter terminal)
    {
        _terminal = terminal;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Close();
    }

    /// <summary>The status line, if this writer is the console's and writes to a terminal; otherwise null.</summary>
    public static StatusLine? On(TextWriter writer) => !IsTerminal(writer) ? null : LazyInitializer.EnsureInitialized(ref _instance, () => new StatusLine(writer));

    /// <summary>Removes the line while whole lines are printed to this writer. Draws it again when that is disposed of.</summary>
    public static Gap Above(TextWriter target) => Volatile.Read(ref _instance) is { } line && IsTerminal(target) ? new Gap(line) : default;

    /// <summary>Shows how far a call is. The last report leaves a line of its own.</summary>
    public void Show(object key, string? title, CallProgress progress)
    {
        var call = new ShownCall(title, progress);
        lock (_lock)
        {
            if (!progress.IsLast)
            {
                _calls[key] = call;
                if (Stopwatch.GetElapsedTime(_drawnAt) >= Pause) Draw();
                return;
            }

            _calls.Remove(key);
            Remove();
            _terminal.WriteLine(call.Line(Width()));
            Draw();
        }
    }

    private static bool IsTerminal(TextWriter writer) =>
        CanMoveCursor && ((writer == Console.Error && !Console.IsErrorRedirected) || (writer == Console.Out && !Console.IsOutputRedirected));

    /// <summary>Something in the last column would make some terminals go on to the next line.</summary>
    private static int Width()
    {
        try
        {
            return (Console.WindowWidth is > 0 and var width ? width : UsualWidth) - 1;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return UsualWidth - 1;
        }
    }

    private void Draw()
    {
        if (_calls.Count == 0 || _isClosed) return;
        var line = ShownCall.Together(_calls.Values, Width());
        var columns = Columns.Of(line);
        _terminal.Write($"\r{line}{new string(' ', Math.Max(0, _columns - columns))}");
        _columns = columns;
        _drawnAt = Stopwatch.GetTimestamp();
    }

    private void Remove()
    {
        if (_columns == 0) return;
        _terminal.Write($"\r{new string(' ', _columns)}\r");
        _columns = 0;
    }

    /// <summary>The process exits, perhaps in the middle of a call: its shell goes on in an empty line.</summary>
    private void Close()
    {
        if (!Monitor.TryEnter(_lock, ExitGrace)) return;
        try
        {
            _isClosed = true;
            Remove();
        }
        catch (IOException)
        {
            // The terminal has gone, and the line with it.
        }
        finally
        {
            Monitor.Exit(_lock);
        }
    }

    /// <summary>The status line is away, and stays so while this thread has this.</summary>
    public readonly ref struct Gap : IDisposable
    {
        private readonly StatusLine? _line;

        public Gap(StatusLine line)
        {
            Monitor.Enter(line._lock);
            try
            {
                line.Remove();
                _line = line;
            }
            finally
            {
                if (_line is null) Monitor.Exit(line._lock);
            }
        }

        public void Dispose()
        {
            if (_line is null) return;
            try
            {
                _line.Draw();
            }
            finally
            {
                Monitor.Exit(_line._lock);
            }
        }
    }
}
