namespace ProcessPool.Frames;

/// <summary>
/// The kind of a frame, which is the first element of its array. <c>docs/protocol.md</c> specifies the other elements.
/// </summary>
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

    /// <summary>[Output, sequence or nil, stream (1 or 2), line, whether the line goes on]</summary>
    Output = 4,

    /// <summary>[Revoked, [sequence, …]]: the answer to <see cref="Revoke"/>. These items will not run here.</summary>
    Revoked = 5,

    /// <summary>[HeartbeatReply, number]</summary>
    HeartbeatReply = 6,

    /// <summary>[Goodbye]: the last frame of a worker that was asked to exit.</summary>
    Goodbye = 7,

    /// <summary>[Initialized, error or nil]: the initializer has run, or failed.</summary>
    Initialized = 8,

    /// <summary>
    /// [Duration, sequence, nanoseconds]: sent right before an item's result or failure, if the call asked for durations.
    /// </summary>
    Duration = 9,

    /// <summary>[Finalized, error or nil, value]: the finalizer has returned this value, or failed.</summary>
    Finalized = 10,

    /// <summary>[Progress, sequence, id, value]: a running item reports to an object that was sent with the call.</summary>
    Progress = 11,

    /// <summary>
    /// [Results, first sequence, [value, …]]: consecutive items have run and returned these values.
    /// </summary>
    Results = 12,

    // From the coordinator.

    /// <summary>
    /// [Welcome, version, worker id, { environment variable: value or nil }, formatters, longest value or nil]: the answer to
    /// <see cref="Hello"/>.
    /// </summary>
    Welcome = 16,

    /// <summary>
    /// [Call, call id, culture, UI culture, working directory, wanted information (<see cref="CallWants"/>), function]
    /// </summary>
    Call = 17,

    /// <summary>[Items, call id, first sequence, first index, [argument, …]]</summary>
    Items = 18,

    /// <summary>[EndCall, call id]: no more items of this call will follow, so its resources can be freed.</summary>
    EndCall = 19,

    /// <summary>[Cancel, sequence]: cancel this item's token if the item is running.</summary>
    Cancel = 20,

    /// <summary>[Revoke, count]: give back up to this many items that have not started, the last ones first.</summary>
    Revoke = 21,

    /// <summary>[Release, id]: this shared memory is no longer used.</summary>
    Release = 22,

    /// <summary>[Heartbeat, number]: reply, to show that the worker is alive.</summary>
    Heartbeat = 23,

    /// <summary>[Shutdown]: finish all items that were sent, send Goodbye and exit.</summary>
    Shutdown = 24,

    /// <summary>
    /// [Initialize, culture, UI culture, working directory, function]: run this before all items, and report when it is done.
    /// </summary>
    Initialize = 25,

    /// <summary>
    /// [Finalize, culture, UI culture, working directory, function]: run this after all items, and report its result. Shutdown
    /// follows.
    /// </summary>
    Finalize = 26,

    /// <summary>
    /// [ProgressTaken, weight]: reports of this weight, sent by <see cref="Progress"/>, have reached their objects and make room
    /// for more.
    /// </summary>
    ProgressTaken = 27,

    /// <summary>
    /// [OutputTaken, weight]: lines of this weight, sent by <see cref="Output"/>, have been printed and make room for more.
    /// </summary>
    OutputTaken = 28,
}

/// <summary>What a call wants from the workers in addition to results.</summary>
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
    /// <summary>Increased whenever a side with an older version could misread a frame.</summary>
    public const int Version = 3;

    /// <summary>
    /// The length of the longest frame in bytes. It fits one .NET array, and is far below the 4 GiB that the length field could
    /// express.
    /// </summary>
    public const int MaxFrame = 0x7FFF_0000;

    /// <summary>The number of bytes before every frame: its length as a MessagePack uint 32.</summary>
    public const int FrameHeader = 5;

    /// <summary>
    /// In bytes. A larger frame is sent only to an idle worker. So the frames that are sent while an item runs always fit the
    /// worker's buffer, and the worker sees a cancellation that follows them.
    /// </summary>
    public const int LargeFrame = 256 * 1024;

    /// <summary>
    /// A worker sends a <see cref="FrameKind.Progress"/> only while the reports that have not been taken weigh less than this. It
    /// limits the reports that wait in the coordinator, and how long a result waits behind reports that are taken slowly.
    /// </summary>
    public const int ProgressWindow = 64 * 1024;

    /// <summary>
    /// A worker sends an <see cref="FrameKind.Output"/> only while the lines that have not been taken weigh less than this. It
    /// limits the lines of a worker that wait in the coordinator for the printer.
    /// </summary>
    public const int OutputWindow = 1024 * 1024;

    /// <summary>
    /// The weight of a report or line is the length of its frame in bytes, but at least this much, because few bytes can stand
    /// for many objects.
    /// </summary>
    public const int LeastWeight = 256;

    /// <summary>The longest line of output in UTF-16 code units. A longer one is sent in parts.</summary>
    public const int LongestLine = 16 * 1024 * 1024;

    /// <summary>The weight of a frame of this length.</summary>
    public static int WeightOf(long length) => (int)Math.Max(LeastWeight, length);
}

/// <summary>The environment variables by which a coordinator makes a process its worker.</summary>
internal static class WorkerEnvironment
{
    /// <summary>Set to the protocol version if the process is to become a worker. Removed once it has become one.</summary>
    public const string Worker = "PROCESSPOOL_WORKER";

    /// <summary>The path of the status page to map; not set if there is none. Removed once the page is mapped.</summary>
    public const string StatusPage = "PROCESSPOOL_STATUS_PAGE";

    /// <summary>
    /// In the coordinator's own environment: the number of workers of a pool, unless its program sets one. 0, for debugging,
    /// overrides the program.
    /// </summary>
    public const string Workers = "PROCESSPOOL_WORKERS";

    /// <summary>
    /// The number of coordinators above this process. It is not removed, so that pools cannot be nested endlessly.
    /// </summary>
    public const string Depth = "PROCESSPOOL_DEPTH";
}
