namespace ProcessPool.Bench;

/// <summary>The command-line options.</summary>
/// <param name="Rounds">The number of rounds, after one round to warm up.</param>
/// <param name="IsQuick">Whether to use smaller counts, for a quick impression.</param>
/// <param name="Json">The file to write all samples to, or null.</param>
/// <param name="Python">The Python interpreter to compare with.</param>
/// <param name="WritesDocs">Whether to write the figures to docs/numbers.md and README.md.</param>
internal sealed record BenchOptions(int Rounds, bool IsQuick, string? Json, string Python, bool WritesDocs)
{
    public const string Usage = "usage: ./run.sh bench [--quick] [--rounds N] [--json FILE] [--python FILE] [--write-docs]\n       ./run.sh bench --native-threads";

    /// <summary>Parses the arguments; null if they are wrong.</summary>
    public static BenchOptions? Parse(ReadOnlySpan<string> args)
    {
        int? rounds = null;
        var options = new BenchOptions(0, false, null, DefaultPython(), false);
        while (args.Length > 0)
        {
            switch (args)
            {
                case ["--quick", ..]:
                    options = options with { IsQuick = true };
                    args = args[1..];
                    continue;
                case ["--write-docs", ..]:
                    options = options with { WritesDocs = true };
                    args = args[1..];
                    continue;
                case ["--rounds", var number, ..] when int.TryParse(number, out var asked) && asked > 0:
                    rounds = asked;
                    break;
                case ["--json", { Length: > 0 } file, ..]:
                    options = options with { Json = file };
                    break;
                case ["--python", { Length: > 0 } file, ..]:
                    options = options with { Python = file };
                    break;
                default:
                    return null;
            }

            args = args[2..];
        }

        // The docs show full runs only.
        if (options is { IsQuick: true, WritesDocs: true }) return null;
        return options with { Rounds = rounds ?? (options.IsQuick ? 3 : 7) };
    }

    /// <summary>The distribution's Python if there is one, because numpy and OpenCV are packages of the distribution.</summary>
    private static string DefaultPython()
    {
        const string ofTheDistribution = "/usr/bin/python3";
        if (File.Exists(ofTheDistribution)) return ofTheDistribution;
        return OperatingSystem.IsWindows() ? "python" : "python3";
    }
}
