[assembly: Parallelizable(ParallelScope.Fixtures)]

namespace ProcessPool.Launch.Tests;

/// <summary>The builds that most fixtures share, so that the pool is compiled only once for all of them.</summary>
[SetUpFixture]
internal sealed class SharedBuilds
{
    private static Sdk? _sdk;

    public static Sdk Sdk => _sdk ?? throw new InvalidOperationException("The tests have not begun, or are over.");

    [OneTimeSetUp]
    public void Begin() => _sdk = new Sdk();

    [OneTimeTearDown]
    public void Clean() => _sdk?.Dispose();
}
