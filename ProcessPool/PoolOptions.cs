using System.Collections.ObjectModel;
using System.Globalization;
using ProcessPool.Frames;
using ProcessPool.Workers;

namespace ProcessPool;

/// <summary>How a pool is set up. Immutable; vary one with <c>with</c>.</summary>
public sealed record PoolOptions
{
    /// <summary>
    /// The number of worker processes. Default: the processors that this process may use, CPU limits of its container
    /// and its affinity counted (<see cref="System.Environment.ProcessorCount"/>). Python: <c>processes</c>.
    /// </summary>
    /// <remarks>
    /// 0 is for debugging: items run one at a time on a thread of this process, on the same way through frames and formatters and with the
    /// same errors, and breakpoints in them are hit. They cannot be killed, so there are no time limits for items; and what they print is printed
    /// where they are. The environment variable <c>PROCESSPOOL_WORKERS</c> is the default, if it is set; and if it is 0, it goes before what is said here.
    /// </remarks>
    public int Workers { get; init; } = ReadEnvironment() is > 0 and var workers ? workers : System.Environment.ProcessorCount;

    /// <summary>
    /// How many inputs <c>Imap</c> and <c>ImapUnordered</c> take at most beyond the results consumed, counted exactly.
    /// Default: null, which stands for 1,024 and lets the input be taken in small batches. Python: <c>buffersize</c>.
    /// </summary>
    public int? BufferSize { get; init; }

    /// <summary>
    /// When a call stops early (a failure, a cancellation), how long items that are running may go on after their
    /// <see cref="CancellationToken"/> has fired, before their worker is killed. Default: 0.5 s; zero kills at once.
    /// </summary>
    public TimeSpan KillDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// How long an item may run, from its own start and not from when it was submitted; reading its argument counts. Then
    /// its <see cref="CancellationToken"/> fires, and if it still runs after <see cref="KillDelay"/>, its worker is killed, with
    /// all that the item has started. The item fails with <see cref="ItemTimeoutException"/>, and no other. Default: null, no limit.
    /// </summary>
    public TimeSpan? ItemTimeout { get; init; }

    /// <summary>
    /// How often an item is tried whose worker dies. Every death of a worker that had begun the item counts, and every death of a worker that had begun
    /// nothing while the item was the next for it; of the latter, three are allowed in any case, because they may come from outside.
    /// Default: 1, the item fails at the first death while it runs. An item that was tried before is sent to a worker alone. A task that throws is
    /// not tried again unless <see cref="CallOptions.RetryOn"/> says so, nor one that ran out of its time, nor one whose worker was killed for its memory.
    /// </summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>
    /// After how many items a worker is replaced by a new process: for code that leaks. Calls do not notice but for the
    /// time that a start takes. Default: null, never. Python: <c>maxtasksperchild</c>, which counts chunks.
    /// </summary>
    public int? RecycleAfter { get; init; }

    /// <summary>
    /// Above how much private memory, in bytes, a worker is replaced by a new process, between items and with nothing lost: for code
    /// that leaks. Looked at when it reports an item, at most every 50 ms. Private memory is what <see cref="MaxWorkerMemory"/> counts.
    /// At least 32 MiB. Default: null, never.
    /// </summary>
    public long? RecycleAboveMemory { get; init; }

    /// <summary>
    /// After how long a life a worker is replaced by a new process, between items; also one that has nothing to do. At least a second.
    /// Default: null, never.
    /// </summary>
    public TimeSpan? RecycleAfterAge { get; init; }

    /// <summary>
    /// How much private memory a worker may take, in bytes: managed and native, not shared arrays, files, or what processes take that
    /// its tasks start. At least 32 MiB. Managed memory is limited to seven eighths of it (or 8 MiB less, if that is less): a task that allocates more
    /// meets <see cref="OutOfMemoryException"/>, and its worker is replaced between items. A worker that takes more than all of it is killed,
    /// and the item that it runs fails with <see cref="WorkerMemoryException"/>; it is looked at every 20 ms, so a quick one gets further than the
    /// limit. Default: null, no limit.
    /// </summary>
    public long? MaxWorkerMemory { get; init; }

    /// <summary>
    /// How many bytes an argument or a result may take, encoded; what is captured is not counted. One that takes more fails its item with
    /// <see cref="ValueException"/>. Default: null, the limit of a frame, which is some 2 GiB.
    /// </summary>
    public long? MaxValueBytes { get; init; }

    /// <summary>
    /// Whether disposing of the pool stops the calls that are under way, as their tokens would, instead of waiting for them; they fail with
    /// <see cref="PoolTerminatedException"/>. Default: false. An exception that leaves an <c>await using</c> block cannot be told from
    /// its end, so what is to happen then is said here: a program that must not wait for calls which nobody awaits any more sets it.
    /// </summary>
    public bool CancelOnDispose { get; init; }

    /// <summary>
    /// How long a worker may have nothing to do before it ends; it is started again when there is something. Default: null, for as long as the
    /// pool lives.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// Whether each item is measured in its worker, which <see cref="PoolStatistics.ItemTimes"/> then tells of: percentiles and the slowest. Costs some
    /// 0.1 µs an item. Default: false.
    /// </summary>
    public bool MeasureItems { get; init; }

    /// <summary>How long a worker may take to start, up to its greeting; the initializer does not count. Default: 60 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Runs once in each worker process before any item, in replacements too: <c>Initializer = () => Setup(config)</c>. An
    /// action, or a function; a task is awaited. What it returns is the worker's state, for <see cref="WorkerContext.State{T}"/>: it stays in that process,
    /// so it may be of any type (<c>Initializer = () => new Model(path)</c>), and is disposed of when the worker is asked to end. With or without a <see cref="CancellationToken"/>, which never
    /// fires. It runs on the thread that items run on, and what it sets is what they see. What it captures travels as in a call, encoded when the pool is made.
    /// A worker whose initializer throws, or that dies of it, has not started; if none starts, calls fail with
    /// <see cref="WorkerStartException"/>. Default: none. Python: <c>initializer</c>, <c>initargs</c>.
    /// </summary>
    public Delegate? Initializer { get; init; }

    /// <summary>How long <see cref="Initializer"/> may run in a worker, which is killed then. Default: null, no limit.</summary>
    public TimeSpan? InitializerTimeout { get; init; }

    /// <summary>
    /// Runs once in each worker process that ends because it was asked to (the pool is closed or disposed of, the worker is replaced, or has nothing to do), after its last
    /// item: <c>Finalizer = () => WorkerContext.State&lt;Model&gt;().Statistics</c>. Of the same shapes as <see cref="Initializer"/>, on the same
    /// thread; what it captures is encoded when the pool is made. What it returns travels back, see <see cref="Pool.ExitResults{TResult}"/>. What it
    /// throws is there, too, and printed as a line of the worker; it hurts nothing else. Then the worker's state, if it is <see cref="IAsyncDisposable"/> or
    /// <see cref="IDisposable"/>, is disposed of, also without a finalizer; an exception of that is printed. Neither happens in a worker that is killed, dies
    /// or never was ready, nor after <see cref="Pool.Terminate"/>, nor in a pool that was dropped undisposed. Default: none.
    /// </summary>
    public Delegate? Finalizer { get; init; }

    /// <summary>
    /// How long a worker may take to end once it was asked to and has no items: <see cref="Finalizer"/>, disposing of its state, what else runs at
    /// the end of a process. Then it is killed. Default: 5 s.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Environment variables of the workers, from the start of their processes: what is to be set, and with null what is to be
    /// removed. All others are this process's. Settings of the .NET runtime, too (<c>DOTNET_gcServer</c>). Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>
    /// The directory that workers, the initializer and all items run in; it must exist whenever a worker starts. Default: null, which runs the
    /// items of a call in the directory that is its caller's current one.
    /// </summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// How much lower than this process's the workers' priority is, in steps of <c>nice</c>, 0 to 19. On Windows 1 to 9 stand for
    /// "below normal" and the rest for "idle". Default: 0, the same.
    /// </summary>
    public int Niceness { get; init; }

    /// <summary>
    /// What happens with a line that a task, its native code or its children print. Called on a thread of the pool's
    /// own, one line at a time. Default: null, which prints lines of <see cref="Console.Out"/> to this process's
    /// standard output, and all others to its standard error.
    /// </summary>
    public Action<WorkerOutput>? Output { get; init; }

    /// <summary>
    /// Formatters of values whose types do not name their formatter themselves (<see cref="ValueFormatterAttribute"/>):
    /// <c>Formatters = [typeof(BitmapFormatter)]</c>. A type in this list implements <see cref="IValueFormatter{T, TData}"/>,
    /// MessagePack-CSharp's <c>IMessagePackFormatter&lt;T></c>, or its <c>IFormatterResolver</c>. They count for this pool, in both
    /// processes, and go before any other way in which those values could be sent; formatters go before resolvers. Default: none.
    /// </summary>
    public IReadOnlyList<Type> Formatters { get; init; } = [];

    /// <summary>The most items that share a frame; for measurements.</summary>
    internal int MaxChunk { get; init; } = int.MaxValue;

    /// <summary>Whether workers share a status page with this process; without it the same is said in frames.</summary>
    internal bool UseStatusPage { get; init; } = true;

    /// <summary>More would hardly be meant.</summary>
    internal const int MostWorkers = 4096;

    /// <summary>Variables that are the pool's own.</summary>
    private static readonly string[] OwnVariables =
        [WorkerEnvironment.Worker, WorkerEnvironment.StatusPage, WorkerEnvironment.Depth, "DOTNET_STARTUP_HOOKS"];

    /// <summary>Without workers, if the environment says so.</summary>
    /// <exception cref="ArgumentException">It says something that is no number.</exception>
    internal PoolOptions WithEnvironment() => ReadEnvironment() switch
    {
        null => this,
        0 => this with { Workers = 0 },
        < 0 => throw new ArgumentException(
            $"The environment variable {WorkerEnvironment.Workers} is '{System.Environment.GetEnvironmentVariable(WorkerEnvironment.Workers)}'; it must be a number of workers, or not be set."),
        _ => this,
    };

    /// <summary>The number of workers that the environment names; null if none, -1 if it is no number.</summary>
    private static int? ReadEnvironment() => System.Environment.GetEnvironmentVariable(WorkerEnvironment.Workers) switch
    {
        null or "" => null,
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) ? workers : -1,
    };

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    /// <exception cref="ArgumentException">A value is none that can be used.</exception>
    internal void Validate()
    {
        const long leastMemory = 32 << 20;
        if (Workers is < 0 or > MostWorkers) throw OutOfRange(nameof(Workers), Workers, $"0 to {MostWorkers}");
        ArgumentNullException.ThrowIfNull(Formatters);
        if (Formatters.Contains(null!)) throw new ArgumentException("PoolOptions.Formatters must not hold null.", nameof(Formatters));
        if (BufferSize is < 1) throw OutOfRange(nameof(BufferSize), BufferSize, "1 or more, or null");
        if (KillDelay < TimeSpan.Zero) throw OutOfRange(nameof(KillDelay), KillDelay, "zero or more");
        if (ItemTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(ItemTimeout), ItemTimeout, "more than zero, or null");
        if (MaxAttempts < 1) throw OutOfRange(nameof(MaxAttempts), MaxAttempts, "1 or more");
        if (RecycleAfter is < 1) throw OutOfRange(nameof(RecycleAfter), RecycleAfter, "1 or more, or null");
        if (RecycleAboveMemory < leastMemory) throw OutOfRange(nameof(RecycleAboveMemory), RecycleAboveMemory, $"{leastMemory} (32 MiB) or more, or null");
        if (RecycleAfterAge < TimeSpan.FromSeconds(1)) throw OutOfRange(nameof(RecycleAfterAge), RecycleAfterAge, "a second or more, or null");
        if (MaxWorkerMemory < leastMemory) throw OutOfRange(nameof(MaxWorkerMemory), MaxWorkerMemory, $"{leastMemory} (32 MiB) or more, or null");
        if (IdleTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(IdleTimeout), IdleTimeout, "more than zero, or null");
        if (MaxValueBytes < 1) throw OutOfRange(nameof(MaxValueBytes), MaxValueBytes, "1 or more, or null");
        if (StartTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(StartTimeout), StartTimeout, "more than zero");
        if (InitializerTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(InitializerTimeout), InitializerTimeout, "more than zero, or null");
        if (ShutdownTimeout <= TimeSpan.Zero) throw OutOfRange(nameof(ShutdownTimeout), ShutdownTimeout, "more than zero");
        if (Niceness is < 0 or > ProcessNiceness.Most) throw OutOfRange(nameof(Niceness), Niceness, $"0 to {ProcessNiceness.Most}");
        if (WorkingDirectory is "" || WorkingDirectory?.Contains('\0') == true)
            throw new ArgumentException("PoolOptions.WorkingDirectory must be the path of a directory, or null.", nameof(WorkingDirectory));
        CheckEnvironment();
        if (MaxChunk < 1) throw OutOfRange(nameof(MaxChunk), MaxChunk, "1 or more");
    }

    private void CheckEnvironment()
    {
        ArgumentNullException.ThrowIfNull(Environment);
        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        foreach (var (name, value) in Environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0'))
                throw new ArgumentException($"PoolOptions.Environment: '{name.Replace('\0', '?')}' is no name of a variable: it must not be empty nor hold '=' or a zero character.", nameof(Environment));
            if (value?.Contains('\0') == true)
                throw new ArgumentException($"PoolOptions.Environment: the value of {name} must not hold a zero character.", nameof(Environment));
            if (Array.Exists(OwnVariables, own => own.Equals(name, comparison)))
                throw new ArgumentException($"PoolOptions.Environment: {name} is the pool's own.", nameof(Environment));
        }
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, object? value, string range) =>
        new(name, value, $"PoolOptions.{name} must be {range}.");
}
