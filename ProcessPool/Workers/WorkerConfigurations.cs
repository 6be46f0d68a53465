namespace ProcessPool.Workers;

/// <summary>
/// What each worker of a pool is started with, by its number. <see cref="PoolOptions.ConfigureWorker"/> is asked once for each number,
/// so a replacement gets the same. The function itself is not kept, because what it captures may refer to the pool.
/// </summary>
/// <param name="common">What all workers have in common.</param>
internal sealed class WorkerConfigurations(WorkerSurroundings common)
{
    private readonly Lock _lock = new();

    /// <summary>Replaced under _lock. Empty if all workers are the same.</summary>
    private volatile WorkerSurroundings[] _ofWorkers = [];

    public WorkerSurroundings Of(int worker) => _ofWorkers is var all && worker < all.Length ? all[worker] : common;

    /// <summary>Asks for the options of workers that have none yet.</summary>
    /// <param name="count">How many workers there will be.</param>
    /// <param name="options">The options of the pool.</param>
    /// <exception cref="ArgumentException">The options of a worker cannot be used.</exception>
    /// <exception cref="PlatformNotSupportedException">This system cannot tie processes to processors.</exception>
    public void Grow(int count, PoolOptions options)
    {
        if (options.ConfigureWorker is not { } configure) return;
        var known = _ofWorkers.Length;
        List<WorkerSurroundings> added = [];
        for (var worker = known; worker < count; worker++) added.Add(Ask(worker, configure, options));
        lock (_lock)
        {
            // Another thread may have asked for the same ones, whose workers may have started.
            var missing = Math.Max(0, count - _ofWorkers.Length);
            _ofWorkers = [.. _ofWorkers, .. added.TakeLast(missing)];
        }
    }

    private WorkerSurroundings Ask(int worker, Func<int, WorkerOptions> configure, PoolOptions options)
    {
        const string option = nameof(PoolOptions.ConfigureWorker);
        var own = configure(worker) ?? throw new ArgumentException($"PoolOptions.{option} returned null for worker {worker}.", option);
        own.Validate(worker);
        ProcessorSet.Check(own.Processors, worker);
        return common.With(own, options);
    }
}
