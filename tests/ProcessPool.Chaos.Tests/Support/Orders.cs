namespace ProcessPool.Chaos.Tests.Support;

/// <summary>An argument that can end the worker that reads it or runs with it.</summary>
internal sealed record Order
{
    /// <summary>More bytes than any buffer between two processes holds.</summary>
    public const int Large = 16 * 1024 * 1024;

    public required long Number { get; init; }

    /// <summary>Where items log that they run; see <see cref="RunLog"/>.</summary>
    public required string Log { get; init; }

    /// <summary>A file to which the worker writes its process id when it waits to be killed.</summary>
    public required string Sign { get; init; }

    /// <summary>The name of the <see cref="Support.Death"/> of the worker; null if the order does no harm.</summary>
    public string? Death { get; init; }

    /// <summary>Read before the load.</summary>
    public Trap? Trap { get; init; }

    public byte[]? Load { get; init; }
}

/// <summary>A result that can end the worker that sends it.</summary>
internal sealed record Delivery
{
    public required long Number { get; init; }

    /// <summary>Written before the load.</summary>
    public Assassin? Assassin { get; init; }

    public byte[]? Load { get; init; }
}

/// <summary>A value that makes its reader kill itself, or write its process id to a file and wait to be killed.</summary>
[ValueFormatter(typeof(Formatter))]
internal sealed record Trap(string? Sign)
{
    public sealed class Formatter : IValueFormatter<Trap, string>
    {
        public string ToData(Trap value) => value.Sign ?? "";

        public Trap FromData(string data)
        {
            if (data.Length > 0) Processes.WaitToBeKilled(data);
            else Processes.Signal(Environment.ProcessId, Processes.SigKill);
            return new Trap(data);
        }
    }
}

/// <summary>
/// A value that makes its writer kill itself while it waits in a system call that writes. At that moment, the bytes that follow
/// are being sent, and do not fit into the pipe.
/// </summary>
[ValueFormatter(typeof(Formatter))]
internal sealed record Assassin(int Signal)
{
    public sealed class Formatter : IValueFormatter<Assassin, int>
    {
        /// <summary>
        /// The numbers of write and writev: 1 and 20 on x64, 64 and 66 on arm64. On the respective other architecture, no thread
        /// waits in the system calls with these numbers.
        /// </summary>
        private static readonly string[] Writes = ["1 ", "20 ", "64 ", "66 "];

        public int ToData(Assassin value)
        {
            // The id of the main thread is that of the process. For a thread that does not wait, the file says "running".
            var state = $"/proc/self/task/{Environment.ProcessId}/syscall";
            var isRunning = new ManualResetEventSlim();
            new Thread(() =>
            {
                isRunning.Set();
                while (!Array.Exists(Writes, File.ReadAllText(state).StartsWith)) Thread.Yield();
                Processes.Signal(Environment.ProcessId, value.Signal);
            }).Start();
            isRunning.Wait();
            return value.Signal;
        }

        public Assassin FromData(int data) => new(data);
    }
}
