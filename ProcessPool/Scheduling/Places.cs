namespace ProcessPool.Scheduling;

/// <summary>
/// The places of the pool's workers: in which of them a worker is to be started, and when; and whether any worker will ever run. Guarded by
/// the scheduler's lock, but for what is said to be otherwise.
/// </summary>
/// <remarks>
/// A process is fruitless if it did not start, or if it died by itself before it began an item. Of one place, the more of them in a row, the
/// longer the pause before the next. If all places have only these, the pool gives up.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class Places(TimeProvider time)
{
    /// <summary>Give up when no worker runs and this many starts in a row have failed, at least two of each place.</summary>
    private const int MostStartFailures = 5;

    /// <summary>The same, if trying again would most likely end in the same way.</summary>
    private const int MostLastingFailures = 3;

    private const int LeastFailuresOfEach = 2;

    /// <summary>Give up when every place has lost so many processes in a row that had started. More than above, because what kills them may come from outside, and pass.</summary>
    private const int MostEarlyDeaths = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Longer, as a worker that does not start may cost much: its initializer may take long, and the machine may be short of something.</summary>
    private static readonly TimeSpan LongestPauseOfStarts = TimeSpan.FromSeconds(10);

    /// <summary>A worker that has lived for this long does not count as one that dies at once.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    /// <summary>By their numbers: all that there ever were.</summary>
    private readonly List<Place> _all = [];

    /// <summary>The numbers of the wanted places whose worker has started, be it that it was replaced since.</summary>
    private readonly HashSet<int> _everReady = [];

    /// <summary>How many are asleep for want of work.</summary>
    private int _idle;

    private volatile int _size;

    /// <summary>Completed when all workers have started. Replaced when more are wanted.</summary>
    private volatile TaskCompletionSource _allReady = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many workers there are to be. Any thread may look.</summary>
    public int Size => _size;

    /// <summary>Completed when all workers that are wanted now have started. Any thread may look.</summary>
    public Task AllReady => _allReady.Task;

    /// <summary>Whether some are asleep for want of work.</summary>
    public bool AnyIdle => _idle > 0;

    /// <summary>From now on there are to be so many workers.</summary>
    public void SetSize(int size)
    {
        _size = size;
        while (_all.Count < size) _all.Add(new Place(_all.Count));
        _everReady.RemoveWhere(id => id >= size);
        if (_allReady.Task.IsCompleted) _allReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CheckAllReady();
        foreach (var place in _all)
        {
            // What comes back has a clean record. What sleeps for want of work is not woken by it any more, if it is not wanted.
            if (place.Id >= size) (place.Fruitless, place.LeftIdle) = (0, false);
            if (place.State == PlaceState.Idle && place.Id >= size) Set(place, PlaceState.Surplus);
            if (place.State == PlaceState.Surplus && place.Id < size) Wake(place);
        }
    }

    /// <summary>Whether a place is one too many.</summary>
    public bool IsSurplus(int id) => id >= _size;

    /// <summary>The thread of a place asks what to do next.</summary>
    /// <param name="id">The place.</param>
    /// <param name="isWorkWaiting">Whether a worker would have something to do at once.</param>
    /// <param name="wake">Called once, if the thread is to wait, and is to ask again before the time is over.</param>
    /// <returns>How long to wait before it asks again, or zero to start a worker.</returns>
    public TimeSpan AskForStart(int id, bool isWorkWaiting, Action wake)
    {
        var place = PlaceOf(id);
        place.Wake = wake;
        if (IsSurplus(id))
        {
            Set(place, PlaceState.Surplus);
            return Timeout.InfiniteTimeSpan;
        }

        if (place.LeftIdle && !isWorkWaiting)
        {
            Set(place, PlaceState.Idle);
            return Timeout.InfiniteTimeSpan;
        }

        Set(place, PlaceState.Busy);
        place.LeftIdle = false;
        var left = time.GetElapsedTime(time.GetTimestamp(), place.PausesUntil);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>There are items for others, too.</summary>
    public void WakeIdle(int most)
    {
        foreach (var place in _all)
        {
            if (most <= 0 || _idle == 0) return;
            if (place.State != PlaceState.Idle) continue;
            Wake(place);
            most--;
        }
    }

    /// <summary>The pool ends: whoever waits asks again, and hears of that.</summary>
    public void WakeAll()
    {
        foreach (var place in _all) Wake(place);
    }

    /// <summary>A worker is ready.</summary>
    public void OnReady(int id)
    {
        if (IsSurplus(id)) return;
        _everReady.Add(id);
        CheckAllReady();
    }

    /// <summary>Some of the workers will not start any more. The exception is marked as observed, so that it is not reported when nobody waits.</summary>
    public void NeverReady(Exception reason)
    {
        if (_allReady.TrySetException(reason)) _ = _allReady.Task.Exception;
    }

    /// <summary>A worker is good for something.</summary>
    public void OnProgress(int id)
    {
        if (!IsSurplus(id)) _all[id].Fruitless = 0;
    }

    /// <summary>A worker has not started.</summary>
    /// <param name="id">Its place.</param>
    /// <param name="isLasting">Whether trying again most likely ends in the same way.</param>
    /// <param name="anyRuns">Whether another worker runs.</param>
    /// <returns>Whether no worker of this pool will ever run.</returns>
    public bool OnStartFailed(int id, bool isLasting, bool anyRuns)
    {
        CountFruitless(id, LongestPauseOfStarts);
        var all = LeastFruitless(out var least);
        return !anyRuns && least >= LeastFailuresOfEach && all >= (isLasting ? MostLastingFailures : MostStartFailures);
    }

    /// <summary>A worker is dead that was ready before.</summary>
    /// <param name="lane">The worker.</param>
    /// <param name="hadBegun">Whether it had begun an item.</param>
    /// <param name="others">The workers that are left.</param>
    /// <returns>Whether all workers do nothing but die.</returns>
    public bool OnDied(Lane lane, bool hadBegun, List<Lane> others)
    {
        var afterwards = Leaving.Of(lane.LeftFor!.Value).Afterwards;
        PlaceOf(lane.Id).LeftIdle = afterwards == Afterwards.RestUntilThereIsWork;
        if (afterwards != Afterwards.RestartWithPause || hadBegun || IsSurplus(lane.Id) || HasSettled(lane))
        {
            OnProgress(lane.Id);
            return false;
        }

        CountFruitless(lane.Id, LongestPause);
        foreach (var other in others)
        {
            if (HasSettled(other)) OnProgress(other.Id);
        }

        _ = LeastFruitless(out var least);
        return least >= MostEarlyDeaths;
    }

    /// <summary>The pause before the next start.</summary>
    /// <param name="fruitless">How many processes in a row have come to nothing.</param>
    /// <param name="startFailed">Whether the last one did not even start.</param>
    public static TimeSpan PauseAfter(int fruitless, bool startFailed) => PauseAfter(fruitless, startFailed ? LongestPauseOfStarts : LongestPause);

    private static TimeSpan PauseAfter(int fruitless, TimeSpan longest) =>
        TimeSpan.FromTicks(Math.Min(longest.Ticks, FirstPause.Ticks << Math.Min(fruitless - 1, 10)));

    private void CountFruitless(int id, TimeSpan longestPause)
    {
        if (IsSurplus(id)) return;
        var place = _all[id];
        place.Fruitless++;
        place.PausesUntil = time.After(PauseAfter(place.Fruitless, longestPause));
    }

    /// <summary>Of the places that are not asleep. Without Linq, which loads an assembly: there may be no file descriptor left for that when this is called.</summary>
    /// <returns>How many fruitless processes they have had in a row, taken together.</returns>
    private long LeastFruitless(out int least)
    {
        least = int.MaxValue;
        var all = 0L;
        for (var id = 0; id < _size; id++)
        {
            var place = _all[id];
            if (place.State == PlaceState.Idle) continue;
            least = Math.Min(least, place.Fruitless);
            all += place.Fruitless;
        }

        return all;
    }

    private bool HasSettled(Lane lane) =>
        lane.ItemsReported > 0 || lane.Running is not null || time.GetElapsedTime(lane.ReadySince) > Settled;

    private void CheckAllReady()
    {
        if (_everReady.Count == _size) _allReady.TrySetResult();
    }

    private Place PlaceOf(int id)
    {
        while (_all.Count <= id) _all.Add(new Place(_all.Count));
        return _all[id];
    }

    private void Set(Place place, PlaceState state)
    {
        if (place.State == PlaceState.Idle) _idle--;
        if (state == PlaceState.Idle) _idle++;
        place.State = state;
    }

    private void Wake(Place place)
    {
        Set(place, PlaceState.Busy);
        place.LeftIdle = false;
        place.Wake?.Invoke();
    }

    /// <summary>What is known of one place.</summary>
    private sealed class Place(int id)
    {
        public int Id => id;

        public PlaceState State { get; set; }

        /// <summary>How many of its processes in a row have come to nothing.</summary>
        public int Fruitless { get; set; }

        /// <summary>No worker is started before; a timestamp.</summary>
        public long PausesUntil { get; set; }

        /// <summary>Its last worker ended for want of work.</summary>
        public bool LeftIdle { get; set; }

        public Action? Wake { get; set; }
    }

    private enum PlaceState
    {
        /// <summary>A worker runs, starts, or is started after a pause.</summary>
        Busy,

        /// <summary>It sleeps for want of work.</summary>
        Idle,

        /// <summary>It is one too many.</summary>
        Surplus,
    }
}
