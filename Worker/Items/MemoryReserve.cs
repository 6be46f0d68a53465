using ProcessPool.Memory;

namespace ProcessPool.Worker.Items;

/// <summary>
/// Memory that is kept in a worker whose heap is limited, for the report of an item that found none: what it holds may still be in use,
/// by threads that it has started or by fields that outlive it.
/// </summary>
internal sealed class MemoryReserve
{
    private const int Bytes = 512 * 1024;

    private byte[]? _bytes;

    public MemoryReserve()
    {
        if (Environment.GetEnvironmentVariable(ManagedHeap.LimitVariable) is not null) _bytes = new byte[Bytes];
    }

    /// <summary>Lets go of it. Only once: the worker is replaced after such an item.</summary>
    public void Open()
    {
        if (_bytes is null) return;
        _bytes = null;
        GC.Collect();
    }

    /// <summary>Whether an exception says that there was no memory.</summary>
    public static bool IsNeededFor(Exception? error) => error switch
    {
        null => false,
        OutOfMemoryException => true,
        AggregateException many => many.InnerExceptions.Any(IsNeededFor),
        _ => IsNeededFor(error.InnerException),
    };
}
