namespace ProcessPool.Launch.Tests;

/// <summary>Runs the sample application, and checks what it prints about its workers.</summary>
internal static class Launched
{
    /// <summary>
    /// What stays in a worker's environment and is not in its coordinator's: how deep it stands, and its share of the processors for
    /// native libraries.
    /// </summary>
    private static readonly string[] StaysInTheEnvironment =
    [
        "PROCESSPOOL_DEPTH", "BLIS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    ];

    /// <summary>One of the variables that workers start with another value of; they have to get this one back.</summary>
    private static readonly KeyValuePair<string, string> OwnSetting = new("DOTNET_gcConcurrent", "1");

    /// <summary>Runs it, and checks everything.</summary>
    public static void Check(string program, params string[] arguments) => CheckIn(null, [], program, arguments);

    /// <summary>Runs it in a working directory, with variables, and checks everything.</summary>
    public static void CheckIn(
        string? directory, Dictionary<string, string> environment, string program, params string[] arguments)
    {
        var result = ProcessFamily.Run(program, arguments, directory, new([.. environment, OwnSetting]));

        // Hooks of the coordinator's are not for its workers.
        string[] removed = environment.ContainsKey("DOTNET_STARTUP_HOOKS") ? ["DOTNET_STARTUP_HOOKS"] : [];
        var different = string.Join(' ', ((string[])[.. StaysInTheEnvironment, .. removed]).Order(StringComparer.Ordinal));
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(": ", 2)).ToDictionary(line => line[0], line => line[^1]);
        var workers = lines["workers"].Split(' ');
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines["results"], Is.EqualTo("101,199 102,198 103,197"));
            Assert.That(workers, Has.Length.InRange(1, 2).And.None.EqualTo(lines["coordinator"]));
            Assert.That(lines["environment"], Is.EqualTo(different));
            Assert.That(lines["native environment"], Is.EqualTo(different));
            Assert.That(workers.Where(IsRunning), Is.Empty);
        }
    }

    private static bool IsRunning(string id) =>
        Array.Exists(System.Diagnostics.Process.GetProcesses(), process => $"{process.Id}" == id);
}
