namespace ProcessPool.Scheduling;

/// <summary>
/// The places of the pool's workers. Decides in which places a worker is started and when, and whether the pool must give up.
/// Guarded by the scheduler's lock unless noted otherwise.
/// </summary>
/// <remarks>
/// A process is fruitless if it did not start, or if it died on its own before it began an item. The more fruitless processes a
/// place has had in a row, the longer it pauses before the next start. If no place has any others, the pool gives up.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="least">How many places have a worker although there is no work; null: all.</param>
internal sealed class Places(TimeProvider time, int? least = null)
{
    /// <summary>Give up when no worker runs and this many starts in a row have failed, at least two in each place.</summary>
    private const int MostStartFailures = 5;

    /// <summary>The same limit for failures that would most likely happen again.</summary>
    private const int MostLastingFailures = 3;

    private const int LeastFailuresOfEach = 2;

    /// <summary>
    /// Give up when every place has lost this many started processes in a row. More than above, because whatever kills them may
    /// come from outside and pass.
    /// </summary>
    private const int MostEarlyDeaths = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Longer, because a failed start may be expensive: the initializer may take long, and the machine may be short of resources.
    /// </summary>
    private static readonly TimeSpan LongestPauseOfStarts = TimeSpan.FromSeconds(10);

    /// <summary>A worker that has lived for this long does not count as one that died at once.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    /// <summary>All places that ever existed, by their numbers.</summary>
    private readonly List<Place> _all = [];

    /// <summary>The numbers of the wanted places in which a worker has ever started.</summary>
    private readonly HashSet<int> _everReady = [];

    /// <summary>How many places are idle: without a worker until there is work.</summary>
    private int _idle;

    /// <summary>How many places were woken for work, and have not shown yet whether their workers start.</summary>
    private int _coming;

    private volatile int _size;

    /// <summary>Completed when all workers have started. Replaced when more are wanted.</summary>
    private volatile TaskCompletionSource _allReady = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many workers are wanted. Any thread may read this.</summary>
    public int Size => _size;

    /// <summary>Completed when all workers have started that start without work. Any thread may read this.</summary>
    public Task AllReady => _allReady.Task;

    /// <summary>Whether any place is idle.</summary>
    public bool AnyIdle => _idle > 0;

    /// <summary>Sets how many workers are wanted.</summary>
    public void SetSize(int size)
    {
        _size = size;
        while (_all.Count < size)
        {
            var place = new Place(_all.Count);
            _all.Add(place);
            if (NeedsWork(place.Id)) Rest(place);
        }

        _everReady.RemoveWhere(id => id >= size);
        if (_allReady.Task.IsCompleted) _allReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CheckAllReady();
        foreach (var place in _all)
        {
            // A place that comes back later starts with a clean record. An idle place that is no longer wanted must not be woken
            // by work.
            if (place.Id >= size)
            {
                (place.Fruitless, place.LeftIdle) = (0, false);
                SetComing(place, false);
            }

            if (place.State == PlaceState.Idle && place.Id >= size) Set(place, PlaceState.Surplus);
            if (place.State != PlaceState.Surplus || place.Id >= size) continue;
            if (NeedsWork(place.Id)) Rest(place);
            else Wake(place);
        }
    }

    /// <summary>Whether a place has a worker only if there is work.</summary>
    public bool NeedsWork(int id) => id >= least;

    /// <summary>Whether a place is not wanted any more.</summary>
    public bool IsSurplus(int id) => id >= _size;

    /// <summary>The thread of a place asks what to do next.</summary>
    /// <param name="id">The place.</param>
    /// <param name="isWorkWaiting">Whether a new worker would have something to do at once.</param>
    /// <param name="wake">Wakes the thread if it must ask again before its wait is over.</param>
    /// <returns>How long to wait before asking again, or zero to start a worker now.</returns>
    public TimeSpan AskForStart(int id, bool isWorkWaiting, Action wake)
    {
        var place = PlaceOf(id);
        place.Wake = wake;
        if (IsSurplus(id))
        {
            Set(place, PlaceState.Surplus);
            return Timeout.InfiniteTimeSpan;
        }

        // An idle place whose thread asks for the first time stays idle: whoever adds work has woken as many as are needed.
        if (place.LeftIdle && (place.State == PlaceState.Idle || !isWorkWaiting))
        {
            Set(place, PlaceState.Idle);
            return Timeout.InfiniteTimeSpan;
        }

        Set(place, PlaceState.Busy);
        place.LeftIdle = false;
        var left = time.GetElapsedTime(time.GetTimestamp(), place.PausesUntil);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether a worker is started in a place when its thread asks, see <see cref="AskForStart"/>.</summary>
    public bool WillStart(int id, bool isWorkWaiting) => !IsSurplus(id) && (isWorkWaiting || !PlaceOf(id).LeftIdle);

    /// <summary>
    /// Wakes idle places for this many items that no worker can take now, less those that were woken for such items before.
    /// </summary>
    public void WakeIdle(long items)
    {
        items -= _coming;
        foreach (var place in _all)
        {
            if (items <= 0 || _idle == 0) return;
            if (place.State != PlaceState.Idle) continue;
            Wake(place);
            SetComing(place, true);
            items--;
        }
    }

    /// <summary>Wakes the threads of all places, so that they ask again and learn that the pool ends.</summary>
    public void WakeAll()
    {
        foreach (var place in _all) Wake(place);
    }

    /// <summary>A worker is ready.</summary>
    public void OnReady(int id)
    {
        SetComing(PlaceOf(id), false);
        if (IsSurplus(id) || NeedsWork(id)) return;
        _everReady.Add(id);
        CheckAllReady();
    }

    /// <summary>
    /// Some workers will never start. Marks the exception as observed, so that it is not reported if nobody waits for the task.
    /// </summary>
    public void NeverReady(Exception reason)
    {
        if (_allReady.TrySetException(reason)) _ = _allReady.Task.Exception;
    }

    /// <summary>A worker was not fruitless.</summary>
    public void OnProgress(int id)
    {
        if (!IsSurplus(id)) _all[id].Fruitless = 0;
    }

    /// <summary>A worker failed to start.</summary>
    /// <param name="id">Its place.</param>
    /// <param name="isLasting">Whether another attempt would most likely fail in the same way.</param>
    /// <param name="anyRuns">Whether another worker runs.</param>
    /// <returns>Whether the pool must give up.</returns>
    public bool OnStartFailed(int id, bool isLasting, bool anyRuns)
    {
        SetComing(PlaceOf(id), false);
        CountFruitless(id, LongestPauseOfStarts);
        var all = LeastFruitless(out var least);
        return !anyRuns && least >= LeastFailuresOfEach && all >= (isLasting ? MostLastingFailures : MostStartFailures);
    }

    /// <summary>A worker that had been ready is dead.</summary>
    /// <param name="lane">The worker.</param>
    /// <param name="hadBegun">Whether it had begun an item.</param>
    /// <param name="others">The workers that are left.</param>
    /// <returns>Whether the pool must give up, because workers only die.</returns>
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
    /// <param name="fruitless">How many processes in a row were fruitless.</param>
    /// <param name="startFailed">Whether the last one failed to start.</param>
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

    /// <summary>
    /// Counts fruitless processes in a row over all places that are not idle. Does not use Linq, which would load an assembly:
    /// there may be no file descriptor left for it.
    /// </summary>
    /// <param name="least">The lowest count of a place.</param>
    /// <returns>The sum of all counts.</returns>
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
        if (_everReady.Count == Math.Min(_size, least ?? _size)) _allReady.TrySetResult();
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

    private void Rest(Place place)
    {
        Set(place, PlaceState.Idle);
        place.LeftIdle = true;
    }

    private void SetComing(Place place, bool isComing)
    {
        if (place.IsComing == isComing) return;
        place.IsComing = isComing;
        _coming += isComing ? 1 : -1;
    }

    private void Wake(Place place)
    {
        Set(place, PlaceState.Busy);
        place.LeftIdle = false;
        place.Wake?.Invoke();
    }

    /// <summary>The state of one place.</summary>
    private sealed class Place(int id)
    {
        public int Id => id;

        public PlaceState State { get; set; }

        /// <summary>How many of its last processes in a row were fruitless.</summary>
        public int Fruitless { get; set; }

        /// <summary>No worker is started before this timestamp.</summary>
        public long PausesUntil { get; set; }

        /// <summary>No worker is started without work: its last worker ended because it was idle, or it never had one.</summary>
        public bool LeftIdle { get; set; }

        /// <summary>The place was woken for work, and its worker has neither started nor failed to start.</summary>
        public bool IsComing { get; set; }

        public Action? Wake { get; set; }
    }

    private enum PlaceState
    {
        /// <summary>A worker runs, is starting, or will be started after a pause.</summary>
        Busy,

        /// <summary>No worker is started until there is work.</summary>
        Idle,

        /// <summary>The place is not wanted any more.</summary>
        Surplus,
    }
}
