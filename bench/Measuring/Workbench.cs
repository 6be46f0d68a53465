namespace ProcessPool.Bench;

/// <summary>What rows are made of: the options of the run, our pools, and the programs that are measured beside them.</summary>
internal sealed class Workbench(BenchOptions options, string directory) : IAsyncDisposable
{
    public BenchOptions Options => options;

    public Pools Pools { get; } = new();

    public RawPipe Raw { get; } = new();

    public RawSpin Spinning { get; } = new();

    public PythonScripts Python { get; } = new(options.Python);

    public Peers Peers { get; } = new(options.Python);

    public ExampleRuns Examples { get; } = new(directory, options.IsQuick);

    /// <summary>A count of items for this run. Quick runs use a fifth.</summary>
    public int Of(int count) => options.IsQuick ? count / 5 : count;

    /// <exception cref="InvalidOperationException">A result is wrong.</exception>
    public static void Check(bool right)
    {
        if (!right) throw new InvalidOperationException("A result is wrong, so the figures mean nothing.");
    }

    public async ValueTask DisposeAsync()
    {
        await Pools.DisposeAsync();
        Raw.Dispose();
        Spinning.Dispose();
    }
}
