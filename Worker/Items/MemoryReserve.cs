using ProcessPool.Memory;

namespace ProcessPool.Worker.Items;

/// <summary>
/// Memory that a worker with a limited heap reserves for reporting an item that ran out of memory. The item's own memory may
/// still be in use then, by threads that it has started or by fields that outlive it.
/// </summary>
internal sealed class MemoryReserve
{
    private const int Bytes = 512 * 1024;

    private byte[]? _bytes;

    public MemoryReserve()
    {
        if (Environment.GetEnvironmentVariable(ManagedHeap.LimitVariable) is not null) _bytes = new byte[Bytes];
    }

    /// <summary>Releases the reserve. Works only once, because the worker is replaced after such an item.</summary>
    public void Open()
    {
        if (_bytes is null) return;
        _bytes = null;
        GC.Collect();
    }

    /// <summary>Whether an exception was caused by a lack of memory.</summary>
    public static bool IsNeededFor(Exception? error) => error switch
    {
        null => false,
        OutOfMemoryException => true,
        AggregateException many => many.InnerExceptions.Any(IsNeededFor),
        _ => IsNeededFor(error.InnerException),
    };
}
