namespace ProcessPool.Launch.Tests;

/// <summary>
/// There is no `dotnet` to start. The pool starts the application again, and a startup hook turns it into a worker.
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
        PublishedFiles.CheckWorker(published);
    }

    [Test]
    public void A_trimmed_publish_whose_Main_becomes_a_worker_starts_workers()
    {
        var published = SharedBuilds.Sdk.Publish(
            "trimmed", ["--self-contained", "-p:LaunchAppTrimmed=true", .. Sdk.ForThisMachine]);
        var starts = Directory.CreateDirectory(SharedBuilds.Sdk.File("starts of trimmed")).FullName;

        Launched.CheckIn(
            null, new() { ["LAUNCHAPP_RUN_IF_WORKER"] = "1", ["LAUNCHAPP_STARTS"] = starts }, Path.Combine(published, Sdk.Program("LaunchApp")));

        // One worker may have done everything before the other began.
        Assert.That(Directory.GetFiles(starts), Has.Length.InRange(2, 3), "Main of the application and of its workers.");
    }
}
