using System.Reflection;
using System.Runtime.InteropServices;

namespace ProcessPool.Bench;

/// <summary>Names and values that describe a run: the machine, the versions, the number of rounds.</summary>
internal sealed record Surroundings(IReadOnlyList<KeyValuePair<string, string>> Facts)
{
    public static async Task<Surroundings> FindAsync(BenchOptions options) => new(
    [
        new("processor", $"{Processor()}, {Environment.ProcessorCount} usable"),
        new("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30):0.0} GiB"),
        new("system", $"{RuntimeInformation.OSDescription}, {Environment.OSVersion}, {RuntimeInformation.ProcessArchitecture}"),
        new("load", $"{Load()} before the run (average over 1, 5 and 15 minutes)"),
        new("ProcessPool", typeof(Pool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? ""),
        new(".NET", Environment.Version.ToString()),
        .. await new PythonScripts(options.Python).VersionsAsync(),
        .. await Peers.NodeVersionsAsync(),
        new("rounds", $"{options.Rounds} after one to warm up; rows that take long: 2 or 3{(options.IsQuick ? "; quick: smaller counts" : "")}"),
        new("images in", ScratchDirectory.Parent),
        new("workers", $"{Pools.Workers}"),
    ]);

    public override string ToString()
    {
        var width = Facts.Max(fact => fact.Key.Length);
        return string.Concat(Facts.Select(fact => $"{fact.Key.PadRight(width)}  {(fact.Value.Length > 0 ? fact.Value : "not installed")}\n"));
    }

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        if (!File.Exists(file)) return "unknown";
        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name"));
        return line is null ? "unknown" : line[(line.IndexOf(':') + 1)..].Trim();
    }

    private static string Load()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file) ? string.Join(' ', File.ReadAllText(file).Split(' ').Take(3)) : "unknown";
    }
}
