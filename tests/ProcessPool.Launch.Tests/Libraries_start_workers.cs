namespace ProcessPool.Launch.Tests;

/// <summary>
/// The application refers only to a class library, which has the pool. The name of its assembly differs from that of its project.
/// </summary>
internal sealed class Libraries_start_workers
{
    private string _published = "";

    [OneTimeSetUp]
    public void Publish() =>
        _published = SharedBuilds.Sdk.Publish("library", "-p:ThroughLibrary=true", "-p:LaunchAppName=Another.Name");

    [Test]
    public void A_library_within_an_apphost_starts_workers() => Launched.Check(Path.Combine(_published, Sdk.Program("Another.Name")));

    [Test]
    public void A_library_under_dotnet_starts_workers() => Launched.Check(Child.Dotnet, Path.Combine(_published, "Another.Name.dll"));

    [Test]
    public void The_worker_is_there_once() => PublishedFiles.CheckWorker(_published);

    [Test]
    public void A_startup_hook_of_the_coordinator_does_not_run_in_its_workers()
    {
        var hooked = SharedBuilds.Sdk.File("hooked");

        Launched.CheckIn(null, Hook(hooked), Child.Dotnet, Path.Combine(_published, "Another.Name.dll"));

        Assert.That(File.ReadAllLines(hooked), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_startup_hook_of_the_coordinator_gives_way_to_the_one_that_makes_workers()
    {
        var hooked = SharedBuilds.Sdk.File("hooked when self-contained");
        var published = SharedBuilds.Sdk.Publish("library self-contained", ["-p:ThroughLibrary=true", "--self-contained", .. Sdk.ForThisMachine]);

        Launched.CheckIn(null, Hook(hooked), Path.Combine(published, Sdk.Program("LaunchApp")));

        Assert.That(File.ReadAllLines(hooked), Has.Length.EqualTo(1));
    }

    private Dictionary<string, string> Hook(string hooked) => new()
    {
        ["DOTNET_STARTUP_HOOKS"] = Path.Combine(_published, "LaunchLibrary.dll"),
        ["LAUNCHAPP_HOOKED"] = hooked,
    };
}
