namespace ProcessPool.Bench;

/// <summary>One thing that is measured in each round. After a failure it is not measured again, and keeps the reason.</summary>
/// <param name="once">Measures it once, and returns the figure.</param>
/// <param name="atMost">In how many rounds it is measured; null for all. Such a measure is not run to warm up.</param>
internal sealed class Measure(Func<Task<double>> once, int? atMost = null)
{
    private readonly List<double> _samples = [];

    public Measure(Func<double> once)
        : this(() => Task.FromResult(once()))
    {
    }

    /// <summary>Whether it takes long. Quick runs leave it out.</summary>
    public bool IsSlow => atMost is not null;

    public IReadOnlyList<double> Samples => _samples;

    public string? Failure { get; private set; }

    public double? Median
    {
        get
        {
            if (_samples.Count == 0) return null;
            var sorted = _samples.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>A measure that takes seconds, or that starts a process and so has nothing to warm up.</summary>
    public static Measure Slow(Func<Task<double>> once, int atMost = 3) => new(once, atMost);

    /// <param name="round">The number of the round. Round 0 warms up, and its samples do not count.</param>
    public async Task RunAsync(int round)
    {
        if (Failure is not null || (atMost is { } last && (round == 0 || round > last))) return;
        try
        {
            var sample = await once();
            if (round > 0) _samples.Add(sample);
        }
        catch (Exception e)
        {
            Failure = e.Message;
            _samples.Clear();
        }
    }
}
