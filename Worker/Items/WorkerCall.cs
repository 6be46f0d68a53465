using System.Globalization;
using System.Runtime.ExceptionServices;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Platform;
using ProcessPool.Progress;
using ProcessPool.Values;

namespace ProcessPool.Worker.Items;

/// <summary>
/// One call of the coordinator as this worker knows it: the function, and the culture and the directory to run it in.
/// The function is decoded when the first item needs it, within that item's blame, unless it is too large to keep.
/// </summary>
internal sealed class WorkerCall(Lazy<ValueResolver> formatters, string culture, string uiCulture, string? directory)
{
    /// <summary>One source a call: a cancelled item's call is over, or sent again by the coordinator.</summary>
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Shared memory that results refer to: it must not go before the coordinator has opened it, which is so when the call ends.</summary>
    private readonly HashSet<SharedMemory> _sharedByResults = [];

    private byte[]? _encoded;
    private ItemRunner? _runner;
    private ExceptionDispatchInfo? _error;

    /// <summary>Fires when an item of the call is cancelled while it runs.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Whether the function's result is sent to nobody, and so may be of any type: that of an initializer, which stays here.</summary>
    public bool IgnoresResult { get; init; }

    /// <summary>What the coordinator wants to know of its items.</summary>
    public CallWants Wants { get; init; }

    /// <summary>Where its items report to; null if they cannot, being none.</summary>
    public CallChannel? Progress { get; init; }

    /// <summary>Keeps the encoded function until <see cref="GetRunner"/>.</summary>
    public void KeepFunction(byte[] encoded) => _encoded = encoded;

    /// <summary>Decodes a large function from its frame; what goes wrong is told when an item needs it.</summary>
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

    /// <summary>Keeps shared memory that was written to reports of the call's items, as long as the call itself is known here.</summary>
    public void Keep(HashSet<SharedMemory> shared) => _sharedByResults.UnionWith(shared);

    /// <summary>Makes this thread and process look as the caller's did.</summary>
    public void EnterSurroundings()
    {
        if (CultureInfo.CurrentCulture.Name != culture)
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            if (WorkerHost.IsWorker) CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture;
        }

        if (CultureInfo.CurrentUICulture.Name != uiCulture)
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(uiCulture);
            if (WorkerHost.IsWorker) CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture;
        }

        if (directory is not null && directory != CurrentDirectory.OrNull) Environment.CurrentDirectory = directory;
    }

    /// <summary>Fires the token, on a thread of its own: what users registered with it may take its time.</summary>
    public void Cancel() => new Thread(_cancellation.Cancel) { IsBackground = true, Name = "cancel" }.Start();
}
