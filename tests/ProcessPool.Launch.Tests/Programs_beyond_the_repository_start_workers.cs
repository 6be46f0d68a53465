namespace ProcessPool.Launch.Tests;

/// <summary>Programs that users write elsewhere: an application in one file, and a project that uses the package.</summary>
internal sealed class Programs_beyond_the_repository_start_workers
{
    private const string Program = """
        using ProcessPool;

        var shift = new Point(100, 200);
        var points = Enumerable.Range(1, 3).Select(i => new Point(i, -i));
        await using var pool = new Pool(workers: 2);
        var sums = await pool.MapAsync(point => new Point(point.X + shift.X, point.Y + shift.Y), points);
        var workers = await pool.MapAsync(_ => Environment.ProcessId, points);
        Console.WriteLine(string.Join(' ', sums.Select(sum => $"{sum.X},{sum.Y}")));
        Console.WriteLine(workers.Contains(Environment.ProcessId) ? "in this process" : "in others");

        internal sealed record Point(int X, int Y);
        """;


    [Test]
    public void An_application_in_one_file_starts_workers()
    {
        var file = SharedBuilds.Sdk.File("app.cs");
        File.WriteAllText(file, $"""
            #:project {Path.Combine(Sdk.Repository, "ProcessPool", "ProcessPool.csproj")}
            #:property PublishAot=false
            {Program}
            """);

        Check(Sdk.RunApplication(
            Path.GetDirectoryName(file)!, "run", file, "--configuration", "Release", $"-p:ArtifactsPath={SharedBuilds.Sdk.File("file")}"));
    }

    [Test]
    public void An_application_with_the_package_starts_workers()
    {
        var packages = SharedBuilds.Sdk.File("packages");
        foreach (var project in (string[])["Shared", "Worker", "ProcessPool"])
            Sdk.Run(["pack", Path.Combine(Sdk.Repository, project), "--output", packages, .. SharedBuilds.Sdk.Here]);
        var consumer = Directory.CreateDirectory(SharedBuilds.Sdk.File("consumer")).FullName;
        File.WriteAllText(Path.Combine(consumer, "Program.cs"), Program);
        File.WriteAllText(Path.Combine(consumer, "Consumer.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ProcessPool" Version="*" />
              </ItemGroup>
            </Project>
            """);
        var published = SharedBuilds.Sdk.File("consumer published");

        // Not into the user's own store of packages, where this version would stay.
        Sdk.Run(
            "publish", consumer, "--output", published,
            $"-p:RestoreAdditionalProjectSources={packages}", $"-p:RestorePackagesPath={SharedBuilds.Sdk.File("store")}");

        Check(ProcessFamily.Run(Path.Combine(published, Sdk.Program("Consumer")), []));
        PublishedFiles.CheckWorker(published);
    }

    private static void Check(ChildResult result)
    {
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Is.EqualTo((string[])["101,199 102,198 103,197", "in others"]));
    }
}
