using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace ProcessPool.Coordinator.Running;

/// <summary>
/// SIGINT (Ctrl+C) and SIGTERM. The first one lets finish what runs and starts nothing more; the second kills. As the
/// lifetime of a host it listens from the moment the host starts.
/// </summary>
internal sealed class Interruption : IHostLifetime, IDisposable
{
    private const int SignalBase = 128;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly ConcurrentDictionary<Registration, Action> _cleanUps = [];
    private int _signals;

    /// <summary>Fires at the first signal.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>What the shell expects of a command that a signal has ended; 0 as long as none has come.</summary>
    public int ExitCode { get; private set; }

    /// <summary>
    /// Goes on unless the second signal has come. Then the signal's thread ends the process, and cleans up behind what was
    /// killed: nobody else may do so at the same time.
    /// </summary>
    public Task GoOnUnlessKilledAsync() => Volatile.Read(ref _signals) > 1 ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;

    /// <summary>Called at the first signal.</summary>
    public Action? Stopped { get; set; }

    /// <summary>Kills what runs; called at the second signal, after which the process ends.</summary>
    public Action? Kill { get; set; }

    /// <summary>Has something cleaned up if a second signal kills the process before the registration is disposed of.</summary>
    public IDisposable WhenKilled(Action cleanUp)
    {
        var registration = new Registration(_cleanUps);
        _cleanUps[registration] = cleanUp;
        return registration;
    }

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, Interrupt)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, Terminate)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();

        // A handler may be under way still, so its source is left to the garbage collector.
    }

    private void OnSignal(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) == 1)
        {
            ExitCode = SignalBase + signal;
            Stopped?.Invoke();

            // Not on this thread, which the next signal needs.
            _ = _stopping.CancelAsync();
            return;
        }

        Kill?.Invoke();
        foreach (Action cleanUp in _cleanUps.Values)
            CleanUp(cleanUp);
        Environment.Exit(SignalBase + signal);
    }

    /// <summary>The process ends whatever happens here; what cannot be removed stays.</summary>
    private static void CleanUp(Action cleanUp)
    {
        try
        {
            cleanUp();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"processpool: {OneLine.Of(e.Message)}");
        }
    }

    private sealed class Registration(ConcurrentDictionary<Registration, Action> all) : IDisposable
    {
        public void Dispose() => all.TryRemove(this, out _);
    }
}
