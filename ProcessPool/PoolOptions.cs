using System.Collections.ObjectModel;
using System.Globalization;

namespace ProcessPool;

/// <summary>How a pool is set up. Immutable; use <c>with</c> for a variant.</summary>
public sealed partial record PoolOptions
{
    /// <summary>
    /// The number of worker processes. Default: the number of processors that this process may use, which respects the CPU limits
    /// of a container and the processor affinity (<see cref="System.Environment.ProcessorCount"/>). Python: <c>processes</c>.
    /// </summary>
    /// <remarks>
    /// 0 is for debugging. Items then run one at a time on a thread of this process, through the same frames and formatters and
    /// with the same errors, and breakpoints in them are hit. They cannot be killed, so they have no time limits. What they print
    /// is printed directly. The environment variable <c>PROCESSPOOL_WORKERS</c> sets the default; if it is 0, it overrides this
    /// option.
    /// </remarks>
    public int Workers { get; init; } = ReadEnvironment() is > 0 and var workers ? workers : System.Environment.ProcessorCount;

    /// <summary>
    /// How many workers start with the pool and stay even if they have nothing to do. More start while items wait for a free worker,
    /// up to <see cref="Workers"/>, and end when they have been idle for <see cref="IdleTimeout"/>. Default: null, all workers start
    /// with the pool, and any may end when it is idle. piscina: <c>minThreads</c>; workerpool: <c>minWorkers</c>.
    /// </summary>
    /// <remarks>
    /// 0 starts no worker before the first call. The workers that stay are those with the lowest numbers. A number above
    /// <see cref="Workers"/> means all of them. Without <see cref="IdleTimeout"/>, workers that were added stay as well.
    /// </remarks>
    public int? MinWorkers { get; init; }

    /// <summary>
    /// How many inputs <c>Imap</c> and <c>ImapUnordered</c> may take ahead of the results that were consumed. Default: null,
    /// which means 1,024 and lets the input be taken in small batches; a number that is given here is never exceeded. Python:
    /// <c>buffersize</c>.
    /// </summary>
    public int? BufferSize { get; init; }

    /// <summary>
    /// How many items may wait for a worker. Counted are the items of <c>Apply</c>, <c>Map</c> and <c>StarMap</c> calls that have not
    /// ended, less one for each of <see cref="Workers"/>. 0: a call must find a free worker. Default: null, no limit. Streams
    /// (<c>Imap</c>) do not count: they have <see cref="BufferSize"/>. piscina: <c>maxQueue</c>; workerpool: <c>maxQueueSize</c>.
    /// </summary>
    /// <remarks>
    /// A call that finds the pool full waits until all of its items fit, or until a worker is free. Calls wait in the order of their
    /// priorities (<see cref="CallOptions.Priority"/>) and then in the order in which they were made, and start none of their items
    /// meanwhile. They can be cancelled like any call, and their <see cref="CallOptions.Timeout"/> counts. Closing the pool finishes
    /// them. A program that must not run ahead awaits <see cref="Pool.WaitForRoomAsync"/> before each call, or refuses calls
    /// (<see cref="RefuseWhenFull"/>).
    /// </remarks>
    public int? MaxWaitingItems { get; init; }

    /// <summary>
    /// Whether asynchronous calls that find the pool full (<see cref="MaxWaitingItems"/>) fail with <see cref="PoolFullException"/>
    /// instead of waiting. Synchronous calls wait in any case. Default: false.
    /// </summary>
    public bool RefuseWhenFull { get; init; }

    /// <summary>
    /// When a call stops early (a failure, a cancellation), how long its running items may go on after their token has fired,
    /// before their workers are killed. Default: 0.5 s. Zero kills at once.
    /// </summary>
    public TimeSpan KillDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// How long an item may run, measured from when a worker begins it, reading its argument included. When the time is over, the
    /// item's token fires. If the item still runs after <see cref="KillDelay"/>, its worker is killed together with all processes
    /// that the item has started. The item fails with <see cref="ItemTimeoutException"/>; other items are not affected. Default:
    /// null, no limit.
    /// </summary>
    public TimeSpan? ItemTimeout { get; init; }

    /// <summary>
    /// How often an item is tried if its worker dies. Default: 1, the item fails when its worker dies while running it.
    /// </summary>
    /// <remarks>
    /// Two kinds of death count: of a worker that had begun the item, and of a worker that died before it began anything while
    /// this item was its next. Three deaths of the second kind are always allowed, because they may come from outside. An item
    /// whose worker died is sent to the next worker alone. An item that threw, ran too long, or whose worker was killed for its
    /// memory is retried only if <see cref="CallOptions.RetryOn"/> says so.
    /// </remarks>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>
    /// After how many items a worker is replaced by a new process: for code that leaks. Calls only notice the time that a start
    /// takes. Default: null, never. Python: <c>maxtasksperchild</c>, which counts chunks.
    /// </summary>
    public int? RecycleAfter { get; init; }

    /// <summary>
    /// A worker that takes more private memory than this many bytes is replaced by a new process, between two items and without
    /// losing any: for code that leaks. The memory is checked when the worker reports an item, at most every 50 ms, and counted
    /// as for <see cref="MaxWorkerMemory"/>. At least 32 MiB. Default: null, never.
    /// </summary>
    public long? RecycleAboveMemory { get; init; }

    /// <summary>
    /// A worker that has lived for this long is replaced by a new process, between two items, even if it has nothing to do. At
    /// least one second. Default: null, never.
    /// </summary>
    public TimeSpan? RecycleAfterAge { get; init; }

    /// <summary>
    /// How much private memory a worker may take, in bytes: managed and native memory. Shared arrays, files, and the memory of
    /// processes that its tasks start do not count. At least 32 MiB. Default: null, no limit.
    /// </summary>
    /// <remarks>
    /// The managed heap is limited to seven eighths of this (and leaves at least 8 MiB): a task that allocates more gets an
    /// <see cref="OutOfMemoryException"/>, and its worker is replaced between two items. A worker that takes more than the whole
    /// limit is killed, and the item that it runs fails with <see cref="WorkerMemoryException"/>. The memory is checked every 20
    /// ms, so a quick worker exceeds the limit for a moment.
    /// </remarks>
    public long? MaxWorkerMemory { get; init; }

    /// <summary>
    /// How many bytes an argument or a result may take when it is encoded; captured variables do not count. A larger one fails
    /// its item with <see cref="ValueException"/>. Default: null, which leaves the limit of a frame, about 2 GiB.
    /// </summary>
    public long? MaxValueBytes { get; init; }

    /// <summary>
    /// Whether disposing of the pool cancels the calls under way instead of waiting for them; they fail with
    /// <see cref="PoolTerminatedException"/>. Default: false.
    /// </summary>
    /// <remarks>
    /// The pool cannot tell whether an <c>await using</c> block ended normally or by an exception. Set this in a program that
    /// must not wait for calls that nobody awaits any more.
    /// </remarks>
    public bool CancelOnDispose { get; init; }

    /// <summary>
    /// How long a worker may have nothing to do before it ends. It is started again when there is work. With
    /// <see cref="MinWorkers"/>, so many workers stay. Default: null, workers live as long as the pool.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// Whether workers measure how long each item takes, for <see cref="PoolStatistics.ItemTimes"/>. Costs about 0.1 µs per item.
    /// Default: false.
    /// </summary>
    public bool MeasureItems { get; init; }

    /// <summary>How long a worker may take to start, not counting the initializer. Default: 60 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Runs once in each worker process before its first item, also in replacements: <c>Initializer = () => Setup(config)</c>.
    /// Default: none. Python: <c>initializer</c>, <c>initargs</c>.
    /// </summary>
    /// <remarks>
    /// It may be an action or a function, with or without a <see cref="CancellationToken"/> (which never fires); a task is
    /// awaited. What it returns is the worker's state, for <see cref="WorkerContext.State{T}"/>. The state stays in its process,
    /// so it may be of any type (<c>Initializer = () => new Model(path)</c>), and is disposed of when the worker is asked to end.
    /// The initializer runs on the thread that runs the items, and items see what it sets: static fields, the current cultures and
    /// directory (see <see cref="Culture"/>), and values of <see cref="AsyncLocal{T}"/>. What it captures is encoded when the
    /// pool is made. If the initializer throws or crashes, the worker counts as not started. If no worker starts, calls fail with
    /// <see cref="WorkerStartException"/>.
    /// </remarks>
    public Delegate? Initializer { get; init; }

    /// <summary>How long <see cref="Initializer"/> may run before its worker is killed. Default: null, no limit.</summary>
    public TimeSpan? InitializerTimeout { get; init; }

    /// <summary>
    /// Runs once in each worker process that is asked to end (because the pool is closed or disposed of, or the worker is
    /// replaced or idle), after its last item: <c>Finalizer = () => WorkerContext.State&lt;Model&gt;().Statistics</c>. Default:
    /// none.
    /// </summary>
    /// <remarks>
    /// It has the same shapes as <see cref="Initializer"/> and runs on the same thread. What it captures is encoded when the pool
    /// is made. What it returns travels back, see <see cref="Pool.ExitResults{TResult}"/>. An exception that it throws is found
    /// there too, and is printed as a line of the worker. Afterwards the worker's state is disposed of, if it is
    /// <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>; this also happens without a finalizer, and an exception of it
    /// is printed. Neither happens in a worker that is killed, dies, or was never ready, nor after <see cref="Pool.Terminate"/>,
    /// nor in a pool that is never disposed of.
    /// </remarks>
    public Delegate? Finalizer { get; init; }

    /// <summary>
    /// How long a worker may take to end once it is asked to, before it is killed: for <see cref="Finalizer"/>, the disposal of
    /// its state, and whatever else runs at the end of a process. Default: 5 s.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Environment variables of the workers, set when their processes start; null removes a variable. Workers inherit all other
    /// variables. Settings of the .NET runtime, such as <c>DOTNET_gcServer</c>, work too. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>
    /// Returns what the worker with a number, from 0, is started with in addition:
    /// <c>ConfigureWorker = worker => new() { Environment = new Dictionary&lt;string, string?> { ["CUDA_VISIBLE_DEVICES"] = $"{worker % 2}" } }</c>.
    /// Default: null, all workers are the same.
    /// </summary>
    /// <remarks>
    /// It is called once for each number, when the pool is made or when <see cref="Pool.Resize"/> adds numbers, on the calling thread. A
    /// replacement has the number of the worker that it replaces, and so the same environment. Items find the number in
    /// <see cref="WorkerContext.WorkerId"/>. Without workers (<see cref="Workers"/> is 0) it is not called.
    /// </remarks>
    public Func<int, WorkerOptions>? ConfigureWorker { get; init; }

    /// <summary>
    /// How many processors each worker believes to have: .NET sizes its thread pool by it, and <c>Parallel</c> and PLINQ the
    /// number of their threads (<see cref="System.Environment.ProcessorCount"/>). Default: null, as many as this process has.
    /// </summary>
    /// <remarks>
    /// Native libraries are told a share of the processors in any case, by <c>OMP_NUM_THREADS</c>, <c>OPENBLAS_NUM_THREADS</c>,
    /// <c>MKL_NUM_THREADS</c> and their like: this number, or the processors divided by <see cref="Workers"/>, at least 1. Variables
    /// that are set, here or in <see cref="Environment"/>, stay as they are. <see cref="Pool.Resize"/> does not change the share.
    /// Processes that items start inherit it. joblib and loky: <c>inner_max_num_threads</c>.
    /// </remarks>
    public int? ProcessorsPerWorker { get; init; }

    /// <summary>
    /// The directory in which workers, the initializer and all items run. It must exist whenever a worker starts. Default: null,
    /// items run in their caller's current directory.
    /// </summary>
    /// <inheritdoc cref="Culture" path="/remarks"/>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// The culture in which the initializer and all items run. Default: null, items run in their caller's
    /// <see cref="CultureInfo.CurrentCulture"/>, and the initializer in that of the thread that creates the pool.
    /// </summary>
    /// <remarks>
    /// An item runs in the cultures and the directory of its caller. Where the pool's options name one, it takes precedence over
    /// the caller's. What the initializer sets takes precedence over both, in its worker. An item can change all of them, and the
    /// next item gets them as they were. Current cultures are read-only in items: set a changed clone instead.
    /// </remarks>
    public CultureInfo? Culture { get; init; }

    /// <summary>
    /// The UI culture in which the initializer and all items run. Default: null, items run in their caller's
    /// <see cref="CultureInfo.CurrentUICulture"/>, and the initializer in that of the thread that creates the pool.
    /// </summary>
    /// <inheritdoc cref="Culture" path="/remarks"/>
    public CultureInfo? UICulture { get; init; }

    /// <summary>
    /// How much lower the workers' priority is than this process's, in steps of <c>nice</c>, from 0 to 19. On Windows, 1 to 9
    /// mean "below normal" and 10 to 19 mean "idle". Default: 0, the same priority.
    /// </summary>
    public int Niceness { get; init; }

    /// <summary>
    /// Receives each line that a task, its native code or its child processes print. Called on a thread of the pool, one line at
    /// a time. Default: null, which prints lines of <see cref="Console.Out"/> to this process's standard output and all others to
    /// its standard error.
    /// </summary>
    /// <remarks>
    /// An item that prints more than 1 MiB ahead waits, and that time does not count against its <see cref="ItemTimeout"/>. The
    /// end of the pool waits until all lines are printed, unless the pool was terminated. If nothing can be printed for five
    /// seconds, items go on, lines are kept up to 1 MiB for each worker, and those beyond are lost; at the end of the pool,
    /// standard error says how many. The callback may use the pool and even dispose of it: if an item that it waits for prints
    /// itself, lines may be lost after 200 ms.
    /// </remarks>
    public Action<WorkerOutput>? Output { get; init; }

    /// <summary>
    /// Called for each worker process that has ended, for whatever reason and also between items, and for each that could not be
    /// started. Called on a thread of the pool, in the order in which the processes ended, one at a time. Default: null.
    /// </summary>
    /// <remarks>
    /// Items and replacements do not wait for it, and exceptions that it throws are ignored. The end of the pool waits until all
    /// calls of it have returned. It may use the pool and even dispose of it. Without workers (<see cref="Workers"/> is 0) it is never
    /// called.
    /// </remarks>
    public Action<WorkerExit>? OnWorkerExit { get; init; }

    /// <summary>
    /// Types that define how values are sent to workers and back, in this pool: <c>Formatters = [typeof(BitmapFormatter)]</c>.
    /// Default: none.
    /// </summary>
    /// <remarks>
    /// Each implements <see cref="IValueFormatter{T, TData}"/>, or MessagePack-CSharp's <c>IMessagePackFormatter&lt;T></c> or
    /// <c>IFormatterResolver</c>. They apply in both processes and take precedence over every other way to send those values;
    /// formatters take precedence over resolvers. A type can also name its own formatter (<see cref="ValueFormatterAttribute"/>).
    /// </remarks>
    public IReadOnlyList<Type> Formatters { get; init; } = [];

    /// <summary>The most items that share a frame; for measurements.</summary>
    internal int MaxChunk { get; init; } = int.MaxValue;

    /// <summary>
    /// Whether workers share a status page with this process. Without one, the same information is sent in frames.
    /// </summary>
    internal bool UseStatusPage { get; init; } = true;
}
