using System.CommandLine;

namespace ProcessPool.Coordinator.Commands;

/// <summary>
/// The options of all commands that run examples; two of them also of <c>doctor</c>. They can stand before or after the name of the
/// command.
/// </summary>
internal sealed class CommonOptions
{
    private readonly Option<int> _workers = Options.Number(
        "--workers",
        null,
        0,
        4096,
        $"Number of worker processes; 0 runs the items in this process, for debugging. [default: PROCESSPOOL_WORKERS, or {Environment.ProcessorCount}, the usable processors]");

    private readonly Option<bool> _serial = new("--serial")
    {
        Description = "Run the plain loop in this process, without workers.",
    };

    private readonly Option<bool> _check = new("--check")
    {
        Description = "Run the plain loop, too; compare the results exactly, and show both times.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print results as one JSON object." };

    private readonly Option<bool> _quiet = new("--quiet") { Description = "Show no progress, only failures." };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show more: process ids, traffic, every failure." };

    private Option[] OfAll => [_workers, _json];

    private Option[] OfRuns => [_serial, _check, _quiet, _verbose];

    /// <summary>Adds the options to the root command, and so to all of its subcommands that use them.</summary>
    public void AddTo(Command root)
    {
        foreach (Option option in OfAll)
        {
            option.Recursive = true;
            root.Options.Add(option);
        }

        AddOptionsOfRuns(root);
    }

    /// <summary>Adds the options of commands that run examples.</summary>
    public void AddOptionsOfRuns(Command command)
    {
        foreach (Option option in OfRuns)
            command.Options.Add(option);
    }

    /// <summary>Checks that no option of commands that run examples was given, before the name of another command.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void RefuseOptionsOfRuns(ParseResult parsed)
    {
        if (Array.Find(OfRuns, option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new UsageException($"{given.Name} does not go with {parsed.CommandResult.Command.Name}");
    }

    /// <summary>The values that were given.</summary>
    /// <exception cref="UsageException">Two options contradict each other.</exception>
    public RunOptions From(ParseResult parsed)
    {
        var options = new RunOptions(
            parsed.GetResult(_workers) is null ? null : parsed.GetValue(_workers),
            parsed.GetValue(_serial),
            parsed.GetValue(_check),
            parsed.GetValue(_json),
            parsed.GetValue(_quiet),
            parsed.GetValue(_verbose));
        if (options is { Serial: true, Check: true })
            throw new UsageException("--check already runs the plain loop: leave out --serial");
        if (options is { Quiet: true, Verbose: true })
            throw new UsageException("--quiet and --verbose contradict each other");
        return options;
    }
}
