using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ProcessPool.Coordinator.Doctor;
using ProcessPool.Coordinator.Reporting;
using ProcessPool.Coordinator.Running;
using ProcessPool.Hosting;

namespace ProcessPool.Coordinator.Commands;

/// <summary>Runs a command in a host with only what the command needs: signals, the environment, a log, a pool.</summary>
internal static class CommandHost
{
    /// <summary>How long to wait for killed workers. One that takes longer hangs in the kernel.</summary>
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(5);

    /// <summary>Starts the host with its pool, runs a command, and ends both.</summary>
    /// <param name="options">What the command was asked for.</param>
    /// <param name="run">The command; returns its exit code.</param>
    /// <exception cref="WorkerStartException">No worker could be started.</exception>
    public static async Task<int> RunAsync(RunOptions options, Func<Session, Task<int>> run)
    {
        using var interruption = new Interruption();
        var console = new ErrorConsole();
        Settings settings = Settings.From(options);
        if (!options.Serial && Descriptors.Problem(settings.Pool.Workers) is { } problem)
            throw new UsageException(problem);

        // Its workers are started first, and this thread builds the host meanwhile. What they print waits for the log.
        var logger = new TaskCompletionSource<ILogger>();
        long start = Stopwatch.GetTimestamp();
        Pool? pool = options.Serial ? null : new Pool(settings.Pool with { Output = line => Print(line, logger.Task.Result) });

        // The default host reads configuration files, which takes a quarter of a second.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        AddLogging(builder.Logging, options, console);
        builder.Services.AddSingleton<IHostLifetime>(interruption);
        if (pool is not null)
            builder.Services.AddSingleton(_ => pool).AddProcessPool();

        IHost host = builder.Build();
        ILogger log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("processpool");
        logger.SetResult(log);
        try
        {
            interruption.Stopped = () => log.LogWarning("interrupted; running items finish (interrupt once more to kill them)");
            await host.StartAsync(interruption.Stopping);
            TimeSpan startTime = Stopwatch.GetElapsedTime(start);
            interruption.Kill = () => Kill(pool, console);
            if (pool is not null)
                TellStart(pool, startTime, log);

            var session = new Session(options, pool, log, interruption, settings.MostAhead, startTime);
            int exitCode = await run(session);
            if (pool is not null)
                TellTraffic(pool.Statistics, log);
            return exitCode;
        }
        catch (OperationCanceledException) when (interruption.ExitCode != 0)
        {
            log.LogWarning("interrupted before the workers started; nothing was done");
            return interruption.ExitCode;
        }
        finally
        {
            await interruption.GoOnUnlessKilledAsync();
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }

    private static void AddLogging(ILoggingBuilder logging, RunOptions options, ErrorConsole console)
    {
        logging.AddProvider(new LineLogger(console));
        logging.SetMinimumLevel(options.Quiet ? LogLevel.Warning : options.Verbose ? LogLevel.Debug : LogLevel.Information);

        // The host also throws the failures that it logs.
        logging.AddFilter("Microsoft", LogLevel.None);
    }

    private static void TellStart(Pool pool, TimeSpan time, ILogger log)
    {
        if (pool.Workers == 0)
        {
            log.LogInformation("no workers: items run in this process, for debugging");
            return;
        }

        string workers = pool.Workers == 1 ? "1 worker" : $"{pool.Workers} workers";
        log.LogInformation("{Workers} ready in {Time} s", workers, FormattableString.Invariant($"{time.TotalSeconds:F2}"));
        log.LogDebug("the workers have the pids {Pids}", string.Join(' ', pool.WorkerPids));
    }

    private static void TellTraffic(PoolStatistics statistics, ILogger log) =>
        log.LogDebug("{Sent} bytes sent to the workers, {Received} received", statistics.BytesSent, statistics.BytesReceived);

    private static void Kill(Pool? pool, ErrorConsole console)
    {
        pool?.Terminate();
        pool?.JoinAsync().Wait(KillTime);
        console.WriteLine("processpool: killed");
    }

    private static void Print(WorkerOutput line, ILogger log) =>
        log.LogInformation("worker {Worker}: {Line}", line.WorkerId, line.Line);
}
