using ProcessPool.Scheduling;

namespace ProcessPool.Workers;

/// <summary>
/// One worker's place in the pool: a thread that starts a process, reads from it until it dies, and starts the next.
/// </summary>
internal sealed class WorkerSlot
{
    private readonly int _id;
    private readonly WorkerSetup _setup;
    private readonly Scheduler _scheduler;
    private readonly PoolOptions _options;
    private readonly Action _onEnded;

    /// <summary>Set when the thread must ask the scheduler again, because a worker is wanted here or the pool ends.</summary>
    private readonly ManualResetEventSlim _awake = new();

    private readonly WorkerBooks _books;
    private volatile WorkerProcess? _current;

    /// <param name="id">The number of the slot's workers.</param>
    /// <param name="setup">What all workers have in common.</param>
    /// <param name="onEnded">Called on the slot's own thread when its last process is gone.</param>
    public WorkerSlot(int id, WorkerSetup setup, Action onEnded)
    {
        _id = id;
        _setup = setup;
        _scheduler = setup.Scheduler;
        _options = setup.Options;
        _onEnded = onEnded;
        _books = new WorkerBooks(_options.MeasureItems);
    }

    /// <summary>The id of the current process, if it has started and is initialized.</summary>
    public int? ProcessId => _current is { Lane.State: LaneState.Ready or LaneState.Leaving } worker ? worker.ProcessId : null;

    /// <summary>The statistics of the slot's workers.</summary>
    public WorkerBooks Books => _books;

    public void Start() => new Thread(Run, maxStackSize: 1024 * 1024) { IsBackground = true, Name = $"processpool worker {_id}" }.Start();

    private void Run()
    {
        while (WaitForStart()) RunOne();
        _onEnded();
    }

    /// <returns>False if no more workers are started here.</returns>
    private bool WaitForStart()
    {
        while (true)
        {
            // Reset before asking, so that a wake-up that comes after the answer is not lost.
            _awake.Reset();
            if (_scheduler.AskForStart(_id, _awake.Set) is not { } pause) return false;
            if (pause == TimeSpan.Zero) return true;
            _awake.Wait(pause);
        }
    }

    /// <summary>Starts a process and serves it until it is dead.</summary>
    private void RunOne()
    {
        WorkerProcess? worker = null;
        try
        {
            _books.Enter(Stage.Starting);
            worker = Serve(Launch());
            _current = worker;
            _scheduler.Starting(worker.Lane);
            Greet(worker);
            Initialize(worker);
            _scheduler.CheckSize(worker.Lane, worker.ProcessId);
            _scheduler.Ready(worker.Lane);
            worker.ReadUntilDeath();
            var item = _scheduler.Died(worker.Lane);
            TellExit(worker, item, null);
        }
        catch (WorkerStartException e)
        {
            worker?.End();
            _scheduler.StartFailed(_id, worker?.Lane, e);
            TellExit(worker, null, e);
        }
        finally
        {
            _books.Enter(Stage.Off);
            _current = null;
            worker?.Dispose();
        }
    }

    /// <summary>Tells the user that a worker has ended. Called when the scheduler has decided what follows.</summary>
    private void TellExit(WorkerProcess? worker, RunningItem? item, WorkerStartException? failure)
    {
        if (_setup.Exits is not { } exits) return;
        var reason = worker?.Lane.LeftFor ?? LeaveReason.NotStarted;
        exits.Add(new WorkerExit(_id, worker?.ProcessId, reason, worker?.Cause ?? "could not be started")
        {
            KillReason = worker?.Lane.KilledFor,
            ExitCode = worker?.ExitCode,
            RunningItem = item,
            IsReplaced = _scheduler.WillStart(_id),
            StartFailure = reason == LeaveReason.NotStarted ? failure : null,
        });
    }

    /// <summary>
    /// Turns all exceptions into failures of calls: an unhandled exception on this thread would end the whole process.
    /// </summary>
    private WorkerConnection Launch()
    {
        try
        {
            return _setup.Launcher.Launch(_id);
        }
        catch (Exception e) when (e is not WorkerStartException)
        {
            throw new WorkerStartException($"Worker {_id} could not be started: {e.Message}", e);
        }
    }

    /// <summary>Sets up this side. That can fail, for example if no more threads can be created.</summary>
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
        new(
            $"Worker {_id} was started, but this process could not set up its own side: {reason.Message} "
            + "Check this process's limits on threads and open files.",
            reason);

    private void Greet(WorkerProcess worker) => InTime(
        worker, _options.StartTimeout, () => worker.Greet(_options.Formatters),
        late => new WorkerStartException(
            $"A worker took longer than {_options.StartTimeout.TotalSeconds:0.###} s to start (PoolOptions.StartTimeout). "
            + late.Message,
            late));

    private void Initialize(WorkerProcess worker)
    {
        if (_setup.Initializer is not { } initializer) return;
        _books.Enter(Stage.Initializing);
        var limit = _options.InitializerTimeout;
        InTime(worker, limit, () => worker.Initialize(initializer), late => worker.InitializerFailed(
            $"it took longer than {limit.GetValueOrDefault().TotalSeconds:0.###} s (PoolOptions.InitializerTimeout), and its worker was killed.", late, isLasting: true));
    }

    /// <summary>Does a step with a worker, and kills the worker if the step takes too long.</summary>
    private void InTime(WorkerProcess worker, TimeSpan? limit, Action step, Func<WorkerStartException, WorkerStartException> tooLate)
    {
        _scheduler.BeginStep(worker.Lane, limit);
        try
        {
            step();
        }
        catch (WorkerStartException e)
        {
            if (_scheduler.EndStep(worker.Lane)) throw;
            throw tooLate(e);
        }
        catch (Exception e)
        {
            _scheduler.Leave(worker.Lane, LeaveReason.NotStarted);
            throw CannotServe(e);
        }

        // The step was done just when its time was up. The worker is being killed and cannot be used.
        if (!_scheduler.EndStep(worker.Lane))
        {
            throw tooLate(new WorkerStartException(
                $"Worker {_id} (process {worker.ProcessId}) finished just as its time was up, and was killed."));
        }
    }
}
