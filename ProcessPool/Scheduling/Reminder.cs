namespace ProcessPool.Scheduling;

/// <summary>
/// Something to look at after a time: asked for more than once, it is looked at once, at the soonest of the times. Guarded by
/// its owner's lock.
/// </summary>
/// <param name="alarm">Whose thread looks.</param>
/// <param name="look">Called without the lock; says <see cref="Begun"/> under it.</param>
internal sealed class Reminder(Alarm alarm, Action look)
{
    private long _at = long.MaxValue;

    /// <summary>It is to be looked at after the delay, or before.</summary>
    public void In(TimeSpan delay)
    {
        var at = Environment.TickCount64 + (long)delay.TotalMilliseconds;
        if (at >= _at) return;
        _at = at;
        alarm.Move(delay, look);
    }

    /// <summary>It is being looked at: what comes up from now on is for another time.</summary>
    public void Begun() => _at = long.MaxValue;
}
