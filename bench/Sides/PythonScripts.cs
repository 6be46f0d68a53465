using System.Globalization;

namespace ProcessPool.Bench;

/// <summary>Python's side: the scripts in bench/python. Each run is a separate process.</summary>
internal sealed class PythonScripts(string python)
{
    /// <summary>A row that the script measures itself, within its own process.</summary>
    public Measure Row(string name, params int[] numbers) => new(async () =>
    {
        var run = await ChildProgram.RunAsync(python, [PathOf("rows.py"), name, .. numbers.Select(number => $"{number}")]);
        return double.Parse(run.Output, CultureInfo.InvariantCulture);
    });

    /// <summary>A whole script, timed from outside.</summary>
    public Measure Whole(string script, params string[] args) => new(() => RunAsync(script, args));

    public Func<Task<double>> Images(ExampleRuns runs, int size) => async () =>
    {
        var directory = runs.FreshDirectory("python");
        var milliseconds = await RunAsync("images.py", $"{Pools.Workers}", $"{runs.Count}", $"{size}", directory);
        runs.CompareSizes(directory, size);
        return milliseconds;
    };

    public Func<Task<double>> Read(ExampleRuns runs, int size) => async () =>
        await RunAsync("read.py", $"{Pools.Workers}", await runs.DirectoryToReadAsync(size));

    public Func<Task<double>> Fill(int rows, int columns) => () => RunAsync("fill.py", $"{Pools.Workers}", $"{rows}", $"{columns}");

    /// <summary>Names and versions of Python and of the modules.</summary>
    public Task<IReadOnlyList<KeyValuePair<string, string>>> VersionsAsync() => ChildProgram.VersionsAsync("Python", python, PathOf("versions.py"));

    private async Task<double> RunAsync(string script, params string[] args) =>
        (await ChildProgram.RunAsync(python, [PathOf(script), .. args])).Milliseconds;

    private static string PathOf(string script) => Repository.BenchFile("python", script);
}
