using System.Globalization;
using ProcessPool.Frames;
using ProcessPool.Workers;

namespace ProcessPool;

// Checks the options.
public sealed partial record PoolOptions
{
    /// <summary>More workers than this are most likely a mistake.</summary>
    internal const int MostWorkers = 4096;

    /// <summary>Variables that are reserved for the pool itself.</summary>
    private static readonly string[] OwnVariables =
        [WorkerEnvironment.Worker, WorkerEnvironment.StatusPage, WorkerEnvironment.Depth, "DOTNET_STARTUP_HOOKS"];

    /// <summary>These options, but without workers if the environment variable is 0.</summary>
    /// <exception cref="ArgumentException">The environment variable is not a number.</exception>
    internal PoolOptions WithEnvironment() => ReadEnvironment() switch
    {
        null => this,
        0 => this with { Workers = 0 },
        < 0 => throw new ArgumentException(
            $"The environment variable {WorkerEnvironment.Workers} is "
            + $"'{System.Environment.GetEnvironmentVariable(WorkerEnvironment.Workers)}'; "
            + "it must be a number of workers, or unset."),
        _ => this,
    };

    /// <summary>The number of workers in the environment variable; null if it is not set, -1 if it is not a number.</summary>
    private static int? ReadEnvironment() => System.Environment.GetEnvironmentVariable(WorkerEnvironment.Workers) switch
    {
        null or "" => null,
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) ? workers : -1,
    };

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    /// <exception cref="ArgumentException">A value cannot be used.</exception>
    internal void Validate()
    {
        const long leastMemory = 32 << 20;
        if (Workers is < 0 or > MostWorkers) throw OutOfRange(nameof(Workers), Workers, $"0 to {MostWorkers}");
        if (MinWorkers < 0) throw OutOfRange(nameof(MinWorkers), MinWorkers, "0 or more, or null");
        ArgumentNullException.ThrowIfNull(Formatters);
        if (Formatters.Contains(null!))
            throw new ArgumentException("PoolOptions.Formatters must not contain null.", nameof(Formatters));
        if (BufferSize is < 1) throw OutOfRange(nameof(BufferSize), BufferSize, "1 or more, or null");
        if (MaxWaitingItems < 0) throw OutOfRange(nameof(MaxWaitingItems), MaxWaitingItems, "0 or more, or null");
        if (KillDelay < TimeSpan.Zero) throw OutOfRange(nameof(KillDelay), KillDelay, "zero or more");
        if (ItemTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(ItemTimeout), ItemTimeout, "more than zero, or null");
        if (ProcessorsPerWorker is < 1 or > 0xFFFF) throw OutOfRange(nameof(ProcessorsPerWorker), ProcessorsPerWorker, "1 to 65,535, or null");
        if (MaxAttempts < 1) throw OutOfRange(nameof(MaxAttempts), MaxAttempts, "1 or more");
        if (RecycleAfter is < 1) throw OutOfRange(nameof(RecycleAfter), RecycleAfter, "1 or more, or null");
        if (RecycleAboveMemory < leastMemory) throw OutOfRange(nameof(RecycleAboveMemory), RecycleAboveMemory, $"{leastMemory} (32 MiB) or more, or null");
        if (RecycleAfterAge < TimeSpan.FromSeconds(1)) throw OutOfRange(nameof(RecycleAfterAge), RecycleAfterAge, "one second or more, or null");
        if (MaxWorkerMemory < leastMemory) throw OutOfRange(nameof(MaxWorkerMemory), MaxWorkerMemory, $"{leastMemory} (32 MiB) or more, or null");
        if (IdleTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(IdleTimeout), IdleTimeout, "more than zero, or null");
        if (MaxValueBytes < 1) throw OutOfRange(nameof(MaxValueBytes), MaxValueBytes, "1 or more, or null");
        if (StartTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(StartTimeout), StartTimeout, "more than zero");
        if (InitializerTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(InitializerTimeout), InitializerTimeout, "more than zero, or null");
        if (ShutdownTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(ShutdownTimeout), ShutdownTimeout, "more than zero");
        if (Niceness is < 0 or > ProcessNiceness.Most) throw OutOfRange(nameof(Niceness), Niceness, $"0 to {ProcessNiceness.Most}");
        if (WorkingDirectory is "" || WorkingDirectory?.Contains('\0') == true)
            throw new ArgumentException("PoolOptions.WorkingDirectory must be the path of a directory, or null.", nameof(WorkingDirectory));
        CheckVariables(Environment, "PoolOptions.Environment", nameof(Environment));
        if (MaxChunk < 1) throw OutOfRange(nameof(MaxChunk), MaxChunk, "1 or more");
    }

    /// <summary>Checks environment variables of workers.</summary>
    /// <param name="variables">The variables.</param>
    /// <param name="where">Where the user has named them, for messages.</param>
    /// <param name="option">The option, as the parameter of the exception.</param>
    /// <exception cref="ArgumentException">A variable cannot be set.</exception>
    internal static void CheckVariables(IReadOnlyDictionary<string, string?> variables, string where, string option)
    {
        if (variables is null) throw new ArgumentNullException(option, $"{where} must not be null.");
        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        foreach (var (name, value) in variables)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0'))
            {
                throw new ArgumentException(
                    $"{where}: '{name.Replace('\0', '?')}' is not a valid variable name: it must not be empty or contain '=' or a null character.", option);
            }

            if (value?.Contains('\0') == true) throw new ArgumentException($"{where}: the value of {name} must not contain a null character.", option);
            if (Array.Exists(OwnVariables, own => own.Equals(name, comparison)))
                throw new ArgumentException($"{where}: {name} is reserved for the pool itself.", option);
        }
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, object? value, string range) =>
        new(name, value, $"PoolOptions.{name} must be {range}.");
}
