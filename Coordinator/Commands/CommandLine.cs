using System.CommandLine;

namespace ProcessPool.Coordinator.Commands;

/// <summary>The command as a whole: its subcommands, and how failures are told.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command; returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = MakeRoot().Parse(args);
        if (parsed.Errors.Count > 0)
            return Fail(parsed.Errors[0].Message, ExitCode.Usage);
        try
        {
            // Without a termination timeout nothing handles SIGINT and SIGTERM: the process ends at once, as the shell expects,
            // and the workers follow by themselves.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (UsageException e)
        {
            return Fail(e.Message, ExitCode.Usage);
        }
        catch (Exception e)
        {
            return Fail(e.Message, ExitCode.Failed);
        }
    }

    private static RootCommand MakeRoot()
    {
        Option<int> workers = Options.Workers();
        var root = new RootCommand(
            "Runs tasks in worker processes. Without a subcommand: makes 2000 images of noise and reads them back.")
        {
            workers,
            ImagesCommand.Make(workers),
            ReadCommand.Make(workers),
        };
        root.SetAction((parsed, _) => DemoCommand.RunAsync(parsed.GetValue(workers)));
        return root;
    }

    private static int Fail(string message, int exitCode)
    {
        string[] lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Console.Error.WriteLine($"processpool: {string.Join(" | ", lines)}");
        return exitCode;
    }
}
