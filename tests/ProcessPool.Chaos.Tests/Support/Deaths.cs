using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>A way in which an item ends its worker, and the cause that is reported.</summary>
internal sealed record Death(string Cause, int ExitCode)
{
    private const string OtherThread = "crashed with an unhandled exception on a thread other than the item's";
    private const string Aborted = "was killed by SIGABRT";
    private const string Killed = "was killed by SIGKILL";
    private const string Segfault = "was killed by SIGSEGV";

    /// <summary>What the item does; null if the worker dies at another moment.</summary>
    public Action<Order>? Run { get; init; }

    /// <summary>What the worker is doing with the item at that moment.</summary>
    public ItemPhase Phase { get; init; } = ItemPhase.Running;

    /// <summary>The signal that the test sends when the worker waits for it; null if the worker dies on its own.</summary>
    public int? Signal { get; init; }

    /// <summary>Makes the order deadly to read.</summary>
    public Func<Order, Order> Prepare { get; init; } = static order => order;

    /// <summary>Makes the delivery deadly to send.</summary>
    public Func<Delivery, Delivery>? Send { get; init; }

    /// <summary>All deaths, by name.</summary>
    public static IReadOnlyDictionary<string, Death> All { get; } = new Dictionary<string, Death>
    {
        ["an exception on another thread"] = new(OtherThread, 134) { Run = static _ => ThrowOnAnotherThread() },
        ["Environment.Exit(0)"] = new("called Environment.Exit(0)", 0) { Run = static _ => Environment.Exit(0) },
        ["Environment.Exit(3)"] = new("called Environment.Exit(3)", 3) { Run = static _ => Environment.Exit(3) },
        ["Environment.Exit(137)"] = new("called Environment.Exit(137)", 137) { Run = static _ => Environment.Exit(137) },
        ["Environment.FailFast"] = new(Aborted, 134) { Run = static _ => Environment.FailFast("enough") },
        ["stack overflow"] = new(Aborted, 134) { Run = static order => Overflow(order.Number) },
        ["access violation"] = new(Aborted, 134) { Run = static _ => Marshal.WriteByte(Nowhere, 1) },
        ["access violation in native code"] = new(Segfault, 139) { Run = static _ => Native.SetMemory(Nowhere, 1, 1) },
        ["abort()"] = new(Aborted, 134) { Run = static _ => Native.Abort() },
        ["_exit(5)"] = new("ended with exit code 5", 5) { Run = static _ => Native.Exit(5) },
        ["raise(SIGKILL)"] = new(Killed, 137) { Run = static _ => Native.Raise(Processes.SigKill) },
        ["raise(SIGSEGV)"] = new(Segfault, 139) { Run = static _ => RaiseSegfault() },
        ["SIGKILL from outside"] = new(Killed, 137) { Run = WaitToBeKilled, Signal = Processes.SigKill },
        ["SIGSEGV from outside"] = new(Segfault, 139) { Run = WaitToBeKilled, Signal = Processes.SigSegv },
        ["SIGKILL by what reads its argument"] = new(Killed, 137) { Prepare = static order => order with { Trap = new Trap(null) }, Phase = ItemPhase.ReadingArgument },
        ["SIGKILL while it reads its argument"] = new(Killed, 137) { Prepare = SetTrap, Signal = Processes.SigKill, Phase = ItemPhase.ReadingArgument },
        ["SIGSEGV while it reads its argument"] = new(Segfault, 139) { Prepare = SetTrap, Signal = Processes.SigSegv, Phase = ItemPhase.ReadingArgument },
        ["SIGKILL while a large argument is written to it"] = new(Killed, 137)
        {
            Prepare = static order => SetTrap(order) with { Load = new byte[Order.Large] },
            Signal = Processes.SigKill,
            Phase = ItemPhase.ReadingArgument,
        },
        ["SIGKILL while it writes a large result"] = new(Killed, 137)
        {
            Send = static delivery => delivery with { Assassin = new Assassin(Processes.SigKill), Load = new byte[Order.Large] },
            Phase = ItemPhase.WritingResult,
        },
    };

    private static nint Nowhere => unchecked((nint)0x10000000000);

    /// <summary>Runs in a worker: does what an order asks for.</summary>
    public static Delivery CarryOut(Order order)
    {
        RunLog.Append(order.Log, order.Number);
        var death = order.Death is { } name ? All[name] : null;
        death?.Run?.Invoke(order);
        var delivery = new Delivery { Number = order.Number };
        return death?.Send?.Invoke(delivery) ?? delivery;
    }

    private static Order SetTrap(Order order) => order with { Trap = new Trap(order.Sign) };

    private static void WaitToBeKilled(Order order) => Processes.WaitToBeKilled(order.Sign);

    /// <summary>
    /// The expected cause and exit code. If a SIGSEGV from outside comes while the .NET runtime handles the one before, the
    /// runtime may overwrite its stack. The C library notices that, prints a message and aborts.
    /// </summary>
    public (string Cause, int ExitCode) EndOf(WorkerDiedException failure) =>
        Signal == Processes.SigSegv && failure.LastErrorLines.Any(static line => line.Contains("stack smashing detected", StringComparison.Ordinal)) ? (Aborted, 134) : (Cause, ExitCode);

    /// <summary>Raises SIGSEGV twice: the .NET runtime survives a first one that its own code did not cause.</summary>
    private static void RaiseSegfault()
    {
        Native.Raise(Processes.SigSegv);
        Native.Raise(Processes.SigSegv);
    }

    private static void ThrowOnAnotherThread()
    {
        new Thread(static () => throw new InvalidOperationException("Nobody catches this.")).Start();
        Thread.Sleep(Timeout.Infinite);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Overflow(long number)
    {
        Span<long> frame = stackalloc long[128];
        frame[(int)(number & 127)] = number;
        return Overflow(number + 1) + frame[0];
    }
}

/// <summary>System calls that .NET does not offer.</summary>
internal static partial class Native
{
    [LibraryImport("libc", EntryPoint = "memset")]
    public static partial nint SetMemory(nint address, int value, nuint count);

    [LibraryImport("libc", EntryPoint = "abort")]
    public static partial void Abort();

    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);

    [LibraryImport("libc", EntryPoint = "raise")]
    public static partial void Raise(int signal);

    [LibraryImport("libc", EntryPoint = "pause")]
    public static partial int Pause();
}
