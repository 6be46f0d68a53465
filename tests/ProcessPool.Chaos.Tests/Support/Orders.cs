namespace ProcessPool.Chaos.Tests.Support;

/// <summary>An argument, which may end the worker that reads it, or runs with it.</summary>
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

/// <summary>A result, which may end the worker that it comes from.</summary>
internal sealed record Delivery
{
    public required long Number { get; init; }

    /// <summary>Read before the load.</summary>
    public Assassin? Assassin { get; init; }

    public byte[]? Load { get; init; }
}

/// <summary>Whoever reads it, if it is a worker, kills itself, or waits to be killed after it has said so in a file.</summary>
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

/// <summary>Whoever reads it kills the process that wrote it.</summary>
[ValueFormatter(typeof(Formatter))]
internal sealed record Assassin(int Signal)
{
    public sealed class Formatter : IValueFormatter<Assassin, (int Process, int Signal)>
    {
        public (int Process, int Signal) ToData(Assassin value) => (Environment.ProcessId, value.Signal);

        public Assassin FromData((int Process, int Signal) data)
        {
            Processes.Signal(data.Process, data.Signal);
            return new Assassin(data.Signal);
        }
    }
}
