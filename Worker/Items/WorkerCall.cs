using System.Runtime.ExceptionServices;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Progress;
using ProcessPool.Values;

namespace ProcessPool.Worker.Items;

/// <summary>
/// One call of the coordinator: the function, and the culture and directory to run it in. The function is decoded when the first
/// item needs it, so a failure is blamed on that item. A function that is too large to keep encoded is decoded at once.
/// </summary>
internal sealed class WorkerCall(Lazy<ValueResolver> formatters, CallCulture culture, CallCulture uiCulture, string? directory)
{
    /// <summary>
    /// One source per call is enough: after an item is canceled, its call is over, or the coordinator sends the call again.
    /// </summary>
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>
    /// Shared memory in results. It is kept until the coordinator has opened it, which is certain when the call ends.
    /// </summary>
    private readonly HashSet<SharedMemory> _sharedByResults = [];

    private byte[]? _encoded;
    private ItemRunner? _runner;
    private ExceptionDispatchInfo? _error;

    public CallCulture Culture => culture;

    public CallCulture UICulture => uiCulture;

    public string? Directory => directory;

    /// <summary>Canceled when a running item of the call is canceled.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Whether the result stays in this process (that of an initializer), so it can be of any type.</summary>
    public bool IgnoresResult { get; init; }

    /// <summary>What the coordinator wants to know about the call's items.</summary>
    public CallWants Wants { get; init; }

    /// <summary>
    /// Whether results of consecutive items are reported together. Only simple results are: the end of each is certain, so that one
    /// that cannot be read costs no other.
    /// </summary>
    public bool ReportsInRuns { get; private set; }

    /// <summary>
    /// The channel for the reports of the call's items; null for an initializer or finalizer, which cannot report.
    /// </summary>
    public CallChannel? Progress { get; init; }

    /// <summary>Keeps the encoded function until <see cref="GetRunner"/>.</summary>
    public void KeepFunction(byte[] encoded) => _encoded = encoded;

    /// <summary>Decodes a large function from its frame. An error is thrown only when an item needs the function.</summary>
    public void ReadFunction(ref MessagePackReader reader, FrameReader frame)
    {
        try
        {
            frame.Fill(ref reader);
        }
        catch (OutOfMemoryException e)
        {
            _error = ExceptionDispatchInfo.Capture(e);
            return;
        }

        ReadFunction(ref reader);
    }

    private void ReadFunction(ref MessagePackReader reader)
    {
        ProgressChannel.Current = Progress;
        try
        {
            var function = FunctionReader.Read(ref reader, _cancellation.Token, formatters.Value.FromCoordinator);
            var runner = FunctionShapes.MakeRunner(function, _cancellation.Token);
            if (!IgnoresResult) runner.Use(formatters.Value);
            ReportsInRuns = !IgnoresResult && Wants == CallWants.None && runner.HasSimpleResults;
            _runner = runner;
        }
        catch (Exception e)
        {
            _error = ExceptionDispatchInfo.Capture(e);
        }
    }

    /// <summary>The function, ready to run.</summary>
    public ItemRunner GetRunner()
    {
        if (_encoded is { } encoded)
        {
            _encoded = null;
            var reader = new MessagePackReader(encoded);
            ReadFunction(ref reader);
        }

        _error?.Throw();
        return _runner!;
    }

    /// <summary>Keeps shared memory from results of the call's items for as long as this call is kept.</summary>
    public void Keep(HashSet<SharedMemory> shared) => _sharedByResults.UnionWith(shared);

    /// <summary>
    /// Cancels the token on a separate thread, because the callbacks that users registered with it may take long.
    /// </summary>
    public void Cancel() => new Thread(_cancellation.Cancel) { IsBackground = true, Name = "cancel" }.Start();
}
