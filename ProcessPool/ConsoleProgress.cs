using System.Diagnostics;
using ProcessPool.Terminals;

namespace ProcessPool;

/// <summary>
/// Shows in a console how far calls are: a bar on a terminal, and plain lines elsewhere (a file, a pipe, a log).
/// <code>pool.Map(f, xs, new CallOptions { Progress = new ConsoleProgress() });</code>
/// </summary>
/// <remarks>
/// <para>The last line is printed before the call returns, also if it has failed or was cancelled. It stays on the screen.</para>
/// <para>Calls that run at once may share an instance, or have one each. On a terminal, all calls of the process share one line at
/// the bottom. What workers print goes above it. What the program itself prints while calls run would be mixed with it: print such
/// lines with <see cref="WriteLine"/>, also in <see cref="PoolOptions.Output"/>.</para>
/// <para>What cannot be written, because standard error is closed or its disk is full, is left out.</para>
/// </remarks>
public sealed class ConsoleProgress : IProgress<CallProgress>
{
    private readonly string? _title;
    private readonly TextWriter? _writer;
    private readonly Lock _lock = new();

    /// <summary>When a line was last written for a call. Guarded by _lock.</summary>
    private readonly Dictionary<object, TimeSpan> _written = [];

    /// <summary>Creates one.</summary>
    /// <param name="title">Stands before the numbers. Default: null, nothing does.</param>
    /// <param name="writer">Where to write. There is a bar only if this is <see cref="Console.Out"/> or
    /// <see cref="Console.Error"/>, and a terminal. Default: null, standard error.</param>
    public ConsoleProgress(string? title = null, TextWriter? writer = null) => (_title, _writer) = (title, writer);

    /// <summary>
    /// How many lines are written in a second at most for each call where there is no terminal, besides the last one. More than
    /// zero. Default: 1.
    /// </summary>
    /// <remarks>A bar is drawn up to 20 times a second.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">It is not more than zero.</exception>
    public double LinesPerSecond
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "LinesPerSecond must be more than zero.");
    } = 1;

    /// <summary>Prints a line, on a terminal above the bar. Like <see cref="Console.WriteLine(string)"/> if there is no bar.</summary>
    /// <param name="line">The line.</param>
    /// <param name="writer">Where to print it. Default: null, <see cref="Console.Out"/>.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteLine(string line, TextWriter? writer = null)
    {
        writer ??= Console.Out;
        using (StatusLine.Above(writer)) writer.WriteLine(line);
    }

    /// <summary>Shows a report. Called by the pool, or by a loop that is to be shown like a call.</summary>
    /// <param name="value">How far the call is. One that <see cref="CallProgress.IsLast"/> must follow, for a bar to end.</param>
    public void Report(CallProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var writer = _writer ?? Console.Error;
        try
        {
            if (StatusLine.On(writer) is { } line) line.Show(value.Call ?? this, _title, value);
            else WriteReport(writer, value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Trace.TraceWarning($"ProcessPool: progress could not be written: {e.Message}");
        }
    }

    private void WriteReport(TextWriter writer, CallProgress value)
    {
        var call = value.Call ?? this;
        lock (_lock)
        {
            if (!value.IsLast && (value.Elapsed - _written.GetValueOrDefault(call)).TotalSeconds * LinesPerSecond < 1) return;
            if (value.IsLast) _written.Remove(call);
            else _written[call] = value.Elapsed;
        }

        // One piece, so that a line is not torn. Console's writers lock themselves while they write, as this does.
        lock (writer)
        {
            writer.Write($"{(_title is null ? "" : $"{_title}: ")}{value}{writer.NewLine}");
            writer.Flush();
        }
    }
}
