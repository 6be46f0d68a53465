using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProcessPool.Soak.Items;

/// <summary>The work of items, in the workers.</summary>
internal static partial class Work
{
    public static Answer Run(Item item) => Run(item, WorkerContext.CancellationToken);

    public static Answer Run(Item item, CancellationToken token)
    {
        Mark.OnEnd();
        byte[]? content = null;
        switch (item.Fate)
        {
            case Fate.Long:
                Spin(item.Amount);
                break;
            case Fate.LargeResult:
                content = Content.Make(item.Seed, item.Amount);
                break;
            case Fate.Allocates:
                var bytes = new byte[item.Amount];
                for (var i = 0; i < bytes.Length; i += 4096) bytes[i] = 1;
                Spin(10_000);
                GC.KeepAlive(bytes);
                break;
            case Fate.Prints:
                for (var line = 0; line < item.Amount; line++) (line % 2 == 0 ? Console.Out : Console.Error).WriteLine($"{item.Call} {item.Index} {line}");
                break;
            case Fate.LeavesChild:
                StartChild()?.Dispose();
                break;
            case Fate.Throws:
                throw item.Index % 2 == 0 ? new InvalidOperationException(item.Complaint) : new SoakException(item.Complaint, item.Index);
            case Fate.Tiny or Fate.LargeArgument:
                break;
            default:
                Harm(item, token);
                break;
        }

        var value = item.Content is { } argument ? Content.Sum(argument) : (ulong)item.Amount;
        return new Answer(item.Call, item.Index, Content.Mix(item.Seed, value), content);
    }

    private static void Harm(Item item, CancellationToken token)
    {
        switch (item.Fate)
        {
            case Fate.Exits:
                Mark.IsEndingByItem = true;
                Environment.Exit(item.ExitCode);
                break;
            case Fate.FailsFast:
                Environment.FailFast(null);
                break;
            case Fate.Aborts:
                Abort();
                break;
            case Fate.Segfaults:
                LengthOf(16);
                break;
            case Fate.ThrowsOnThread:
                new Thread(() => throw new InvalidOperationException(item.Complaint)).Start();
                Thread.Sleep(Timeout.Infinite);
                break;
            case Fate.Waits:
                token.WaitHandle.WaitOne();
                token.ThrowIfCancellationRequested();
                break;
            case Fate.Sleeps:
                Thread.Sleep(Timeout.Infinite);
                break;
            case Fate.Spins:
                while (true) Thread.SpinWait(100);
            case Fate.WaitsForChild:
                StartChild()?.WaitForExit();
                Thread.Sleep(Timeout.Infinite);
                break;
            default:
                Mark.Sabotage();
                Sabotage(item.Fate == Fate.SilencesPipes);
                if (item.Amount > 0) Thread.Sleep(Timeout.Infinite);
                break;
        }
    }

    /// <summary>A child that outlives its item; null in a worker whose descriptors are gone.</summary>
    private static Process? StartChild()
    {
        try
        {
            return Process.Start("sleep", "1000");
        }
        catch (Exception) when (Mark.IsSabotaged)
        {
            return null;
        }
    }

    private static void Spin(int microseconds)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalMicroseconds < microseconds) Thread.SpinWait(10);
    }

    private static void Sabotage(bool silence)
    {
        const int first = 3;
        const int last = 255;
        var nothing = silence ? Open("/dev/null", 2) : -1;
        for (var descriptor = first; descriptor <= last; descriptor++)
        {
            if (!silence) _ = Close(descriptor);
            else if (descriptor != nothing && GetFlags(descriptor, 1) >= 0) _ = Duplicate(nothing, descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "abort")]
    private static partial void Abort();

    [LibraryImport("libc", EntryPoint = "strlen")]
    private static partial nint LengthOf(nint text);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int GetFlags(int descriptor, int command);
}
