using System.CommandLine;
using System.CommandLine.Help;
using ProcessPool.Coordinator.Reporting;

namespace ProcessPool.Coordinator.Commands;

/// <summary>The command with its subcommands. Reports failures and returns the exit code.</summary>
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
            // The command's host handles signals (Interruption). Before it starts, a signal just ends the process.
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
            return Fail("the system has no more memory or threads; `processpool doctor` shows the limits", ExitCode.Failed);
        }
        catch (Exception e)
        {
            return Fail(e.Message, ExitCode.Failed);
        }
    }

    private static Command MakeRoot()
    {
        var common = new CommonOptions();

        // Not a RootCommand: its name would be that of the assembly.
        var root = new Command("processpool", "Runs the body of a slow loop in worker processes, with one call.");
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
        new ErrorConsole().WriteLine($"processpool: {OneLine.Of(message)}", Colour.Red);
        return exitCode;
    }
}
