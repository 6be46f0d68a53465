namespace ProcessPool.Frames;

/// <summary>What a frame says; the first element of its array. <c>docs/protocol.md</c> specifies the others.</summary>
internal enum FrameKind : byte
{
    None = 0,

    // From the worker.

    /// <summary>[Hello, version, pid, runtime]: the first frame of all.</summary>
    Hello = 1,

    /// <summary>[Result, sequence, value]</summary>
    Result = 2,

    /// <summary>[Failure, sequence, error]</summary>
    Failure = 3,

    /// <summary>[Output, sequence or nil, stream (1 or 2), line]</summary>
    Output = 4,

    /// <summary>[Revoked, [sequence, …]]: the answer to <see cref="Revoke"/>; these items will not run here.</summary>
    Revoked = 5,

    /// <summary>[HeartbeatReply, number]</summary>
    HeartbeatReply = 6,

    /// <summary>[Goodbye]: the last frame of a worker that ends because it was asked to.</summary>
    Goodbye = 7,

    /// <summary>[Initialized, error or nil]: the initializer has run, or failed.</summary>
    Initialized = 8,

    /// <summary>[Duration, sequence, nanoseconds]: right before the report of an item whose call asked for it.</summary>
    Duration = 9,

    /// <summary>[Finalized, error or nil, value]: the finalizer has run, and this is what it returned, or it has failed.</summary>
    Finalized = 10,

    /// <summary>[Progress, sequence, id, value]: an item that runs reports to an object that the call has taken along.</summary>
    Progress = 11,

    // From the coordinator.

    /// <summary>[Welcome, version, worker id, { environment variable: value or nil }, formatters, longest value or nil]: the answer to <see cref="Hello"/>.</summary>
    Welcome = 16,

    /// <summary>[Call, call id, culture, UI culture, working directory, what is asked for (<see cref="CallWants"/>), function]</summary>
    Call = 17,

    /// <summary>[Items, call id, first sequence, first index, [argument, …]]</summary>
    Items = 18,

    /// <summary>[EndCall, call id]: no item of it will follow; what it holds can be freed.</summary>
    EndCall = 19,

    /// <summary>[Cancel, sequence]: if this item runs, its token fires.</summary>
    Cancel = 20,

    /// <summary>[Revoke, count]: give back up to so many items that were not started, the last ones first.</summary>
    Revoke = 21,

    /// <summary>[Release, id]: this shared memory is not used any more.</summary>
    Release = 22,

    /// <summary>[Heartbeat, number]: say that you live.</summary>
    Heartbeat = 23,

    /// <summary>[Shutdown]: finish what was sent, say goodbye, end.</summary>
    Shutdown = 24,

    /// <summary>[Initialize, culture, UI culture, working directory, function]: run this before all items, and say when it is done.</summary>
    Initialize = 25,

    /// <summary>[Finalize, culture, UI culture, working directory, function]: run this after all items, and say what it returned; the end is near.</summary>
    Finalize = 26,

    /// <summary>[ProgressTaken, weight]: so much of what was reported by <see cref="Progress"/> has reached its objects, and makes room for more.</summary>
    ProgressTaken = 27,
}

/// <summary>What a call asks of the workers beyond results.</summary>
[Flags]
internal enum CallWants
{
    None = 0,

    /// <summary>A <see cref="FrameKind.Duration"/> for each item.</summary>
    Durations = 1,
}

/// <summary>The numbers that both sides must agree on.</summary>
internal static class ProtocolConstants
{
    /// <summary>Raised whenever an older side could misread a frame.</summary>
    public const int Version = 1;

    /// <summary>No frame is longer: what lies in one .NET array, and far below the 4 GiB that its length could say.</summary>
    public const int MaxFrame = 0x7FFF_0000;

    /// <summary>The bytes in front of every frame: a MessagePack uint 32.</summary>
    public const int FrameHeader = 5;

    /// <summary>
    /// A frame larger than this goes only to a worker that has nothing else to do. So what is sent ahead of a running
    /// item always fits the worker's buffer, and a cancel behind it is seen.
    /// </summary>
    public const int LargeFrame = 256 * 1024;

    /// <summary>
    /// A worker sends a <see cref="FrameKind.Progress"/> only while those that were not taken weigh less than this. It bounds what waits
    /// in the coordinator, and how long a result waits behind reports that are slowly taken.
    /// </summary>
    public const int ProgressWindow = 64 * 1024;

    /// <summary>A report weighs as many bytes as its frame has, without the length, but not less than this: few bytes can be many objects.</summary>
    public const int LeastProgressWeight = 256;
}

/// <summary>The environment variables by which a coordinator makes a process its worker.</summary>
internal static class WorkerEnvironment
{
    /// <summary>Set to the protocol version: this process is to become a worker. Removed when it has.</summary>
    public const string Worker = "PROCESSPOOL_WORKER";

    /// <summary>The path of the status page to map; absent where there is none. Removed once mapped.</summary>
    public const string StatusPage = "PROCESSPOOL_STATUS_PAGE";

    /// <summary>In the coordinator's own environment: how many workers a pool has, unless its program says so; 0 for debugging, whatever it says.</summary>
    public const string Workers = "PROCESSPOOL_WORKERS";

    /// <summary>How many coordinators stand above this process; stays, so that pools cannot nest without end.</summary>
    public const string Depth = "PROCESSPOOL_DEPTH";
}
