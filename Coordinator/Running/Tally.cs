using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ProcessPool.Coordinator.Examples;

namespace ProcessPool.Coordinator.Running;

/// <summary>Counts results and failures of one run, of the plain loop or the pool, in the order of the inputs.</summary>
internal sealed class Tally<T, TResult> : IDisposable
{
    /// <summary>How many failures are logged one by one, unless --verbose asks for all of them.</summary>
    private const int MostTold = 10;

    private readonly Example<T, TResult> _example;
    private readonly ILogger _log;
    private readonly bool _isRepeated;
    private readonly CancellationTokenSource _stopping;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<ItemFailure> _failures = [];
    private volatile int _taken;
    private bool _diskIsFull;

    /// <param name="example">The example that runs.</param>
    /// <param name="log">Where failures are logged.</param>
    /// <param name="isRepeated">Whether another run has logged the same failures already.</param>
    /// <param name="interrupted">Fires when the run is to stop.</param>
    public Tally(Example<T, TResult> example, ILogger log, bool isRepeated, CancellationToken interrupted)
    {
        _example = example;
        _log = log;
        _isRepeated = isRepeated;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
    }

    /// <summary>Fires when no more inputs should be started, because the run is interrupted or the disk is full.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>How many inputs have a result or have failed; also the index of the next input. Thread-safe.</summary>
    public int Taken => _taken;

    /// <summary>How far the run is.</summary>
    public CallProgress Progress(bool isLast) => new(_taken, _failures.Count, _example.Count, Stopwatch.GetElapsedTime(_start), isLast);

    /// <summary>Takes the result of the next input.</summary>
    public void Succeeded(TResult result)
    {
        _example.Take(_taken, result);
        _taken++;
    }

    /// <summary>Takes the failure of the next input. The others go on, unless the disk is full.</summary>
    public void Failed(Exception reason)
    {
        if (reason is WorkerDiedException)
            _example.RemoveLeftovers(_taken, _taken + 1);
        var failure = new ItemFailure(_taken, _example.NameOf(_taken), ItemFailure.Explain(reason));
        _failures.Add(failure);
        _taken++;
        if (FullDisk.IsReason(reason))
            TellOnce(failure);
        else if (!_isRepeated && _failures.Count <= MostTold)
            _log.LogError("{Failure}", failure);
        else
            _log.LogDebug("{Failure}", failure);
    }

    /// <summary>Sums up the run. Called when nothing runs any more.</summary>
    public RunOutcome End()
    {
        TimeSpan time = Stopwatch.GetElapsedTime(_start);
        if (!_isRepeated && !_diskIsFull && _failures.Count > MostTold)
            _log.LogError("and {Count} more failed; --verbose and --json list all of them", _failures.Count - MostTold);
        return new RunOutcome(_taken - _failures.Count, _failures, _taken == _example.Count && !_diskIsFull, time);
    }

    private void TellOnce(ItemFailure failure)
    {
        if (!_diskIsFull)
            _log.LogError("the disk is full, so no more items are started: {Failure}", failure);
        _diskIsFull = true;
        _stopping.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();
}
