using ProcessPool.Jobs;
using ProcessPool.Memory;

namespace ProcessPool.Scheduling;

/// <summary>
/// The items that a worker has: sent, and not reported. Each has a sequence number, never used twice, and here a state
/// that decides by compare-and-exchange who disposes of it: who reads its report, or who takes it back. The status page
/// has another word for each, which decides between the worker and who takes it back; but a worker may be corrupt, so
/// what is here decides whether an item counts.
/// </summary>
internal sealed class ItemTable(StatusPage? page)
{
    private const int Free = 0;
    private const int Given = 1;

    private readonly Entry[] _entries = new Entry[StatusPage.Slots];

    /// <summary>The oldest that may still be given. Under the scheduler's lock.</summary>
    private long _first;

    /// <summary>The sequence number of the next. Changed under the scheduler's lock; read by the worker's reader.</summary>
    private long _next;

    /// <summary>How many it has. Under the scheduler's lock.</summary>
    public int Count { get; private set; }

    /// <summary>How many more can be given. Under the scheduler's lock.</summary>
    public int Room => (int)(StatusPage.Slots - (_next - _first));

    /// <summary>Whether items can be taken back from the worker at once, without asking it.</summary>
    public bool HasPage => page is not null;

    /// <summary>Gives items; the worker may claim them from now on. Under the scheduler's lock.</summary>
    /// <returns>The sequence number of the first.</returns>
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

    /// <summary>The worker has reported an item: true once for each. The thread that reads from the worker.</summary>
    public bool TryReport(long sequence, out Job job, out long key) =>
        TryLookAt(sequence, out job, out key) && Interlocked.CompareExchange(ref EntryOf(sequence).State, Free, Given) == Given;

    /// <summary>Whose item it is that the worker speaks of, as long as it has it. The thread that reads from the worker.</summary>
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

    /// <summary>So many items were reported. Under the scheduler's lock.</summary>
    public void OnReported(int count)
    {
        Count -= count;
        Advance();
    }

    /// <summary>Takes an item back that the worker has not claimed, without asking it. Under the scheduler's lock.</summary>
    public bool TryTakeBack(long sequence, out Job job, out long key)
    {
        job = null!;
        key = 0;

        // First what is here: once the worker is dead, nothing is given, and the page may be gone.
        return IsGiven(sequence) && page is not null && page.TryTakeBack(sequence) && TryRemove(sequence, out job, out key);
    }

    /// <summary>Takes an item back that was never sent. Under the scheduler's lock.</summary>
    public bool TryWithdraw(long sequence, out Job job, out long key)
    {
        if (IsGiven(sequence)) page?.TryTakeBack(sequence);
        return TryRemove(sequence, out job, out key);
    }

    /// <summary>
    /// Whether a worker that is dead had claimed an item. Without a page: it reports each item at once, and in order,
    /// so it died over the oldest.
    /// </summary>
    public bool WasClaimed(long sequence, bool isOldest) => page is null ? isOldest : !page.TryTakeBack(sequence);

    /// <summary>Takes an item away whatever the worker has done with it: it is dead, or has given it back itself. Under the scheduler's lock.</summary>
    public bool TryRemove(long sequence, out Job job, out long key)
    {
        if (!TryReport(sequence, out job, out key)) return false;
        Count--;
        Advance();
        return true;
    }

    /// <summary>The sequence numbers of what it has, oldest first. Under the scheduler's lock.</summary>
    public List<long> Sequences()
    {
        List<long> sequences = [];
        for (var sequence = _first; sequence < _next; sequence++)
        {
            if (IsGiven(sequence)) sequences.Add(sequence);
        }

        return sequences;
    }

    /// <summary>Whether it has an item: sent, and not reported. Under the scheduler's lock.</summary>
    public bool Has(long sequence) => sequence >= _first && sequence < _next && IsGiven(sequence);

    /// <summary>The job of an item that <see cref="Sequences"/> named. Under the same lock.</summary>
    public Job JobOf(long sequence) => EntryOf(sequence).Job!;

    /// <summary>Whether it was ever given an item. Under the scheduler's lock.</summary>
    public bool WasGiven(long sequence) => sequence >= 0 && sequence < _next;

    /// <summary>How many items of a call it has. Under the scheduler's lock.</summary>
    public int CountOf(Job job)
    {
        var count = 0;
        for (var sequence = _first; sequence < _next; sequence++)
        {
            if (IsGiven(sequence) && EntryOf(sequence).Job == job) count++;
        }

        return count;
    }

    /// <summary>The index of an item in its call, for what it prints; null if the worker does not have it. Under the scheduler's lock.</summary>
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
