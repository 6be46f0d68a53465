using System.Globalization;

namespace ProcessPool.Coordinator.Commands;

/// <summary>The settings of a pool, from options or else from the environment (<c>PROCESSPOOL_WORKERS</c> and so on).</summary>
/// <param name="Pool">The options of the pool, without those that depend on the command.</param>
internal sealed record Settings(PoolOptions Pool)
{
    /// <summary>The prefix of the environment variables.</summary>
    private const string Prefix = "PROCESSPOOL_";

    /// <summary>Enough to keep a worker busy with items that take some microseconds.</summary>
    private const int ItemsPerWorker = 256;

    /// <summary>How many items may be started ahead of the results that were taken.</summary>
    public int MostAhead => Pool.BufferSize!.Value;

    /// <summary>Combines the options and the environment.</summary>
    /// <exception cref="UsageException">A value in the environment is wrong.</exception>
    public static Settings From(RunOptions options)
    {
        PoolOptions pool = new();
        int workers = options.Workers ?? (int?)Number("WORKERS", 0, 4096) ?? pool.Workers;
        double? timeout = Number("START_TIMEOUT", 0.001, 86_400);
        return new Settings(pool with
        {
            Workers = workers,
            BufferSize = Math.Max(1, workers) * ItemsPerWorker,
            StartTimeout = timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : pool.StartTimeout,
        });
    }

    private static double? Number(string name, double lowest, double highest)
    {
        if (Environment.GetEnvironmentVariable(Prefix + name) is not { Length: > 0 } text)
            return null;
        bool isWhole = lowest == Math.Floor(lowest);
        NumberStyles style = isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        if (double.TryParse(text, style, CultureInfo.InvariantCulture, out double value) && value >= lowest && value <= highest)
            return value;
        throw new UsageException(FormattableString.Invariant(
            $"{Prefix}{name} must be a {(isWhole ? "whole " : "")}number between {lowest} and {highest}, not '{text}'"));
    }
}
