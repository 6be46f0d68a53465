using System.Reflection;

namespace ProcessPool.Tests.Workers;

/// <summary>A worker takes itself for its caller's program, by which libraries find their settings.</summary>
[CancelAfter(60_000)]
[NonParallelizable]
internal sealed class Programs_of_workers
{
    private static string? _inInitializer;

    [Test]
    public void Are_the_callers([Values(0, 1, 2)] int workers)
    {
        AppContext.SetData("APP_CONFIG_FILE", "/some/where/app.config");
        try
        {
            using var pool = new Pool(new PoolOptions { Workers = workers, RecycleAfter = 2, Initializer = static () => { _inInitializer = Describe(); } });
            Assert.That(pool.Map(static _ => (_inInitializer, Describe()), Enumerable.Range(0, 10)), Is.All.EqualTo((Describe(), Describe())));
        }
        finally
        {
            AppContext.SetData("APP_CONFIG_FILE", null);
        }
    }

    [Test]
    public void Are_those_of_the_outermost_caller_where_pools_are_nested()
    {
        using var pool = new Pool(1);
        Assert.That(
            pool.Apply(static () =>
            {
                using var inner = new Pool(1);
                return inner.Apply(static () => Describe());
            }),
            Is.EqualTo(Describe()));
    }

    [Test]
    public void Have_its_command_line() => Assert.That(WorkerContext.CommandLine, Is.EqualTo(Environment.GetCommandLineArgs()));

    private static string Describe() => string.Join(
        "\n",
        [
            Assembly.GetEntryAssembly()?.FullName, AppDomain.CurrentDomain.FriendlyName, AppContext.GetData("APP_CONFIG_FILE") as string,
            .. Environment.GetCommandLineArgs(), "-", .. WorkerContext.CommandLine,
        ]);
}
