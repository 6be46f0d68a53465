namespace ProcessPool.Worker.Items;

/// <summary>The items of one frame, in the order in which they arrived.</summary>
/// <param name="Call">The call that the items belong to.</param>
/// <param name="FirstSequence">The sequence number of the first item; those of the others follow.</param>
/// <param name="FirstIndex">The index within its call of the first item; those of the others follow.</param>
/// <param name="Count">The number of items.</param>
/// <param name="Arguments">The arguments, one after the other; null for a single item that has already begun.</param>
internal sealed record ItemBatch(WorkerCall Call, long FirstSequence, long FirstIndex, int Count, byte[]? Arguments) : Work(Call);
