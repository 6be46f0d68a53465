namespace ProcessPool.Launch.Tests;

/// <summary>
/// The `dotnet` of the system has another runtime. The pool starts the application again, and a startup hook turns it into a worker.
/// </summary>
internal sealed class Applications_with_their_own_runtime_start_workers
{
    [Test]
    public void A_self_contained_publish_starts_workers()
    {
        var published = SharedBuilds.Sdk.Publish("self-contained", ["--self-contained", .. Sdk.ForThisMachine]);
        var link = File.CreateSymbolicLink(SharedBuilds.Sdk.File(Sdk.Program("link")), Path.Combine(published, Sdk.Program("LaunchApp")));

        Launched.Check(Path.Combine(published, Sdk.Program("LaunchApp")));
        Launched.Check(link.FullName);
        Launched.Check(Child.Dotnet, Path.Combine(published, "LaunchApp.dll"));
        PublishedFiles.CheckWorker(published);
    }

    [Test]
    public void A_trimmed_publish_starts_workers_and_warns_once()
    {
        var published = SharedBuilds.Sdk.Publish("trimmed", out var output, ["--self-contained", "-p:PublishTrimmed=true", .. Sdk.ForThisMachine]);

        Launched.Check(Path.Combine(published, Sdk.Program("LaunchApp")));
        Assert.That(Sdk.WarningsIn(output), Is.EqualTo((string[])["PROCESSPOOL001"]));
    }
}
