using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace ProcessPool.Coordinator.Running;

/// <summary>
/// Handles SIGINT (Ctrl+C), SIGTERM and SIGHUP (the terminal is gone). After the first signal, running items finish and no more
/// start. The second signal kills. As the lifetime of a host, this listens from the moment the host starts.
/// </summary>
internal sealed class Interruption : IHostLifetime, IDisposable
{
    private const int SignalBase = 128;
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const int HangUp = 1;

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly ConcurrentDictionary<Registration, Action> _cleanUps = [];
    private int _signals;

    /// <summary>Fires at the first signal.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The exit code that shells expect from a command that a signal has ended; 0 until a signal comes.</summary>
    public int ExitCode { get; private set; }

    /// <summary>
    /// Completes at once, or never if the second signal has come. Then the signal's thread cleans up after what was killed and
    /// exits the process, and no other thread may clean up at the same time.
    /// </summary>
    public Task GoOnUnlessKilledAsync() => Volatile.Read(ref _signals) > 1 ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;

    /// <summary>Called at the first signal.</summary>
    public Action? Stopped { get; set; }

    /// <summary>Called at the second signal to kill what runs, before the process exits.</summary>
    public Action? Kill { get; set; }

    /// <summary>Registers a clean-up to run at the second signal, if the registration has not been disposed of by then.</summary>
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

        // `nohup` has it ignored, and a handler would undo that.
        if (!IsIgnored(HangUp))
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => OnSignal(context, HangUp)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();

        // _stopping is left to the garbage collector, because a handler may still be running.
    }

    /// <summary>Whether this process ignores a signal, because its parent did when it started it.</summary>
    internal static bool IsIgnored(int signal)
    {
        const string status = "/proc/self/status", name = "SigIgn:";
        if (!File.Exists(status))
            return false;
        string? line = File.ReadLines(status).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line[name.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong set)
            && (set >> (signal - 1) & 1) != 0;
    }

    private void OnSignal(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) == 1)
        {
            ExitCode = SignalBase + signal;

            // The token is cancelled at once, so that nothing starts after the message. What waits for it is called on another
            // thread, because this one must be free for the next signal.
            _ = _stopping.CancelAsync();
            Stopped?.Invoke();
            return;
        }

        Kill?.Invoke();
        foreach (Action cleanUp in _cleanUps.Values)
            CleanUp(cleanUp);
        Environment.Exit(SignalBase + signal);
    }

    /// <summary>Reports a failure and goes on, because the process must exit in any case. What cannot be removed stays.</summary>
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
