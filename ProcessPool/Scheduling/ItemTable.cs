using ProcessPool.Jobs;
using ProcessPool.Memory;

namespace ProcessPool.Scheduling;

/// <summary>
/// The items that a worker has: given to it and not yet reported. Each item has a sequence number that is never reused. Two
/// threads can race for an item, one that reads its report and one that takes it back; a compare-and-exchange of the state in
/// this table decides. The status page has a second state for each item, which decides the race between the worker and whoever
/// takes the item back. Because a worker may corrupt the page, only this table decides whether an item counts.
/// </summary>
internal sealed class ItemTable(StatusPage? page)
{
    private const int Free = 0;
    private const int Given = 1;

    private readonly Entry[] _entries = new Entry[StatusPage.Slots];

    /// <summary>The oldest item that the worker may still have. Under the scheduler's lock.</summary>
    private long _first;

    /// <summary>
    /// The next sequence number. Changed under the scheduler's lock, and also read by the thread that reads from the worker.
    /// </summary>
    private long _next;

    /// <summary>How many items the worker has. Under the scheduler's lock.</summary>
    public int Count { get; private set; }

    /// <summary>How many more items can be given. Under the scheduler's lock.</summary>
    public int Room => (int)(StatusPage.Slots - (_next - _first));

    /// <summary>Whether items can be taken back at once, without asking the worker.</summary>
    public bool HasPage => page is not null;

    /// <summary>Gives items to the worker, which may claim them from now on. Under the scheduler's lock.</summary>
    /// <returns>The sequence number of the first item.</returns>
    public long Give(Job job, ReadOnlySpan<long> keys)
    {
        var first = _next;
        var sequence = first;
        foreach (var key in keys)
        {
            ref var entry = ref EntryOf(sequence);
            entry.Job = job;
            entry.Key = key;
            Volatile.Write(ref entry.State, Given);
            page?.Grant(sequence);
            sequence++;
        }

        Volatile.Write(ref _next, first + keys.Length);

        Count += keys.Length;
        return first;
    }

    /// <summary>
    /// The worker has reported an item. True only once for each item. Called by the thread that reads from the worker.
    /// </summary>
    public bool TryReport(long sequence, out Job job, out long key) =>
        TryLookAt(sequence, out job, out key) && Interlocked.CompareExchange(ref EntryOf(sequence).State, Free, Given) == Given;

    /// <summary>
    /// The worker has reported consecutive items. Takes those of one job, from the first on. Under the scheduler's lock, which keeps
    /// out everybody who takes items back, so no compare-and-exchange is needed for each.
    /// </summary>
    /// <param name="first">The sequence number of the first item.</param>
    /// <param name="keys">Receives the keys of as many items as it has room for.</param>
    /// <param name="job">Their job.</param>
    /// <returns>How many items were taken: 0 if the worker does not have the first one.</returns>
    public int TakeReported(long first, Span<long> keys, out Job job)
    {
        job = null!;
        if (first < 0 || first >= _next || first < _next - StatusPage.Slots) return 0;
        var most = (int)Math.Min(keys.Length, _next - first);
        for (var i = 0; i < most; i++)
        {
            ref var entry = ref EntryOf(first + i);
            if (entry.State != Given || entry.Job is not { } itsJob || (i > 0 && itsJob != job)) return i;
            job = itsJob;
            keys[i] = entry.Key;
            Volatile.Write(ref entry.State, Free);
        }

        return most;
    }

    /// <summary>
    /// Finds an item by its sequence number, if the worker still has it. Called by the thread that reads from the worker.
    /// </summary>
    public bool TryLookAt(long sequence, out Job job, out long key)
    {
        job = null!;
        key = 0;
        var next = Volatile.Read(ref _next);
        if (sequence < 0 || sequence >= next || sequence < next - StatusPage.Slots) return false;
        ref var entry = ref EntryOf(sequence);
        var (itsJob, itsKey) = (entry.Job, entry.Key);
        if (itsJob is null || !IsGiven(sequence)) return false;
        (job, key) = (itsJob, itsKey);
        return true;
    }

    /// <summary>Removes reported items from the count. Under the scheduler's lock.</summary>
    public void OnReported(int count)
    {
        Count -= count;
        Advance();
    }

    /// <summary>Takes back an item that the worker has not claimed, without asking it. Under the scheduler's lock.</summary>
    public bool TryTakeBack(long sequence, out Job job, out long key)
    {
        job = null!;
        key = 0;

        // Check this table first: after the worker's death no item is given, and the page may be gone.
        return IsGiven(sequence) && page is not null && page.TryTakeBack(sequence) && TryRemove(sequence, out job, out key);
    }

    /// <summary>Takes back an item that was never sent. Under the scheduler's lock.</summary>
    public bool TryWithdraw(long sequence, out Job job, out long key)
    {
        if (IsGiven(sequence)) page?.TryTakeBack(sequence);
        return TryRemove(sequence, out job, out key);
    }

    /// <summary>
    /// Whether a dead worker had claimed an item. Without a page, that is assumed of its oldest item, because workers report each
    /// item at once and in order.
    /// </summary>
    public bool WasClaimed(long sequence, bool isOldest) => page is null ? isOldest : !page.TryTakeBack(sequence);

    /// <summary>
    /// Removes an item without looking at the page, because the worker is dead or gave the item back itself. Under the
    /// scheduler's lock.
    /// </summary>
    public bool TryRemove(long sequence, out Job job, out long key)
    {
        if (!TryReport(sequence, out job, out key)) return false;
        Count--;
        Advance();
        return true;
    }

    /// <summary>The sequence numbers of the worker's items, oldest first. Under the scheduler's lock.</summary>
    public List<long> Sequences()
    {
        List<long> sequences = [];
        for (var sequence = _first; sequence < _next; sequence++)
        {
            if (IsGiven(sequence)) sequences.Add(sequence);
        }

        return sequences;
    }

    /// <summary>Whether the worker has an item. Under the scheduler's lock.</summary>
    public bool Has(long sequence) => sequence >= _first && sequence < _next && IsGiven(sequence);

    /// <summary>The job of an item that <see cref="Sequences"/> returned while the same lock was held.</summary>
    public Job JobOf(long sequence) => EntryOf(sequence).Job!;

    /// <summary>Whether an item was ever given to the worker. Under the scheduler's lock.</summary>
    public bool WasGiven(long sequence) => sequence >= 0 && sequence < _next;

    /// <summary>How many items of a call the worker has. Under the scheduler's lock.</summary>
    public int CountOf(Job job)
    {
        var count = 0;
        for (var sequence = _first; sequence < _next; sequence++)
        {
            if (IsGiven(sequence) && EntryOf(sequence).Job == job) count++;
        }

        return count;
    }

    /// <summary>
    /// The index of an item in its call, for its output; null if the worker does not have the item. Under the scheduler's lock.
    /// </summary>
    public long? IndexOf(long sequence)
    {
        if (!Has(sequence)) return null;
        ref var entry = ref EntryOf(sequence);
        return entry.Job!.IndexOf(entry.Key);
    }

    private bool IsGiven(long sequence) => Volatile.Read(ref EntryOf(sequence).State) == Given;

    private ref Entry EntryOf(long sequence) => ref _entries[sequence & (StatusPage.Slots - 1)];

    private void Advance()
    {
        for (; _first < _next && Volatile.Read(ref EntryOf(_first).State) == Free; _first++) EntryOf(_first).Job = null;
    }

    private struct Entry
    {
        public Job? Job;
        public long Key;
        public int State;
    }
}
