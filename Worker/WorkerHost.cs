using System.Runtime.InteropServices;
using ProcessPool.Frames;
using ProcessPool.Memory;
using ProcessPool.Worker.Io;
using ProcessPool.Worker.Items;

namespace ProcessPool.Worker;

/// <summary>Runs this process as a worker, from start to exit.</summary>
internal static class WorkerHost
{
    /// <summary>The exit code of a worker that was not started by a pool.</summary>
    private const int NotStartedByAPool = 64;

    /// <summary>The exit code of a worker that received something other than a valid frame.</summary>
    private const int ProtocolError = 76;

    /// <summary>Keeps the registrations alive for the lifetime of the process.</summary>
    private static readonly List<PosixSignalRegistration> SignalHandlers = [];

    /// <summary>Whether this process is a worker now.</summary>
    public static bool IsWorker { get; private set; }

    /// <summary>Takes over stdin and stdout, and runs items until the coordinator sends Shutdown or is gone.</summary>
    /// <returns>The exit code.</returns>
    public static int Run()
    {
        if (Environment.GetEnvironmentVariable(WorkerEnvironment.Worker) is null)
        {
            Console.Error.WriteLine("ProcessPool.Worker is started by a pool, not by hand: see `new Pool(...)`.");
            return NotStartedByAPool;
        }

        // Take over the descriptors for frames first, before anything can print.
        var streams = StandardStreams.TakeOver();
        IsWorker = SharedMemories.IsInWorker = true;
        IgnoreSignals();
        KernelPreference.OfferThisProcess();
        var page = OpenStatusPage();
        EnvironmentVariables.Set(WorkerEnvironment.Worker, null);
        EnvironmentVariables.Set(WorkerEnvironment.StatusPage, null);

        var coordinatorGone = new CoordinatorGone(streams);
        var outbox = new Outbox(page, streams, coordinatorGone);
        var session = new Session(page, outbox, streams, coordinatorGone);
        ReportEndings(page);
        try
        {
            session.Run();
            page.ExitReason = ExitReason.Shutdown;
            return 0;
        }
        catch (ProtocolException e)
        {
            return Report(page, e);
        }
        catch (IOException)
        {
            // The stream ended, within a frame or between two. There is nobody left to report to.
            coordinatorGone.EndProcess();
            return ProtocolError;
        }
    }

    /// <summary>
    /// Ignores Ctrl+C and the signals that a service manager sends to every process of a unit, because the coordinator decides
    /// whether to drain or to end. Uses handlers instead of SIG_IGN, which the children of tasks would inherit.
    /// </summary>
    private static void IgnoreSignals()
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            SignalHandlers.Add(PosixSignalRegistration.Create(signal, static context => context.Cancel = true));
    }

    /// <summary>Prints the protocol error that makes this worker exit.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(StatusPage page, ProtocolException error)
    {
        page.ExitReason = ExitReason.ProtocolError;
        PrintPlainly($"The worker exits because of a protocol error: {error.Message}");
        return ProtocolError;
    }

    /// <summary>Prints a line to the process's standard error. Console.Error would send a frame, which may not be read.</summary>
    public static void PrintPlainly(string line)
    {
        using var writer = new StreamWriter(Console.OpenStandardError());
        writer.WriteLine(line);
    }

    private static StatusPage OpenStatusPage()
    {
        var path = Environment.GetEnvironmentVariable(WorkerEnvironment.StatusPage);
        if (path is null) return new StatusPage();
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        return new StatusPage(handle);
    }

    /// <summary>
    /// Records on the page how the process ends, because exit codes do not distinguish an exit from a kill: 137 means SIGKILL,
    /// but any program can also exit with it.
    /// </summary>
    private static void ReportEndings(StatusPage page)
    {
        AppDomain.CurrentDomain.FirstChanceException += (_, arguments) =>
        {
            if (arguments.Exception is OutOfMemoryException and not InsufficientMemoryException) page.HasRunOut = true;
        };
        AppDomain.CurrentDomain.UnhandledException += (_, arguments) => page.ExitReason =
            MemoryReserve.IsNeededFor(arguments.ExceptionObject as Exception) ? ExitReason.OutOfMemory : ExitReason.UnhandledException;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (page.ExitReason != ExitReason.None) return;
            page.ExitCode = Environment.ExitCode;
            page.ExitReason = ExitReason.EnvironmentExit;
        };
    }
}
