using System.Collections.ObjectModel;

namespace ProcessPool;

/// <summary>What one worker is started with, see <see cref="PoolOptions.ConfigureWorker"/>.</summary>
public sealed record WorkerOptions
{
    /// <summary>
    /// Environment variables of this worker. They take precedence over <see cref="PoolOptions.Environment"/>. Default: none.
    /// </summary>
    /// <inheritdoc cref="PoolOptions.Environment"/>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>
    /// The numbers of the processors, from 0, on which this worker and all processes that it starts run. Native libraries are told to
    /// start as many threads (see <see cref="PoolOptions.ProcessorsPerWorker"/>). Default: empty, those of this process.
    /// </summary>
    /// <remarks>Linux, and Windows for the first 64 processors. Other systems refuse it.</remarks>
    public IReadOnlyList<int> Processors { get; init; } = [];

    /// <exception cref="ArgumentException">A value cannot be used.</exception>
    internal void Validate(int worker)
    {
        const string option = nameof(PoolOptions.ConfigureWorker);
        PoolOptions.CheckVariables(Environment, $"PoolOptions.{option}: WorkerOptions.Environment of worker {worker}", option);
        if (Processors is null) throw new ArgumentException($"PoolOptions.{option}: WorkerOptions.Processors of worker {worker} must not be null.", option);
    }
}
