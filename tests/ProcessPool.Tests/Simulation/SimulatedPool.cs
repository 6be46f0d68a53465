using ProcessPool.Jobs;
using ProcessPool.Scheduling;

namespace ProcessPool.Tests.Simulation;

/// <summary>
/// A scheduler whose workers, callers and clock are simulated by one thread, from a seed. The next step is chosen at random, even
/// in the middle of what the scheduler does without its lock. After each step everything is checked.
/// </summary>
internal sealed class SimulatedPool
{
    private const int MostNested = 3;

    private readonly Random _random;
    private readonly PoolOptions _options;
    private readonly List<SimulatedPlace> _places = [];
    private readonly List<SimulatedCall> _calls = [];
    private readonly Dictionary<(Job, long), SimulatedWorker> _running = [];
    private readonly Dictionary<SimulatedWorker, (LeaveReason? Left, LeaveReason? Killed)> _reasons = [];
    private readonly HashSet<SimulatedWorker> _busyReaders = [];
    private readonly HashSet<(Job, long)> _lost = [];
    private bool _isTicking;
    private int _nested;
    private bool _isClosing;
    private readonly List<string> _steps = [];

    /// <summary>Nothing unusual happens.</summary>
    private bool _isCalm;

    public SimulatedPool(int seed)
        : this(new Random(seed))
    {
    }

    /// <summary>A pool in which nothing happens by chance.</summary>
    public SimulatedPool(PoolOptions options)
        : this(new Random(0), options)
    {
        (HasPages, _isCalm) = (options.UseStatusPage, true);
    }

    private SimulatedPool(Random random)
        : this(random, Any(random))
    {
        HasPages = !Chance(4);
        StartFailures = Pick(0, 0, 0, 10);
    }

    private SimulatedPool(Random random, PoolOptions options)
    {
        _random = random;
        _options = options;
        Scheduler = new Scheduler(_options, Time, timestamp => TickAt = Math.Min(TickAt, timestamp));
        Grow(_options.Workers);
    }

    private static PoolOptions Any(Random random) =>
        new()
        {
            Workers = random.Next(1, 5),
            KillDelay = OneOf(random, TimeSpan.Zero, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.5), TimeSpan.MaxValue),
            ItemTimeout = OneOf<TimeSpan?>(random, null, null, TimeSpan.FromSeconds(1)),
            MaxAttempts = OneOf(random, 1, 1, 2, 5),
            RecycleAfter = OneOf<int?>(random, null, null, null, random.Next(1, 6)),
            RecycleAfterAge = OneOf<TimeSpan?>(random, null, null, TimeSpan.FromSeconds(3)),
            RecycleAboveMemory = OneOf<long?>(random, null, null, 100),
            MaxWorkerMemory = OneOf<long?>(random, null, null, 150),
            IdleTimeout = OneOf<TimeSpan?>(random, null, null, TimeSpan.FromSeconds(2)),
            MinWorkers = OneOf<int?>(random, null, null, 0, 1, 2),
            MaxWaitingItems = OneOf<int?>(random, null, null, 0, 6),
        };

    public FakeTime Time { get; } = new();

    /// <summary>When <see cref="Tick"/> is to be called.</summary>
    public long TickAt { get; private set; } = long.MaxValue;

    public IReadOnlyList<SimulatedPlace> Places => _places;

    public Scheduler Scheduler { get; }

    public bool HasPages { get; }

    /// <summary>One in this many starts fails; 0: none fails.</summary>
    public int StartFailures { get; }

    /// <summary>The first thing that went wrong.</summary>
    public string? FirstFault { get; private set; }

    /// <summary>How many steps were played.</summary>
    public int Steps { get; private set; }

    /// <summary>The last steps, for finding the reason of a fault.</summary>
    public IEnumerable<string> LastSteps => _steps.TakeLast(60);

    /// <summary>Plays this many steps, then lets all calls end.</summary>
    public void Play(int steps)
    {
        for (var i = 0; i < steps && FirstFault is null; i++)
        {
            Step();
            Check();
        }

        _isCalm = true;
        for (var i = 0; i < 20_000 && FirstFault is null && !_calls.TrueForAll(static call => call.HasEnded); i++)
        {
            Step();
            Check();
        }

        if (FirstFault is not null) return;
        if (_calls.Find(static call => !call.HasEnded) is { } open) Fault($"{open} never ends");
        Do("close", () => Scheduler.Close());
        _isClosing = true;
        for (var i = 0; i < 20_000 && FirstFault is null && !_places.TrueForAll(static place => place.HasEnded); i++)
        {
            Step();
            Check();
        }

        if (!_places.TrueForAll(static place => place.HasEnded)) Fault("a place never ends");
    }

    /// <summary>True once in <paramref name="oneIn"/> times; never if that is 0.</summary>
    public bool Chance(int oneIn) => oneIn > 0 && !_isCalm && _random.Next(oneIn) == 0;

    public void Fault(string fault) => FirstFault ??= $"{fault} (step {Steps})";

    /// <summary>Another thread does something in between.</summary>
    public void Interleave()
    {
        if (Scheduler.IsDecidingHere) Fault("the scheduler acts while it holds its lock");
        if (_nested >= MostNested || !Chance(4)) return;
        _nested++;
        Step();
        _nested--;
    }

    public void OnStarted(SimulatedWorker worker) => _reasons.Add(worker, (null, null));

    public void OnBegun(SimulatedWorker worker, long sequence)
    {
        if (!worker.Lane.Items.TryLookAt(sequence, out var job, out var key))
        {
            Fault($"worker {worker.Lane.Id} begins item {sequence}, which it does not have");
            return;
        }

        if (_running.TryGetValue((job, key), out var other) && !other.IsDead) Fault($"item {key} of {job} runs in workers {other.Lane.Id} and {worker.Lane.Id}");
        if (((SimulatedCall)job).Fates.ContainsKey(key)) Fault($"item {key} of {job} runs again after it has ended");
        _running[(job, key)] = worker;
    }

    /// <summary>A worker died while it ran an item.</summary>
    public void OnKilledBy(Job job, long key) => _lost.Add((job, key));

    /// <summary>An item has failed or succeeded otherwise.</summary>
    public void OnSettled(Job job, long key) => _lost.Remove((job, key));

    /// <summary>Whether a worker ever died while it ran an item.</summary>
    public bool WasLost(Job job, long key) => _lost.Contains((job, key));

    public void OnReported(Job job, long key)
    {
        OnSettled(job, key);
        _running.Remove((job, key));
    }

    public void OnLost(SimulatedWorker worker, Job job, long sequence, bool wasBegun, in ItemRun run)
    {
        var most = wasBegun ? job.MaxAttempts : Math.Max(3, job.MaxAttempts);
        var hasReason = run.Attempt >= most || (wasBegun && (worker.DiedOfMemory || sequence == worker.Lane.LateItem || job.State != JobState.Active));
        if (!hasReason) Fault($"an item of {job} is lost at attempt {run.Attempt} of {most}");
        if (run.Attempt > Math.Max(3, job.MaxAttempts)) Fault($"an item of {job} was tried {run.Attempt} times; {job.MaxAttempts} are allowed");
    }

    private void Step()
    {
        Steps++;
        if (!TryDoSomething()) Do("time", () => Time.AdvanceTo(NextTime() ?? Time.Now + Time.TimestampFrequency));
    }

    private bool TryDoSomething()
    {
        List<(string Name, Action Do)> possible = [];
        if (TickAt <= Time.Now && !_isTicking) possible.Add(("tick", Tick));
        foreach (var place in _places) AddStepsOf(place, possible);
        foreach (var call in _calls)
        {
            if (call is { CanAdd: true, HasEnded: false }) possible.Add(($"input of {call.Call.Id}", () => AddInput(call)));
        }

        if (!_isCalm) AddOthers(possible);
        if (possible.Count == 0) return false;
        var (name, action) = possible[_random.Next(possible.Count)];
        Do(name, action);
        return true;
    }

    private void AddStepsOf(SimulatedPlace place, List<(string Name, Action Do)> possible)
    {
        if (place.HasEnded || place.IsWaiting) return;
        if (place.Worker is not { } worker || place.IsStarting)
        {
            possible.Add(("place", () => Reading(place.Worker, place.Step)));
            return;
        }

        var id = worker.Lane.Id;
        if (worker.IsDead)
        {
            if (!_busyReaders.Contains(worker)) possible.Add(($"bury {id}", () => Reading(worker, place.Bury)));
            return;
        }

        if (worker.RunningItem >= 0) possible.Add(($"finish {id}", () => worker.Finish(fails: Chance(6))));
        else if (worker.HasItems) possible.Add(($"begin {id}", worker.Begin));
        else if (worker.WasAsked) possible.Add(($"end {id}", worker.Die));
        if (worker.WasKilled || Chance(60)) possible.Add(($"die {id}", worker.Die));
        if (_busyReaders.Contains(worker)) return;
        if (worker.HasReports) possible.Add(($"read {id}", () => Reading(worker, () => worker.Read(_random.Next(1, 5)))));
        if (worker.AskedBack > 0) possible.Add(($"give back {id}", () => Reading(worker, worker.GiveBack)));
    }

    private void AddOthers(List<(string Name, Action Do)> possible)
    {
        if (Chance(3)) possible.Add(("time", () => Time.Advance(TimeSpan.FromMilliseconds(Pick(0.1, 1, 30, 700)))));
        if (Chance(6) && _calls.Count(static call => !call.HasEnded) < 4 && !_isClosing) possible.Add(("start", StartCall));
        if (Chance(20) && _calls.FindAll(static call => !call.HasEnded) is { Count: > 0 } open)
        {
            var call = open[_random.Next(open.Count)];
            possible.Add(($"stop {call.Call.Id}", () => Scheduler.Stop(call, new OperationCanceledException())));
        }

        if (Chance(40) && !_isClosing)
        {
            var size = _random.Next(1, 6);
            possible.Add(($"resize {size}", () => Resize(size)));
        }

        if (Chance(30) && _places.Find(place => place.Worker is not null && Chance(2)) is { Worker: { } grown }) possible.Add(("grow", () => grown.Memory += 60));
        if (Chance(100)) possible.Add(("release", () => Scheduler.ReleaseMemory(1)));
        if (Chance(1000)) possible.Add(("close", Close));
        if (Chance(2000)) possible.Add(("terminate", Terminate));
    }

    private void Do(string name, Action action)
    {
        _steps.Add(new string(' ', 2 * _nested) + name);
        action();
    }

    /// <summary>What one thread does for a worker: nobody else does at the same time.</summary>
    private void Reading(SimulatedWorker? worker, Action action)
    {
        if (worker is not null && !_busyReaders.Add(worker)) return;
        action();
        if (worker is not null) _busyReaders.Remove(worker);
    }

    public void Tick()
    {
        TickAt = long.MaxValue;
        _isTicking = true;
        Scheduler.Tick();
        _isTicking = false;
    }

    private long? NextTime()
    {
        var next = _places.Min(static place => place.WaitsUntil) ?? long.MaxValue;
        if (!_isTicking) next = Math.Min(next, TickAt);
        return next == long.MaxValue ? null : next;
    }

    private void StartCall()
    {
        var isRetried = Chance(3);
        var options = new CallOptions
        {
            MaxAttempts = isRetried ? 3 : Pick<int?>(null, null, 3),
            RetryOn = isRetried ? _ => Chance(2) : null,
            RetryDelay = Pick(TimeSpan.Zero, TimeSpan.FromSeconds(0.2)),
            Timeout = Pick<TimeSpan?>(null, null, null, TimeSpan.FromSeconds(4)),
            ChunkSize = Pick<int?>(null, 5),
            Priority = Pick(0, 0, 0, 1, -1, int.MinValue),
            Errors = Pick(ErrorPolicy.FailFast, ErrorPolicy.FinishAll),
        };
        var call = new SimulatedCall(options.Over(_options), Pick(0, 1, 5, 40), isStream: Chance(3), capturesMuch: Chance(5)) { IsLarge = Chance(7) };
        try
        {
            if (Scheduler.TryStart(call, canWait: Chance(2)) is null) _calls.Add(call);
            else if (call.Fates.Count > 0) Fault($"{call} was refused, but has run");
        }
        catch (Exception e) when (e is ObjectDisposedException or WorkerStartException)
        {
            // Closed in between, or given up.
        }
    }

    /// <summary>An input comes, and is told like a stream tells it.</summary>
    public void AddInput(SimulatedCall call)
    {
        call.AddInput();
        if (Scheduler.IsHungry || !call.IsQueued || !call.CanAdd) Scheduler.InputChanged(call);
    }

    public void Resize(int size)
    {
        Grow(size);
        try
        {
            Scheduler.Resize(size);
        }
        catch (Exception e) when (e is ObjectDisposedException or WorkerStartException)
        {
            // Closed in between, or given up.
        }
    }

    private void Grow(int size)
    {
        while (_places.Count < size) _places.Add(new SimulatedPlace(this, _places.Count));
    }

    private void Close()
    {
        _isClosing = true;
        Scheduler.Close(cancelPending: Chance(2));
    }

    private void Terminate()
    {
        _isClosing = true;
        Scheduler.Terminate();
    }

    private void Check()
    {
        if (Scheduler.FindFault(isQuiet: true) is { } fault) Fault(fault);
        if (_calls.Find(static call => call.Fault is not null) is { } faulty) Fault(faulty.Fault!);
        foreach (var (worker, (left, killed)) in _reasons.ToArray())
        {
            var lane = worker.Lane;
            if ((left is not null && lane.LeftFor != left) || (killed is not null && lane.KilledFor != killed))
                Fault($"worker {lane.Id} left for {left} and was killed for {killed}, and now for {lane.LeftFor} and {lane.KilledFor}");
            if (lane.State == LaneState.Gone) _reasons.Remove(worker);
            else _reasons[worker] = (lane.LeftFor, lane.KilledFor);
        }
    }

    private T Pick<T>(params ReadOnlySpan<T> values) => OneOf(_random, values);

    private static T OneOf<T>(Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];
}
