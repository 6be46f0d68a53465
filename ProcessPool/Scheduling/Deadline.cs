namespace ProcessPool.Scheduling;

/// <summary>Something to do to a thing if it is late; once it is met, the alarm holds on to the thing no longer.</summary>
internal sealed class Deadline<T>(T thing, Action<T> late)
    where T : class
{
    private T? _thing = thing;

    /// <summary>Whether it passed before it was met.</summary>
    public bool HasPassed { get; private set; }

    public void Fire()
    {
        if (Interlocked.Exchange(ref _thing, null) is not { } thing) return;
        HasPassed = true;
        late(thing);
    }

    /// <summary>It is done.</summary>
    /// <returns>Whether in time.</returns>
    public bool Meet() => Interlocked.Exchange(ref _thing, null) is not null;
}
