namespace ProcessPool.Conformance.Tests.Support;

/// <summary>An infinite input that counts how many elements were taken.</summary>
internal sealed class CountedInput
{
    private int _taken;
    private int _wanted;

    /// <summary>How many inputs were taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>How many results were asked for; to be counted before each is.</summary>
    public int Wanted
    {
        get => Volatile.Read(ref _wanted);
        set => Volatile.Write(ref _wanted, value);
    }

    /// <summary>How many more than that were taken, at most.</summary>
    public int MostBeyond { get; private set; }

    public IEnumerable<int> Numbers()
    {
        for (var i = 0; ; i++)
        {
            MostBeyond = Math.Max(MostBeyond, Interlocked.Increment(ref _taken) - Wanted);
            yield return i;
        }
    }
}
