namespace ProcessPool.Launch.Tests;

internal static class PublishedFiles
{
    /// <summary>The worker's assembly is there once, and nothing that would make it a program of its own.</summary>
    public static void CheckWorker(string directory) => Assert.That(
        Directory.GetFiles(directory, "ProcessPool.Worker*", SearchOption.AllDirectories)
            .Select(Path.GetFileName).Where(name => Path.GetExtension(name) is not (".pdb" or ".xml")),
        Is.EqualTo((string[])["ProcessPool.Worker.dll"]));
}
