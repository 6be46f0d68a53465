using ProcessPool.Values;

namespace ProcessPool;

/// <summary>
/// What code that runs in a worker can know about itself, and what its initializer has made for it. In a process that is no worker all
/// of it is -1 or false, and there is no state.
/// </summary>
/// <remarks>A worker runs one item at a time, so this holds for all threads of it.</remarks>
public static class WorkerContext
{
    private static readonly Facts OfProcess = new();

    /// <summary>Those of a worker that is a thread of this process, one of several perhaps: what its items start inherits them.</summary>
    private static readonly AsyncLocal<Facts?> OfThread = new();

    /// <summary>Whether there was ever such a worker; all others need not look for it.</summary>
    private static volatile bool _hasThreads;

    /// <summary>Whether this process is a worker of a pool.</summary>
    public static bool IsWorker => WorkerId >= 0;

    /// <summary>The number of this worker in its pool, from 0; a process that takes a dead one's place takes its number.</summary>
    public static int WorkerId
    {
        get => Current.WorkerId;
        internal set => Current.WorkerId = value;
    }

    /// <summary>The index in its call of the item that runs; -1 between items, in an initializer and in a finalizer.</summary>
    public static long Item
    {
        get => Volatile.Read(ref Current.Item);
        internal set => Volatile.Write(ref Current.Item, value);
    }

    /// <summary>
    /// The token of the item that runs: it fires when the call is stopped, and when the item has run for longer than it may. Between items, and in a process
    /// that is no worker: <see cref="CancellationToken.None"/>. An asynchronous function may take it as a parameter instead.
    /// </summary>
    public static CancellationToken CancellationToken
    {
        get => Current.CancellationToken;
        internal set => Current.CancellationToken = value;
    }

    /// <summary>The state, for who disposes of it; null if there is none.</summary>
    internal static object? StateOrNull => Current.State?.Value;

    private static Facts Current => _hasThreads ? OfThread.Value ?? OfProcess : OfProcess;

    /// <summary>
    /// The state of this worker: what <c>PoolOptions.Initializer</c> has returned in it, or its task. One object for all items and calls that
    /// this process runs, and for its finalizer; it never leaves the process, so it may be of any type. A replacement has a state of its own.
    /// </summary>
    /// <typeparam name="T">The state's type, or one that it derives from or implements.</typeparam>
    /// <exception cref="InvalidOperationException">This process is no worker; or the pool has no initializer with a result, or it has not ended
    /// yet; or the state is of another type.</exception>
    public static T State<T>()
    {
        var facts = Current;
        if (facts.WorkerId < 0) throw new InvalidOperationException("WorkerContext.State is what an initializer has made in a worker, and this process is none.");
        if (facts.State is not { } state)
            throw new InvalidOperationException("This worker has no state: its pool has no PoolOptions.Initializer, or one without a result, or it has not ended yet.");
        if (state.Value is T value) return value;
        if (state.Value is null && default(T) is null && (state.Type.IsAssignableTo(typeof(T)) || typeof(T).IsAssignableTo(state.Type))) return default!;
        var found = state.Value is null ? $"null, of the type {TypeNames.Full(state.Type)}" : $"a {TypeNames.Full(state.Value.GetType())}";
        throw new InvalidOperationException($"The state of this worker is {found}, and no {TypeNames.Full(typeof(T))}.");
    }

    /// <summary>Keeps what the initializer has returned.</summary>
    /// <param name="value">What it has returned, which may be null.</param>
    /// <param name="type">What it says that it returns.</param>
    internal static void SetState(object? value, Type type) => Current.State = new KeptState(value, type);

    /// <summary>The thread that calls this is a worker, and the process is none because of that.</summary>
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
