namespace ProcessPool.Bench;

/// <summary>One thing that is measured in each round. After a failure it is not measured again, and keeps the reason.</summary>
internal sealed class Measure(Func<Task<double>> once)
{
    private readonly List<double> _samples = [];

    public Measure(Func<double> once)
        : this(() => Task.FromResult(once()))
    {
    }

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

    public async Task RunAsync(bool counts)
    {
        if (Failure is not null) return;
        try
        {
            var sample = await once();
            if (counts) _samples.Add(sample);
        }
        catch (Exception e)
        {
            Failure = e.Message;
            _samples.Clear();
        }
    }
}
