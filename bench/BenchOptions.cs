namespace ProcessPool.Bench;

/// <summary>What was asked for.</summary>
/// <param name="Rounds">How often everything is measured, after one round to warm up.</param>
/// <param name="IsQuick">Less of everything, for a look.</param>
/// <param name="Json">Where all samples go, or null.</param>
/// <param name="Python">The interpreter to compare with.</param>
/// <param name="WritesDocs">Whether the figures go into docs/numbers.md and README.md.</param>
internal sealed record BenchOptions(int Rounds, bool IsQuick, string? Json, string Python, bool WritesDocs)
{
    public const string Usage = "usage: ./run.sh bench [--quick] [--rounds N] [--json FILE] [--python FILE] [--write-docs]";

    /// <summary>Null if that is no way to ask.</summary>
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

        // The docs tell of the whole run.
        if (options is { IsQuick: true, WritesDocs: true }) return null;
        return options with { Rounds = rounds ?? (options.IsQuick ? 3 : 7) };
    }

    /// <summary>The distribution's own, as numpy and OpenCV come as its packages.</summary>
    private static string DefaultPython()
    {
        const string ofTheDistribution = "/usr/bin/python3";
        if (File.Exists(ofTheDistribution)) return ofTheDistribution;
        return OperatingSystem.IsWindows() ? "python" : "python3";
    }
}
