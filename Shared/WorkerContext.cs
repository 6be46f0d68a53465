using ProcessPool.Values;

namespace ProcessPool;

/// <summary>
/// Tells code that runs in a worker which worker and item it runs in, and gives it the state that the initializer created. In a
/// process that is not a worker, the numbers are -1, <see cref="IsWorker"/> is false, and there is no state.
/// </summary>
/// <remarks>A worker runs one item at a time, so the values are the same on all of its threads.</remarks>
public static class WorkerContext
{
    private static readonly Facts OfProcess = new();

    /// <summary>
    /// The facts of a worker that is a thread of this process, which may have several. Threads and tasks that its items start
    /// inherit them.
    /// </summary>
    private static readonly AsyncLocal<Facts?> OfThread = new();

    /// <summary>
    /// Whether this process has ever had a worker thread. If not, the <see cref="AsyncLocal{T}"/> need not be read.
    /// </summary>
    private static volatile bool _hasThreads;

    /// <summary>Whether this process is a worker of a pool.</summary>
    public static bool IsWorker => WorkerId >= 0;

    /// <summary>
    /// The id of this worker within its pool, from 0. A replacement worker gets the id of the worker it replaces.
    /// </summary>
    public static int WorkerId
    {
        get => Current.WorkerId;
        internal set => Current.WorkerId = value;
    }

    /// <summary>The index within its call of the running item; -1 between items, in an initializer and in a finalizer.</summary>
    public static long Item
    {
        get => Volatile.Read(ref Current.Item);
        internal set => Volatile.Write(ref Current.Item, value);
    }

    /// <summary>
    /// The cancellation token of the running item. It is canceled when the call is stopped and when the item exceeds its time
    /// limit. Between items, and in a process that is not a worker, it is <see cref="CancellationToken.None"/>. An asynchronous
    /// function can also take the token as a parameter.
    /// </summary>
    public static CancellationToken CancellationToken
    {
        get => Current.CancellationToken;
        internal set => Current.CancellationToken = value;
    }

    /// <summary>
    /// The command line of the program that created the pool, as <see cref="Environment.GetCommandLineArgs"/> returns it there.
    /// In a worker that method returns the same if the runtime allows to set it, which .NET 10 does. In a process that is not a
    /// worker, this is its own command line.
    /// </summary>
    public static IReadOnlyList<string> CommandLine
    {
        get => field ??= Environment.GetCommandLineArgs();
        internal set;
    }

    /// <summary>The state, for the code that disposes it; null if there is none.</summary>
    internal static object? StateOrNull => Current.State?.Value;

    private static Facts Current => _hasThreads ? OfThread.Value ?? OfProcess : OfProcess;

    /// <summary>
    /// Returns the state of this worker: what <c>PoolOptions.Initializer</c>, or the task it returned, produced in this worker.
    /// All items and calls that this worker runs, and its finalizer, share this one object. It never leaves the process, so it
    /// can be of any type. A replacement worker has its own state.
    /// </summary>
    /// <typeparam name="T">The state's type, or one that it derives from or implements.</typeparam>
    /// <exception cref="InvalidOperationException">This process is not a worker, the pool has no initializer that returns a
    /// value, the initializer has not finished yet, or the state is of another type.</exception>
    public static T State<T>()
    {
        var facts = Current;
        if (facts.WorkerId < 0) throw new InvalidOperationException("WorkerContext.State can only be read in a worker, and this process is not a worker.");
        if (facts.State is not { } state)
            throw new InvalidOperationException("This worker has no state: PoolOptions.Initializer is not set, returns no value, or has not finished yet.");
        if (state.Value is T value) return value;
        if (state.Value is null && default(T) is null && (state.Type.IsAssignableTo(typeof(T)) || typeof(T).IsAssignableTo(state.Type))) return default!;
        var found = state.Value is null ? $"null (declared as {TypeNames.Full(state.Type)})" : $"of type {TypeNames.Full(state.Value.GetType())}";
        throw new InvalidOperationException($"The state of this worker is {found}, not of type {TypeNames.Full(typeof(T))}.");
    }

    /// <summary>Stores what the initializer returned.</summary>
    /// <param name="value">The returned value, which may be null.</param>
    /// <param name="type">The declared return type.</param>
    internal static void SetState(object? value, Type type) => Current.State = new KeptState(value, type);

    /// <summary>Makes the calling thread a worker. That does not make the process one.</summary>
    internal static void BecomeWorkerWithin()
    {
        _hasThreads = true;
        OfThread.Value = new Facts();
    }

    private sealed class Facts
    {
        public int WorkerId = -1;
        public long Item = -1;
        public CancellationToken CancellationToken;
        public volatile KeptState? State;
    }

    private sealed record KeptState(object? Value, Type Type);
}
