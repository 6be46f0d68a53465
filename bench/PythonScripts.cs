using System.Globalization;

namespace ProcessPool.Bench;

/// <summary>Python's side: the scripts next to this program. Each run is a separate process.</summary>
internal sealed class PythonScripts(string python)
{
    /// <summary>A row that the script measures itself, within its own process.</summary>
    public Measure Row(string name, int count) => new(async () =>
    {
        var run = await ChildProgram.RunAsync(python, [PathOf("rows.py"), name, $"{count}"]);
        return double.Parse(run.Output, CultureInfo.InvariantCulture);
    });

    /// <summary>A whole script, timed from outside.</summary>
    public Measure Whole(string script, params string[] args) => new(async () =>
        (await ChildProgram.RunAsync(python, [PathOf(script), .. args])).Milliseconds);

    /// <summary>Names and versions of Python and of the modules; an empty version if one is not installed.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> VersionsAsync()
    {
        try
        {
            var run = await ChildProgram.RunAsync(python, [PathOf("versions.py")]);
            var lines = run.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return [.. lines.Select(line => line.Split('\t')).Select(parts => KeyValuePair.Create(parts[0], parts.ElementAtOrDefault(1) ?? ""))];
        }
        catch (ChildProgramException)
        {
            // Each row reports the reason.
            return [new("Python", "")];
        }
    }

    private static string PathOf(string script) => Path.Combine(AppContext.BaseDirectory, "python", script);
}
