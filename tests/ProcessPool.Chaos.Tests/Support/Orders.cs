namespace ProcessPool.Chaos.Tests.Support;

/// <summary>An argument that can end the worker that reads it or runs with it.</summary>
internal sealed record Order
{
    /// <summary>So many bytes do not fit any buffer between two processes.</summary>
    public const int Large = 16 * 1024 * 1024;

    public required long Number { get; init; }

    /// <summary>Where items say that they run; see <see cref="RunLog"/>.</summary>
    public required string Log { get; init; }

    /// <summary>A file in which the worker says its process id when it waits to be killed.</summary>
    public required string Sign { get; init; }

    /// <summary>What ends the worker; null for the orders that are just carried out.</summary>
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

/// <summary>A worker that reads it kills itself, or writes its process id to a file and waits to be killed.</summary>
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
/// The process that writes it kills itself once it waits in a system call that writes: the bytes that follow are then on their
/// way, and do not fit into the pipe.
/// </summary>
[ValueFormatter(typeof(Formatter))]
internal sealed record Assassin(int Signal)
{
    public sealed class Formatter : IValueFormatter<Assassin, int>
    {
        /// <summary>write and writev: on x64 1 and 20, on arm64 64 and 66; what these numbers mean on the other one is never waited in.</summary>
        private static readonly string[] Writes = ["1 ", "20 ", "64 ", "66 "];

        public int ToData(Assassin value)
        {
            // The main thread's number is the process's. A thread that waits for nothing is "running".
            var state = $"/proc/self/task/{Environment.ProcessId}/syscall";
            new Thread(() =>
            {
                while (!Array.Exists(Writes, File.ReadAllText(state).StartsWith)) Thread.Yield();
                Processes.Signal(Environment.ProcessId, value.Signal);
            }).Start();
            return value.Signal;
        }

        public Assassin FromData(int data) => new(data);
    }
}
