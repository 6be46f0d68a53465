namespace ProcessPool.Bench;

/// <summary>The command-line options.</summary>
/// <param name="Rounds">The number of rounds, after one round to warm up.</param>
/// <param name="IsQuick">Whether to use smaller counts and to leave out slow rows and other libraries.</param>
/// <param name="Only">A part of the names of the rows to measure, or null for all.</param>
/// <param name="Json">The file to write all samples to, or null.</param>
/// <param name="Python">The Python interpreter to compare with.</param>
/// <param name="InstallsPeers">Whether to install what is measured beside this library.</param>
/// <param name="WritesDocs">Whether to write the figures to bench/results.md and README.md.</param>
internal sealed record BenchOptions(
    int Rounds, bool IsQuick, string? Only, string? Json, string Python, bool InstallsPeers, bool WritesDocs)
{
    public const string Usage =
        """
        usage: ./run.sh bench [--quick] [--only TEXT] [--rounds N] [--json FILE] [--python FILE] [--install-peers] [--write-docs]
               ./run.sh bench --native-threads
          --quick          smaller counts, three rounds, without slow rows and other libraries; less than a minute
          --only TEXT      only the rows whose names contain TEXT
          --rounds N       how often each row is measured (default: 5)
          --json FILE      all samples, for programs
          --python FILE    the interpreter to compare with (default: /usr/bin/python3)
          --install-peers  first install what is compared with, with apt-get (as root) and npm
          --write-docs     write bench/results.md and the table in README.md
        """;

    /// <summary>Parses the arguments; null if they are wrong.</summary>
    public static BenchOptions? Parse(ReadOnlySpan<string> args)
    {
        int? rounds = null;
        var options = new BenchOptions(0, false, null, null, DefaultPython(), false, false);
        while (args.Length > 0)
        {
            switch (args)
            {
                case ["--quick", ..]:
                    options = options with { IsQuick = true };
                    args = args[1..];
                    continue;
                case ["--install-peers", ..]:
                    options = options with { InstallsPeers = true };
                    args = args[1..];
                    continue;
                case ["--write-docs", ..]:
                    options = options with { WritesDocs = true };
                    args = args[1..];
                    continue;
                case ["--rounds", var number, ..] when int.TryParse(number, out var asked) && asked > 0:
                    rounds = asked;
                    break;
                case ["--only", { Length: > 0 } text, ..]:
                    options = options with { Only = text };
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
        if (options.WritesDocs && (options.IsQuick || options.Only is not null)) return null;
        return options with { Rounds = rounds ?? (options.IsQuick ? 3 : 5) };
    }

    /// <summary>The distribution's Python if there is one, because numpy and OpenCV are packages of the distribution.</summary>
    private static string DefaultPython()
    {
        const string ofTheDistribution = "/usr/bin/python3";
        if (File.Exists(ofTheDistribution)) return ofTheDistribution;
        return OperatingSystem.IsWindows() ? "python" : "python3";
    }
}
