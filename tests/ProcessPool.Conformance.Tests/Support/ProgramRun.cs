using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Conformance.Tests.Support;

/// <summary>Runs programs that use a pool: the commands of ConformanceApp, see its Program.cs.</summary>
internal static class ProgramRun
{
    /// <summary>Runs one; it is to leave no process.</summary>
    public static Task<ChildResult> Of(string command) => Within(2 * Eventually.Bound, command);

    /// <inheritdoc cref="Of"/>
    public static async Task<ChildResult> Within(TimeSpan limit, string command, params string[] arguments)
    {
        var mark = $"{Guid.NewGuid():N}";
        using var child = new Child(
            Child.Dotnet, [Path.Combine(AppContext.BaseDirectory, "ConformanceApp.dll"), command, .. arguments],
            environment: new() { ["PROCESSPOOL_CONFORMANCE_MARK"] = mark }, limit: limit);
        var result = await child.Ended;
        Assert.That(Eventually.True(() => Processes.WithEnvironment(mark).Count == 0), Is.True, "no process is left of it");
        return result;
    }
}
