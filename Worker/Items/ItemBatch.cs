namespace ProcessPool.Worker.Items;

/// <summary>The items of one frame, in the order in which they came.</summary>
/// <param name="Call">The call that they belong to.</param>
/// <param name="FirstSequence">The sequence number of the first; the others follow.</param>
/// <param name="FirstIndex">The index of the first in its call; the others follow.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Arguments">Their arguments, one after the other; null if the one item was begun already.</param>
internal sealed record ItemBatch(WorkerCall Call, long FirstSequence, long FirstIndex, int Count, byte[]? Arguments) : Work(Call);
