using System.CommandLine;
using System.CommandLine.Help;
using ProcessPool.Coordinator.Reporting;
using Spectre.Console;

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
            // Signals are the business of the commands' own host; and of nobody before it starts, so the process ends then.
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
        catch (WorkerStartException e)
        {
            return Fail(e.Message, ExitCode.NoWorker);
        }
        catch (OutOfMemoryException)
        {
            return Fail("the system gives no more memory or threads; `processpool doctor` tells the limits", ExitCode.Failed);
        }
        catch (Exception e)
        {
            return Fail(e.Message, ExitCode.Failed);
        }
    }

    private static Command MakeRoot()
    {
        var common = new CommonOptions();

        // Not a RootCommand, whose name would be that of the assembly.
        var root = new Command(
            "processpool", "Runs tasks in worker processes: a loop that takes too long, spread over them by one call.");
        common.AddTo(root);
        root.Options.Add(new HelpOption { Action = new HelpWithExamples(new HelpAction()) });
        root.Options.Add(new VersionOption());
        root.Subcommands.Add(ExampleCommands.Images(common));
        root.Subcommands.Add(ExampleCommands.Read(common));
        root.Subcommands.Add(ExampleCommands.Fill(common));
        root.Subcommands.Add(DoctorCommand.Make(common));
        root.SetAction((parsed, _) => DemoCommand.RunAsync(common.From(parsed)));
        return root;
    }

    private static int Fail(string message, int exitCode)
    {
        new ErrorConsole().WriteLine($"processpool: {OneLine.Of(message)}", Color.Red);
        return exitCode;
    }
}
