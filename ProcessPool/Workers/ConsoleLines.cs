using ProcessPool.Terminals;

namespace ProcessPool.Workers;

/// <summary>
/// Writes lines to this process's standard output and error, many at once. A piece is small, so that a slow reader of the other
/// end can be told from one that hangs. Lines are not mixed with what others print.
/// </summary>
/// <param name="onProgress">Called between the pieces of a long line.</param>
internal sealed class ConsoleLines(Action onProgress)
{
    /// <summary>In characters.</summary>
    private const int Piece = 4096;

    private const string GoesOn = " [the line goes on]";

    private readonly char[] _piece = new char[Piece];

    /// <summary>Writes lines from the start of a list: as many as fit into one piece, but one at least.</summary>
    /// <param name="entries">The lines.</param>
    /// <param name="count">How many were written, also if that fails.</param>
    public void Write(ReadOnlySpan<OutputEntry> entries, out int count)
    {
        var target = TargetOf(entries[0].Line);
        using var gap = StatusLine.Above(target);
        var length = 0;
        count = 0;
        foreach (var (line, _, _) in entries)
        {
            var needed = line.Line.Length + (line.IsPartial ? GoesOn.Length : 0) + target.NewLine.Length;
            if (needed > Piece - length || (count > 0 && TargetOf(line) != target)) break;
            Append(line.Line, ref length);
            if (line.IsPartial) Append(GoesOn, ref length);
            Append(target.NewLine, ref length);
            count++;
        }

        if (count > 0)
        {
            target.Write(_piece, 0, length);
            return;
        }

        count = 1;
        WriteLong(target, entries[0].Line);
    }

    /// <summary>Whether a line goes to standard error.</summary>
    public static bool IsError(WorkerOutput line) => line.Source != OutputSource.Out;

    private static TextWriter TargetOf(WorkerOutput line) => IsError(line) ? Console.Error : Console.Out;

    private void Append(string text, ref int length)
    {
        text.CopyTo(_piece.AsSpan(length));
        length += text.Length;
    }

    private void WriteLong(TextWriter target, WorkerOutput line)
    {
        // Console's writers lock themselves while they write, so that nobody else prints within the line.
        lock (target)
        {
            for (var rest = line.Line.AsSpan(); !rest.IsEmpty;)
            {
                var part = rest[..Math.Min(Piece, rest.Length)];
                part.CopyTo(_piece);
                target.Write(_piece, 0, part.Length);
                rest = rest[part.Length..];
                onProgress();
            }

            target.WriteLine(line.IsPartial ? GoesOn : "");
        }
    }
}

/// <summary>A line that waits for the printer.</summary>
/// <param name="Line">The line.</param>
/// <param name="Share">Where it comes from.</param>
/// <param name="Weight">Its weight there.</param>
internal readonly record struct OutputEntry(WorkerOutput Line, OutputShare Share, int Weight);
