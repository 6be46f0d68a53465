namespace ProcessPool.Tests.Simulation;

/// <summary>A simulated pool without chance. A test plays its rule on it step by step.</summary>
internal sealed class Stage
{
    private readonly List<SimulatedCall> _calls = [];
    private readonly PoolOptions _options;

    public Stage(PoolOptions options)
    {
        _options = options;
        Pool = new SimulatedPool(options);
        Settle();
    }

    public SimulatedPool Pool { get; }

    public FakeTime Time => Pool.Time;

    public SimulatedWorker WorkerOf(int place) => Pool.Places[place].Worker!;

    public SimulatedCall Start(int count, CallOptions? options = null, bool isStream = false)
    {
        var call = new SimulatedCall((options ?? new CallOptions()).Over(_options), count, isStream);
        Pool.Scheduler.Start(call);
        _calls.Add(call);
        return call;
    }

    /// <summary>Starts a call that may not wait.</summary>
    /// <returns>Whether it was started.</returns>
    public bool TryStart(int count) => Pool.Scheduler.TryStart(new SimulatedCall(new CallOptions().Over(_options), count, isStream: false), canWait: false) is null;

    public WeakReference Forget(SimulatedCall call)
    {
        _calls.Remove(call);
        return new WeakReference(call);
    }

    /// <summary>The worker of a place dies, and another takes its place if one does.</summary>
    public void Die(int place)
    {
        Bury(place);
        Settle();
    }

    public void Bury(int place)
    {
        WorkerOf(place).Die();
        Pool.Places[place].Bury();
    }

    public void Pass(TimeSpan time)
    {
        var until = Time.Now + (long)(time.TotalSeconds * Time.TimestampFrequency);
        while (Pool.TickAt <= until)
        {
            Time.AdvanceTo(Pool.TickAt);
            Tick();
        }

        Time.AdvanceTo(until);
    }

    public void Tick() => Pool.Tick();

    public void RunToTheEnd()
    {
        for (var i = 0; i < 1000 && !_calls.TrueForAll(static call => call.HasEnded); i++)
        {
            Settle();
            foreach (var place in Pool.Places)
            {
                if (place.Worker is not { } worker) continue;
                if (worker.HasItems) worker.Begin();
                if (worker.RunningItem >= 0) worker.Finish(fails: false);
                worker.Read(1);
            }
        }
    }

    /// <summary>Places start workers until each has one, or waits for more than time.</summary>
    private void Settle()
    {
        for (var i = 0; i < 10; i++)
        {
            foreach (var place in Pool.Places)
            {
                if (place.WaitsUntil is { } until) Time.AdvanceTo(until);
                place.Step();
            }
        }
    }
}
