using ProcessPool.Scheduling;

namespace ProcessPool.Workers;

/// <summary>One worker's place in the pool: a thread that starts a process, reads from it until it dies, and starts the next.</summary>
internal sealed class WorkerSlot
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <summary>Longer, as a worker that does not start may cost much: its initializer may take long, and the machine may be short of something.</summary>
    private static readonly TimeSpan LongestDelayOfStarts = TimeSpan.FromSeconds(10);

    private readonly int _id;
    private readonly WorkerSetup _setup;
    private readonly Scheduler _scheduler;
    private readonly PoolOptions _options;
    private readonly Action _onEnded;
    private readonly ManualResetEventSlim _ending = new();

    /// <summary>A worker is wanted here, or the pool ends.</summary>
    private readonly ManualResetEventSlim _awake = new();

    private readonly WorkerBooks _books;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private WorkerProcess? _current;
    private bool _terminated;

    /// <param name="id">The number of its workers.</param>
    /// <param name="setup">What they have in common with all others.</param>
    /// <param name="onEnded">Called when the slot's last process is gone, on the slot's own thread.</param>
    public WorkerSlot(int id, WorkerSetup setup, Action onEnded)
    {
        _id = id;
        _setup = setup;
        _scheduler = setup.Scheduler;
        _options = setup.Options;
        _onEnded = onEnded;
        _books = new WorkerBooks(_options.MeasureItems);
    }

    /// <summary>The process that runs now, if it has started.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_lock) return _current is { State: WorkerState.Ready or WorkerState.Ending } worker ? worker.ProcessId : null;
        }
    }

    /// <summary>What is counted about its workers.</summary>
    public WorkerBooks Books => _books;

    public void Start() => new Thread(Run, maxStackSize: 1024 * 1024) { IsBackground = true, Name = $"processpool worker {_id}" }.Start();

    /// <summary>The pool ends, with no call under way: a pause before the next start is over, and so is a start.</summary>
    public void OnEnding()
    {
        lock (_lock)
        {
            _ending.Set();
            _awake.Set();
            if (_current is { State: WorkerState.Starting } starting) starting.Kill();
        }
    }

    /// <summary>Kills the process that runs now, and whatever would come after it.</summary>
    public void Terminate()
    {
        lock (_lock)
        {
            _terminated = true;
            _current?.Kill();
        }

        _ending.Set();
        _awake.Set();
    }

    private void Run()
    {
        // Deaths of workers that had not done anything yet: the more in a row, the longer the pause.
        var fruitless = 0;
        var wasIdle = false;
        while (_scheduler.WantsWorkers)
        {
            if (Rest(wasIdle))
            {
                (fruitless, wasIdle) = (0, false);
                continue;
            }

            var life = RunOne();
            wasIdle = life == Life.Idle;
            fruitless = life is Life.Useful or Life.Idle ? 0 : fruitless + 1;
            if (fruitless > 0 && _scheduler.WantsWorkers) _ending.Wait(PauseAfter(fruitless, life == Life.NotStarted));
        }

        _onEnded();
    }

    /// <summary>Waits as long as no worker is wanted here.</summary>
    /// <returns>False if one is.</returns>
    private bool Rest(bool wasIdle)
    {
        // Set for good once the pool ends.
        if (!_ending.IsSet) _awake.Reset();
        if (!_scheduler.TryRest(_id, wasIdle, _awake.Set)) return false;
        if (!_ending.IsSet) _awake.Wait();
        return true;
    }

    /// <summary>The pause before the next start.</summary>
    /// <param name="fruitless">So many workers in a row have not done anything.</param>
    /// <param name="startFailed">The last one did not even start.</param>
    public static TimeSpan PauseAfter(int fruitless, bool startFailed) => TimeSpan.FromTicks(
        Math.Min((startFailed ? LongestDelayOfStarts : LongestDelay).Ticks, FirstDelay.Ticks << Math.Min(fruitless - 1, 10)));

    /// <summary>The life of one process.</summary>
    private Life RunOne()
    {
        WorkerProcess? worker = null;
        try
        {
            _books.Enter(Stage.Starting);
            worker = Serve(Launch());
            lock (_lock)
            {
                _current = worker;
                if (_terminated || _ending.IsSet) worker.Kill();
            }

            Greet(worker);
            Initialize(worker);
            _scheduler.CheckSize(worker);
            _scheduler.Ready(worker);
            worker.ReadUntilDeath();
            _scheduler.Died(worker);
            if (worker.WasIdle) return Life.Idle;
            return worker.ItemsReported > 0 || worker.IsSpent ? Life.Useful : Life.Useless;
        }
        catch (WorkerStartException e)
        {
            _scheduler.StartFailed(_id, worker, e);
            return Life.NotStarted;
        }
        finally
        {
            _books.Enter(Stage.Off);
            lock (_lock) _current = null;
            worker?.Dispose();
        }
    }

    /// <summary>Whatever goes wrong is told by the calls: an exception on this thread would end the whole process.</summary>
    private WorkerConnection Launch()
    {
        try
        {
            return _setup.Launcher.Launch();
        }
        catch (Exception e) when (e is not WorkerStartException)
        {
            throw new WorkerStartException($"Worker {_id} could not be started: {e.Message}", e);
        }
    }

    /// <summary>The process is there; what serves it here may not be possible: its threads, for one, may be one too many.</summary>
    private WorkerProcess Serve(WorkerConnection connection)
    {
        try
        {
            return new WorkerProcess(_id, connection, _scheduler, _setup.Printer, _books) { Finalizer = _setup.Finalizer };
        }
        catch (Exception e)
        {
            connection.Kill();
            connection.Dispose();
            throw CannotServe(e);
        }
    }

    private WorkerStartException CannotServe(Exception reason) =>
        new($"Worker {_id} was started, but cannot be served by this process: {reason.Message} Is its number of threads or open files limited?", reason);

    private void Greet(WorkerProcess worker) => InTime(
        worker, _options.StartTimeout, () => worker.Greet(_options.Formatters),
        late => new WorkerStartException($"It took longer than {_options.StartTimeout.TotalSeconds:0.###} s (PoolOptions.StartTimeout). {late.Message}", late));

    private void Initialize(WorkerProcess worker)
    {
        if (_setup.Initializer is not { } initializer) return;
        _books.Enter(Stage.Initializing);
        var limit = _options.InitializerTimeout;
        InTime(worker, limit, () => worker.Initialize(initializer), late => worker.InitializerFailed(
            $"it took longer than {limit.GetValueOrDefault().TotalSeconds:0.###} s (PoolOptions.InitializerTimeout), and its worker was killed.", late, isLasting: true));
    }

    /// <summary>Does something with a worker, which is killed if that takes too long.</summary>
    private void InTime(WorkerProcess worker, TimeSpan? limit, Action step, Func<WorkerStartException, WorkerStartException> tooLate)
    {
        var deadline = new Deadline<WorkerProcess>(worker, static late => late.Kill());
        bool isInTime;
        try
        {
            if (limit is { } delay) _scheduler.Alarm.Set(delay, deadline.Fire);
            step();
        }
        catch (WorkerStartException e) when (deadline.HasPassed)
        {
            throw tooLate(e);
        }
        catch (Exception e) when (e is not WorkerStartException)
        {
            worker.Kill();
            throw CannotServe(e);
        }
        finally
        {
            isInTime = deadline.Meet();
        }

        // Done just when its time was up: it is being killed, and not ready for anything.
        if (!isInTime) throw tooLate(new WorkerStartException($"Worker {_id} (process {worker.ProcessId}) was killed when it had just done it."));
    }

    /// <summary>What became of a process.</summary>
    private enum Life
    {
        NotStarted,

        /// <summary>It has reported no item.</summary>
        Useless,

        Useful,

        /// <summary>It was asked to end because there was nothing to do.</summary>
        Idle,
    }
}
