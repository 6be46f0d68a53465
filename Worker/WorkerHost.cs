using System.Runtime.InteropServices;
using ProcessPool.Frames;
using ProcessPool.Memory;
using ProcessPool.Worker.Io;
using ProcessPool.Worker.Items;

namespace ProcessPool.Worker;

/// <summary>This process as a worker, from the first line to the last.</summary>
internal static class WorkerHost
{
    /// <summary>What a worker exits with that was not started by a pool.</summary>
    private const int NotStartedByAPool = 64;

    /// <summary>What a worker exits with when the coordinator sent something that is no frame.</summary>
    private const int ProtocolError = 76;

    /// <summary>Kept for as long as the process lives.</summary>
    private static readonly List<PosixSignalRegistration> SignalHandlers = [];

    /// <summary>Whether this process is a worker now.</summary>
    public static bool IsWorker { get; private set; }

    /// <summary>Takes over stdin and stdout, runs items until the coordinator says goodbye or is gone.</summary>
    /// <returns>The exit code.</returns>
    public static int Run()
    {
        if (Environment.GetEnvironmentVariable(WorkerEnvironment.Worker) is null)
        {
            Console.Error.WriteLine("ProcessPool.Worker is started by a pool, not by hand: see `new Pool(...)`.");
            return NotStartedByAPool;
        }

        // First of all, before anything can print: the frames' descriptors are taken out of the way.
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
            // The stream ended, within a frame or between two: nobody hears what is wrong.
            coordinatorGone.EndProcess();
            return ProtocolError;
        }
    }

    /// <summary>
    /// A terminal's Ctrl+C, or a service manager that signals every process of a unit: to drain or to end is the
    /// coordinator's decision. Handlers, not SIG_IGN, which the children of tasks would inherit.
    /// </summary>
    private static void IgnoreSignals()
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            SignalHandlers.Add(PosixSignalRegistration.Create(signal, static context => context.Cancel = true));
    }

    /// <summary>Says why this worker ends because of what it read.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(StatusPage page, ProtocolException error)
    {
        page.ExitReason = ExitReason.ProtocolError;

        // Not through Console.Error: that sends frames, which nobody may read any more.
        using var writer = new StreamWriter(Console.OpenStandardError());
        writer.WriteLine($"The worker ends, because what it read is not the protocol: {error.Message}");
        return ProtocolError;
    }

    private static StatusPage OpenStatusPage()
    {
        var path = Environment.GetEnvironmentVariable(WorkerEnvironment.StatusPage);
        if (path is null) return new StatusPage();
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        return new StatusPage(handle);
    }

    /// <summary>The page tells an exit from a kill, which share exit codes (137 is SIGKILL, and may be anybody's own).</summary>
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
