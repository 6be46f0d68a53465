using System.Reflection;
using System.Runtime.CompilerServices;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Jobs;
using ProcessPool.Platform;
using ProcessPool.Scheduling;
using ProcessPool.Values;
using ProcessPool.Workers;

namespace ProcessPool;

/// <summary>
/// A pool of worker processes, like Python's <c>multiprocessing.Pool</c>. Each task runs in another process, so it can crash,
/// hang, leak or be killed without affecting the caller.
/// </summary>
/// <remarks>
/// <para>
/// A function travels by its identity, not as code. The variables that a lambda captures, the arguments and the results travel by
/// value. See <c>docs/architecture.md</c>.
/// </para>
/// <para>All members are thread-safe. Calls that run at the same time share the workers: a free worker goes to the call that has
/// had the least worker time so far. A new call starts as if it had had as much as the one whose turn it is, so no call waits for
/// ever, except for calls of higher priority (<see cref="CallOptions.Priority"/>).</para>
/// </remarks>
public sealed partial class Pool : IDisposable, IAsyncDisposable
{
    private readonly Scheduler _scheduler;
    private readonly WorkerSlots _slots;
    private readonly PoolOptions _options;

    /// <summary>The options of calls that are made without any.</summary>
    private readonly CallOptions _callOptions;

    /// <summary>Keyed weakly, because code may be unloaded.</summary>
    private readonly ConditionalWeakTable<MethodInfo, KnownDuration> _durations = [];
    private readonly ValueResolver _formatters;
    private readonly WorkerSurroundings _surroundings;
    private readonly WorkerConfigurations _configurations;
    private readonly PoolFinalizer? _finalizer;

    /// <summary>Starts as many workers as this process may use processors.</summary>
    public Pool()
        : this(new PoolOptions())
    {
    }

    /// <summary>Starts a number of workers. Python: <c>Pool(processes)</c>.</summary>
    /// <param name="workers">How many; 0 for debugging, see <see cref="PoolOptions.Workers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or more than 4,096.</exception>
    public Pool(int workers)
        : this(new PoolOptions { Workers = workers })
    {
    }

    /// <summary>Starts the workers and returns at once. If no worker can be started, the calls that need one fail.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">A type in <see cref="PoolOptions.Formatters"/> is not a formatter, or two are for the
    /// same type; <see cref="PoolOptions.Initializer"/> or <see cref="PoolOptions.Finalizer"/> cannot be called without
    /// arguments; a variable in <see cref="PoolOptions.Environment"/> cannot be set; or what
    /// <see cref="PoolOptions.ConfigureWorker"/> returned cannot be used.</exception>
    /// <exception cref="FunctionException">A formatter, the initializer or the finalizer belongs to code that no other process
    /// can load.</exception>
    /// <exception cref="ValueException">A variable that the initializer or the finalizer captured, or the finalizer's result
    /// type, cannot be sent to another process.</exception>
    /// <exception cref="PlatformNotSupportedException"><see cref="WorkerOptions.Processors"/> are named, and this system cannot tie
    /// processes to processors.</exception>
    /// <exception cref="InvalidOperationException">This process was started as a worker but did not become one (see
    /// <see cref="RunIfWorker"/>), or pools are nested too deeply.</exception>
    /// <exception cref="PlatformNotSupportedException">The program is compiled with Native AOT.</exception>
    public Pool(PoolOptions options)
        : this(options, null)
    {
    }

    /// <summary>A pool whose workers are started by another launcher.</summary>
    internal Pool(PoolOptions options, IWorkerLauncher? launcher)
    {
        ArgumentNullException.ThrowIfNull(options);
        CompiledProgram.CheckAssembly(typeof(Pool).Assembly);
        options = options.WithEnvironment();
        options.Validate();
        LocalLauncher.CheckNesting();
        _options = options;
        _callOptions = new CallOptions().Over(options);
        _formatters = FunctionFormatters.With(options.Formatters);
        FormatterList.Check(options.Formatters);
        _surroundings = WorkerSurroundings.Of(options);
        if (options.Workers == 0) CheckDirectoryOf(_surroundings);
        var initializer = options.Initializer is { } first
            ? new EncodedFunction(FrameKind.Initialize, nameof(PoolOptions.Initializer), first, _formatters, _surroundings)
            : null;
        _finalizer = options.Finalizer is { } last ? new PoolFinalizer(last, _formatters, _surroundings, options.MaxValueBytes) : null;
        _configurations = new WorkerConfigurations(_surroundings);
        if (options.Workers > 0) _configurations.Grow(options.Workers, options);
        launcher ??= options.Workers == 0 ? new WithinLauncher() : new LocalLauncher(options.UseStatusPage, _configurations);

        // The pool's threads hold these options. Remove the functions from them, because captured variables may refer to this
        // pool, and a dropped pool could then not be collected. _options still keeps the functions as long as the pool lives, so
        // that shared memory among the captured variables is not released.
        options = options with { Initializer = null, Finalizer = null, ConfigureWorker = null };

        // Items that run in this process cannot be killed, so wait for them.
        if (options.Workers == 0) options = options with { Workers = 1, MinWorkers = null, KillDelay = TimeSpan.MaxValue };
        var alarm = new Alarm(TimeProvider.System);
        _scheduler = new Scheduler(options, TimeProvider.System, alarm.WakeAt);
        alarm.Ring = _scheduler.Tick;
        var exits = options.OnWorkerExit is { } onExit && !RunsWithin ? new ExitNotices(onExit) : null;
        _slots = new WorkerSlots(new WorkerSetup(launcher, _scheduler, alarm, new OutputPrinter(options.Output), exits, options, initializer, _finalizer));

        // A static field of the caller's that holds a pool is made again in each worker. So a pool that is made there starts its
        // processes only if something is called.
        if (!Worker.WorkerHost.IsWorker) StartWorkers();
    }

    /// <summary>Ends the workers of a pool that was dropped without being disposed of.</summary>
    ~Pool()
    {
        // The pool's threads refer to its parts but never to the pool itself, so a dropped pool gets here.
        if (_slots is null || _slots.Ended.IsCompleted) return;
        _slots.Terminate();
        _scheduler.Terminate();
        StartWorkers();
    }

    /// <summary>
    /// The number of workers that the pool has or may have (<see cref="PoolOptions.MinWorkers"/>), see <see cref="Resize"/>; 0 if items
    /// run in this process.
    /// </summary>
    public int Workers => RunsWithin ? 0 : _scheduler.Size;

    /// <summary>The process ids of the workers that are running now.</summary>
    public IReadOnlyList<int> WorkerPids
    {
        get
        {
            List<int> ids = [];
            foreach (var slot in _slots.All)
            {
                if (slot.ProcessId is { } id && !RunsWithin) ids.Add(id);
            }

            return ids;
        }
    }

    /// <summary>What the pool is doing and has done so far.</summary>
    public PoolStatistics Statistics
    {
        get
        {
            DurationHistogram? durations = _options.MeasureItems ? new() : null;
            foreach (var slot in _slots.All)
            {
                if (slot.Books.Durations is { } some) durations?.Add(some);
            }

            return new PoolStatistics([.. _slots.All.Select((slot, id) => slot.Books.Look(id))], durations?.Look(), _scheduler.TakeSnapshot());
        }
    }

    /// <summary>
    /// Makes this process a worker if a pool has started it as one. Only applications whose startup hooks are disabled need to
    /// call it, first in <c>Main</c>. The SDK disables them in trimmed applications that do not import
    /// <c>ProcessPool.targets</c>.
    /// </summary>
    /// <param name="args">The arguments of <c>Main</c>. This version ignores them.</param>
    /// <returns>True if the process was a worker and has done its work: <c>Main</c> should return.</returns>
    public static bool RunIfWorker(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        LaunchPlan.MainBecomesWorker = true;
        if (Worker.WorkerHost.IsWorker || Environment.GetEnvironmentVariable(WorkerEnvironment.Worker) is null) return false;
        Environment.ExitCode = Worker.WorkerHost.Run();
        return true;
    }

    /// <summary>
    /// Changes the number of workers while calls go on. New workers start at once and take part in those calls. If there are to
    /// be fewer, the workers with the highest numbers finish the item that they run and end, and the items that wait behind it go
    /// to other workers: no item is lost or run twice. In a pool without workers (<see cref="PoolOptions.Workers"/> is 0) it does
    /// nothing. loky: <c>get_reusable_executor(max_workers)</c>.
    /// </summary>
    /// <param name="workers">How many, from 1 to 4,096.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1 or more than 4,096.</exception>
    /// <exception cref="ArgumentException">What <see cref="PoolOptions.ConfigureWorker"/> returned for a new worker cannot be
    /// used.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public void Resize(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, PoolOptions.MostWorkers);
        _scheduler.CheckOpen();
        if (RunsWithin) return;
        _configurations.Grow(workers, _options);
        _slots.Grow(workers);
        _scheduler.Resize(workers);
    }

    /// <summary>
    /// Waits until all workers have started and are initialized, except for those that start only if items wait
    /// (<see cref="PoolOptions.MinWorkers"/>). Workers that fail to start are restarted meanwhile.
    /// </summary>
    /// <exception cref="WorkerStartException">They cannot be started.</exception>
    /// <exception cref="PoolTerminatedException">The pool was terminated before, or has ended.</exception>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        if (_slots.All.Count == 0) StartWorkers();
        return _scheduler.AllReady.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Waits until the pool has room for another item, see <see cref="PoolOptions.MaxWaitingItems"/>: for programs that make
    /// asynchronous calls and must not run ahead. Room is not reserved, so if several callers wait, another one may be quicker.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes when there is room; at once without a limit. It fails with
    /// <see cref="ObjectDisposedException"/> when the pool is closed.</returns>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public Task WaitForRoomAsync(CancellationToken cancellationToken = default) => _scheduler.WaitForRoom().WaitAsync(cancellationToken);

    /// <summary>
    /// Refuses new calls, finishes those under way, and then ends the workers. Returns at once: what is not finished when the process
    /// exits is lost, so await <see cref="JoinAsync"/> before that. Python: <c>close</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is <see cref="Shared"/>.</exception>
    public void Close() => Close(cancelPending: false);

    /// <inheritdoc cref="Close()"/>
    /// <summary>
    /// Refuses new calls, and can cancel items that have not started. Python: <c>shutdown(wait=False, cancel_futures=True)</c>.
    /// </summary>
    /// <param name="cancelPending">Whether items that have not started are cancelled. Running items are finished. Calls all of
    /// whose items have started give their results; the others fail with <see cref="PoolTerminatedException"/> when none of their
    /// items is running. Streams give the results that have finished before they fail.</param>
    public void Close(bool cancelPending)
    {
        CheckOwned();
        _scheduler.Close(cancelPending);
        StartWorkers();
    }

    /// <summary>
    /// Kills all workers now. Calls under way fail with <see cref="PoolTerminatedException"/>. Python: <c>terminate</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is <see cref="Shared"/>.</exception>
    public void Terminate()
    {
        CheckOwned();
        GC.SuppressFinalize(this);
        _slots.Terminate();
        _scheduler.Terminate();
        StartWorkers();
    }

    /// <summary>
    /// Waits until all workers have ended. Call <see cref="Close()"/> or <see cref="Terminate"/> first. Python: <c>join</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The pool is still open.</exception>
    public void Join() => JoinAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Join"/>
    public Task JoinAsync() => _scheduler.IsOpen
        ? throw new InvalidOperationException("The pool is still open: call Close or Terminate first.")
        : WaitForEnd();

    /// <summary>
    /// Finishes the calls under way and then ends the workers, as <see cref="Close()"/> and <see cref="JoinAsync"/> do. Streams
    /// of results (<c>Imap</c>) that are still open are stopped, because nobody may ever read them to the end. With
    /// <see cref="PoolOptions.CancelOnDispose"/> all calls are stopped.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_isShared) return;
        GC.SuppressFinalize(this);
        _scheduler.CloseForDispose();
        await WaitForEnd().ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose()
    {
        if (_isShared) return;
        GC.SuppressFinalize(this);
        _scheduler.CloseForDispose();
        WaitForEnd().GetAwaiter().GetResult();
    }

    /// <summary>Whether items run in this process.</summary>
    private bool RunsWithin => _options.Workers == 0;

    /// <summary>
    /// Starts the workers, if that was not done. A pool that is closed before starts none, but its slots still have to end.
    /// </summary>
    private void StartWorkers() => _slots.Grow(_scheduler.Size);

    private void OnUsed()
    {
        _slots.OnUsed();
        if (_slots.All.Count == 0) StartWorkers();
    }

    private Task WaitForEnd()
    {
        StartWorkers();
        _slots.OnUsed();
        return _slots.EndForCaller;
    }

    /// <summary>A process has one directory, and the caller's must not change while items run in it.</summary>
    private static void CheckDirectoryOf(WorkerSurroundings surroundings)
    {
        if (surroundings.Directory is not { } directory || directory == CurrentDirectory.OrNull) return;
        throw new ArgumentException(
            $"PoolOptions.WorkingDirectory is {directory}, but without workers (PoolOptions.Workers or PROCESSPOOL_WORKERS is 0) items run in this process, "
            + "which is in another directory. Start the program in that directory, or leave WorkingDirectory null.",
            nameof(PoolOptions.WorkingDirectory));
    }
}
