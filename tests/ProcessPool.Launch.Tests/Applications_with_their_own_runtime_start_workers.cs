namespace ProcessPool.Launch.Tests;

/// <summary>There is no `dotnet` to start: the application is started again, and a startup hook makes a worker of it.</summary>
internal sealed class Applications_with_their_own_runtime_start_workers
{
    private readonly Sdk _sdk = new();

    [OneTimeTearDown]
    public void Clean() => _sdk.Dispose();

    [Test]
    public void A_self_contained_publish_starts_workers()
    {
        var published = _sdk.Publish("self-contained", ["--self-contained", .. Sdk.ForThisMachine]);
        var link = File.CreateSymbolicLink(_sdk.File(Sdk.Program("link")), Path.Combine(published, Sdk.Program("LaunchApp")));

        Launched.Check(Path.Combine(published, Sdk.Program("LaunchApp")));
        Launched.Check(link.FullName);
        PublishedFiles.CheckWorker(published);
    }

    [Test]
    public void A_trimmed_publish_whose_Main_becomes_a_worker_starts_workers()
    {
        // Trimming warns of the reflection by which values and functions travel.
        var published = _sdk.Publish(
            "trimmed",
            ["--self-contained", "-p:PublishTrimmed=true", "-p:TrimMode=partial", "-p:TreatWarningsAsErrors=false", .. Sdk.ForThisMachine]);
        var starts = _sdk.File("starts");

        Launched.CheckIn(
            null, new() { ["LAUNCHAPP_RUN_IF_WORKER"] = "1", ["LAUNCHAPP_STARTS"] = starts }, Path.Combine(published, Sdk.Program("LaunchApp")));

        Assert.That(File.ReadAllLines(starts), Has.Length.EqualTo(3), "Main of the application and of two workers.");
    }
}
