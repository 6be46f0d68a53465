using System.Collections.Concurrent;

namespace ProcessPool.Soak.Torment;

/// <summary>Records what was done to which workers.</summary>
internal sealed class Hits
{
    private readonly ConcurrentDictionary<(int Process, int Signal), DateTime> _hits = [];

    /// <summary>Whether there was any SIGSEGV so far.</summary>
    public bool AnySegfaults => _hits.Keys.Any(static hit => hit.Signal == Signal.Segfault);

    /// <summary>Sends a signal. Entered before it is sent, as what comes of it may be there at once.</summary>
    /// <returns>Whether there was such a worker.</returns>
    public bool Send(int process, int signal)
    {
        var before = _hits.TryGetValue((process, signal), out var at);
        _hits[(process, signal)] = DateTime.UtcNow;
        if (Signal.Send(process, signal)) return true;
        if (before) _hits[(process, signal)] = at;
        else _hits.TryRemove((process, signal), out _);
        return false;
    }

    /// <param name="died">The failure to explain.</param>
    /// <param name="since">Signals before this time explain nothing, because process ids are soon reused.</param>
    /// <returns>The signal that the worker died of; null if it was none from here.</returns>
    public string? Explains(WorkerDiedException died, DateTime since)
    {
        if (died.Cause == "was killed by SIGKILL" && Has(died.WorkerProcessId!.Value, Signal.Kill, since)) return "SIGKILL";

        // Most of the runtime takes it for an error of its own, and ends the process in various ways.
        return Has(died.WorkerProcessId!.Value, Signal.Segfault, since) ? "SIGSEGV" : null;
    }

    /// <summary>Whether a worker was late because it was stopped.</summary>
    public bool Explains(ItemTimeoutException late, DateTime since)
    {
        var process = late.WorkerProcessId!.Value;
        return Has(process, Signal.Stop, since) || Has(process, Signal.Segfault, since);
    }

    /// <summary>All that was done to the worker of a failure.</summary>
    public string Describe(Exception failure)
    {
        var process = (failure as PoolException)?.WorkerProcessId;
        var its = _hits.Where(hit => hit.Key.Process == process)
            .Select(static hit => $"signal {hit.Key.Signal} {(DateTime.UtcNow - hit.Value).TotalSeconds:0.000} s ago");
        return $"signals sent to process {process}: {string.Join(", ", its)}";
    }

    private bool Has(int process, int signal, DateTime since) => _hits.TryGetValue((process, signal), out var at) && at >= since;
}
