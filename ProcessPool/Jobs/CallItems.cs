using System.Collections.Concurrent;

namespace ProcessPool.Jobs;

/// <summary>
/// The items of one call by their states. Each item is in one state at any time, and only this class changes the counts. Guarded
/// by the scheduler's lock unless noted otherwise.
/// <code>
///   fresh ──Take──► given ──End──────────────► ended
///                    │ ▲
///                    │ └─Take── returned ◄──┐
///           Return ──┼────────► or suspects │ Resume
///            Delay ──┴────────► delayed ────┘
/// </code>
/// An item counts as given while a worker has it, and also while its report or its loss is being processed.
/// </summary>
internal sealed class CallItems
{
    /// <summary>Keys of items that came back, or are retried after they failed. They go before fresh items.</summary>
    private readonly Stack<long> _returned = [];

    /// <summary>Keys of items whose worker died. Each is sent alone, because it may kill the next worker too.</summary>
    private readonly Queue<long> _suspects = [];

    /// <summary>The number of failed attempts by item; null while there are none.</summary>
    private volatile ConcurrentDictionary<long, int>? _attempts;

    /// <summary>How many items are given: workers have them, or their report or loss is being processed.</summary>
    public int Given { get; private set; }

    /// <summary>How many failed items wait for the time of their retry.</summary>
    public int Delayed { get; private set; }

    /// <summary>How many items have ended, including failed ones. Any thread may read this.</summary>
    public long Ended { get; private set; }

    /// <summary>How many items came back and can be started now.</summary>
    public int Returned => _suspects.Count + _returned.Count;

    /// <summary>Whether the next item must be sent alone.</summary>
    public bool HasSuspects => _suspects.Count > 0;

    /// <summary>Takes items that came back.</summary>
    /// <param name="most">The most items to take.</param>
    /// <param name="keys">Receives their keys.</param>
    /// <param name="isAlone">Whether the item must be sent alone.</param>
    /// <returns>How many items were taken. They count as given now.</returns>
    public int TakeReturned(int most, Span<long> keys, out bool isAlone)
    {
        isAlone = _suspects.TryDequeue(out keys[0]);
        var count = isAlone ? 1 : 0;
        while (!isAlone && count < most && _returned.TryPop(out var key)) keys[count++] = key;
        Given += count;
        return count;
    }

    /// <summary>Counts fresh items as given. Their keys may be reused keys of items that have ended.</summary>
    public void TakeFresh(ReadOnlySpan<long> keys)
    {
        Given += keys.Length;
        if (_attempts is not { } attempts) return;
        foreach (var key in keys) attempts.TryRemove(key, out _);
    }

    /// <summary>
    /// A given item was not begun, or is retried. An item with failed attempts stays a suspect, even if it was only taken back.
    /// </summary>
    public void Return(long key)
    {
        Given--;
        if (AttemptsOf(key) > 0) _suspects.Enqueue(key);
        else _returned.Push(key);
    }

    /// <summary>An item has failed and will be retried later.</summary>
    public void Delay()
    {
        Given--;
        Delayed++;
    }

    /// <summary>It is time to retry a delayed item.</summary>
    public void Resume(long key)
    {
        Delayed--;
        _returned.Push(key);
    }

    /// <summary>Items have ended.</summary>
    public void End(int count)
    {
        Given -= count;
        Ended += count;
    }

    /// <summary>How many attempts of an item have failed. Any thread.</summary>
    public int AttemptsOf(long key) => _attempts?.GetValueOrDefault(key) ?? 0;

    /// <summary>Counts a failed attempt: the item's worker died, or the item failed and will be retried.</summary>
    /// <returns>The number of failed attempts so far.</returns>
    public int CountAttempt(long key)
    {
        var attempts = _attempts ??= [];
        return attempts[key] = attempts.GetValueOrDefault(key) + 1;
    }
}
