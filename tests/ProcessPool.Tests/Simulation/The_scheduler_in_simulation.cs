namespace ProcessPool.Tests.Simulation;

/// <summary>
/// The rules of the scheduler, tested without processes. Whatever happens in whatever order, each item ends once and nobody waits
/// in vain.
/// </summary>
internal sealed class The_scheduler_in_simulation
{
    private const int StepsOfOne = 400;

    /// <summary>To play one seed again: <c>PROCESSPOOL_SEED=123 ./run.sh test</c> with a filter.</summary>
    private static readonly int? GivenSeed = int.TryParse(Environment.GetEnvironmentVariable("PROCESSPOOL_SEED"), out var seed) ? seed : null;

    private static int Wanted => int.TryParse(Environment.GetEnvironmentVariable("PROCESSPOOL_STEPS"), out var steps) ? steps : 1_000_000;

    [Test]
    public void A_million_steps_break_no_rule()
    {
        var first = GivenSeed ?? Environment.TickCount;
        var steps = 0L;
        for (var seed = first; steps < Wanted; seed++)
        {
            steps += Play(seed);
            if (GivenSeed is not null) return;
        }
    }

    private static int Play(int seed)
    {
        var pool = new SimulatedPool(seed);
        try
        {
            pool.Play(StepsOfOne);
        }
        catch (Exception e) when (e is not AssertionException)
        {
            pool.Fault(e.ToString());
        }

        if (pool.FirstFault is { } fault) Assert.Fail($"Seed {seed}: {fault}\n{string.Join('\n', pool.LastSteps)}");
        return pool.Steps;
    }
}
