using System.Collections.Concurrent;

namespace ProcessPool.Jobs;

/// <summary>
/// The items of one call by their states. Each is in one state at any time, and each count of them changes here only. Guarded by
/// the scheduler's lock, but for what is said to be otherwise.
/// <code>
///   fresh ──Take──► given ──End──────────────► ended
///                    │ ▲
///                    │ └─Take── returned ◄──┐
///           Return ──┼────────► or suspects │ Resume
///            Delay ──┴────────► delayed ────┘
/// </code>
/// An item counts as given until it is settled: while a worker has it, and while its report or its loss is being dealt with.
/// </summary>
internal sealed class CallItems
{
    /// <summary>Keys of items that came back, or are tried again after they failed; they go before fresh ones.</summary>
    private readonly Stack<long> _returned = [];

    /// <summary>Keys of items whose worker died, that may kill the next one. Each is tried alone.</summary>
    private readonly Queue<long> _suspects = [];

    /// <summary>How often items were tried in vain; null as long as none was.</summary>
    private volatile ConcurrentDictionary<long, int>? _attempts;

    /// <summary>Items that workers have, or that are being settled.</summary>
    public int Given { get; private set; }

    /// <summary>Items that have failed, and wait for the time of their next attempt.</summary>
    public int Delayed { get; private set; }

    /// <summary>Items that have ended, one way or the other. Any thread may look.</summary>
    public long Ended { get; private set; }

    /// <summary>Items that came back and can be started now.</summary>
    public int Returned => _suspects.Count + _returned.Count;

    /// <summary>Whether the next item must be tried alone.</summary>
    public bool HasSuspects => _suspects.Count > 0;

    /// <summary>Takes items that came back.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="keys">Where their keys go.</param>
    /// <param name="isAlone">Whether no other may be taken with what was.</param>
    /// <returns>How many were taken; they are given now.</returns>
    public int TakeReturned(int most, Span<long> keys, out bool isAlone)
    {
        isAlone = _suspects.TryDequeue(out keys[0]);
        var count = isAlone ? 1 : 0;
        while (!isAlone && count < most && _returned.TryPop(out var key)) keys[count++] = key;
        Given += count;
        return count;
    }

    /// <summary>Fresh items were taken; they are given now. Their keys may be those of items that have ended.</summary>
    public void TakeFresh(ReadOnlySpan<long> keys)
    {
        Given += keys.Length;
        if (_attempts is not { } attempts) return;
        foreach (var key in keys) attempts.TryRemove(key, out _);
    }

    /// <summary>An item was given and not begun after all, or is tried again. Whoever was tried before is suspected, also if it was taken back meanwhile.</summary>
    public void Return(long key)
    {
        Given--;
        if (AttemptsOf(key) > 0) _suspects.Enqueue(key);
        else _returned.Push(key);
    }

    /// <summary>An item has failed, and is tried again later.</summary>
    public void Delay()
    {
        Given--;
        Delayed++;
    }

    /// <summary>It is time to try it again.</summary>
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

    /// <summary>How often an item was tried in vain. Any thread.</summary>
    public int AttemptsOf(long key) => _attempts?.GetValueOrDefault(key) ?? 0;

    /// <summary>An item was tried in vain: its worker died, or it failed and is tried again.</summary>
    /// <returns>How often so far.</returns>
    public int CountAttempt(long key)
    {
        var attempts = _attempts ??= [];
        return attempts[key] = attempts.GetValueOrDefault(key) + 1;
    }
}
