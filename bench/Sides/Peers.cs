using System.Globalization;

namespace ProcessPool.Bench;

/// <summary>Other libraries: those of Python in bench/python/peers.py, those of Node.js in bench/node/peers.mjs.</summary>
internal sealed class Peers(string python)
{
    private static readonly string[] OfPython = ["concurrent.futures", "joblib", "pebble"];
    private static readonly string[] OfNode = ["piscina", "workerpool"];
    private static readonly string NodeScript = Repository.BenchFile("node", "peers.mjs");

    /// <summary>No-op items, each sent by itself.</summary>
    public IReadOnlyList<(string Name, Measure Measure)> Singly(int count) => Of([.. OfPython, .. OfNode], "singly", count);

    /// <summary>No-op items in chunks of 1,000; joblib chooses the size of its batches. Those of Node.js have no chunks.</summary>
    public IReadOnlyList<(string Name, Measure Measure)> InChunks(int count) => Of(OfPython, "chunks", count);

    /// <summary>One call after the other.</summary>
    public IReadOnlyList<(string Name, Measure Measure)> RoundTrip(int count) => Of([.. OfPython, .. OfNode], "round-trip", count);

    private (string Name, Measure Measure)[] Of(string[] names, string row, int count) =>
        [.. names.Select(name => (name, Measure.Slow(() => RunAsync(name, row, count))))];

    private async Task<double> RunAsync(string name, string row, int count)
    {
        var (program, script) = OfNode.Contains(name) ? ("node", NodeScript) : (python, Repository.BenchFile("python", "peers.py"));
        var run = await ChildProgram.RunAsync(program, [script, name, row, $"{count}"]);
        return double.Parse(run.Output, CultureInfo.InvariantCulture);
    }

    /// <summary>The versions of Node.js and its libraries.</summary>
    public static Task<IReadOnlyList<KeyValuePair<string, string>>> NodeVersionsAsync() => ChildProgram.VersionsAsync("Node.js", "node", NodeScript, "versions");
}
