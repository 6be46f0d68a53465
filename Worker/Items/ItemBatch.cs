using ProcessPool.MessagePack;

namespace ProcessPool.Worker.Items;

/// <summary>The items of one frame, in the order in which they came.</summary>
/// <param name="Call">The call that they belong to.</param>
/// <param name="FirstSequence">The sequence number of the first; the others follow.</param>
/// <param name="FirstIndex">The index of the first in its call; the others follow.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Arguments">Their arguments, one after the other; null if the one item was begun already.</param>
internal sealed record ItemBatch(WorkerCall Call, long FirstSequence, long FirstIndex, int Count, MessagePackReader? Arguments)
{
    private const long InitializerMark = -1;
    private const long FinalizerMark = -2;

    /// <summary>The pool's initializer, which waits its turn as items do, and is none.</summary>
    public static ItemBatch Initializer(WorkerCall call) => new(call, InitializerMark, 0, 0, null);

    /// <inheritdoc cref="Initializer"/>
    /// <summary>The pool's finalizer, likewise.</summary>
    public static ItemBatch Finalizer(WorkerCall call) => new(call, FinalizerMark, 0, 0, null);

    /// <summary>Whether it is the initializer.</summary>
    public bool IsInitializer => FirstSequence == InitializerMark;

    /// <summary>Whether it is the finalizer.</summary>
    public bool IsFinalizer => FirstSequence == FinalizerMark;
}
