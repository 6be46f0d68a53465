using System.Runtime.InteropServices;
using ProcessPool.Memory;
using ProcessPool.Protocol;
using ProcessPool.Worker.Io;

namespace ProcessPool.Worker;

/// <summary>This process as a worker, from the first line to the last.</summary>
internal static class WorkerHost
{
    /// <summary>What a worker exits with that was not started by a pool.</summary>
    private const int NotStartedByAPool = 64;

    /// <summary>What a worker exits with when the coordinator sent something that is no frame.</summary>
    private const int ProtocolError = 76;

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
        IsWorker = true;
        var ignored = IgnoreSignals();
        var page = OpenStatusPage();
        Environment.SetEnvironmentVariable(WorkerEnvironment.Worker, null);
        Environment.SetEnvironmentVariable(WorkerEnvironment.StatusPage, null);

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
            page.ExitReason = ExitReason.ProtocolError;
            Console.Error.WriteLine($"The worker ends, because what it read is not the protocol: {e.Message}");
            return ProtocolError;
        }
        finally
        {
            GC.KeepAlive(ignored);
        }
    }

    /// <summary>
    /// A service manager signals every process of a unit, but when to end is the coordinator's decision. With handlers
    /// that do nothing, not by ignoring: that would be inherited by what tasks start.
    /// </summary>
    /// <returns>What must stay alive for that.</returns>
    private static PosixSignalRegistration[] IgnoreSignals() => OperatingSystem.IsWindows() ? [] : Array.ConvertAll(
        [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP],
        static signal => PosixSignalRegistration.Create(signal, static context => context.Cancel = true));

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
        AppDomain.CurrentDomain.UnhandledException += (_, _) => page.ExitReason = ExitReason.UnhandledException;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (page.ExitReason != ExitReason.None) return;
            page.ExitCode = Environment.ExitCode;
            page.ExitReason = ExitReason.EnvironmentExit;
        };
    }
}
