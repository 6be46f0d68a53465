using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ProcessPool.Coordinator.Examples;
using ProcessPool.Coordinator.Reporting;

namespace ProcessPool.Coordinator.Running;

/// <summary>What has become of the inputs of one run; kept alike by the plain loop and by the pool's.</summary>
internal sealed class Tally<T, TResult> : IDisposable
{
    /// <summary>So many failures are told one by one, unless all are asked for.</summary>
    private const int MostTold = 10;

    private readonly Example<T, TResult> _example;
    private readonly Counter _counter;
    private readonly ILogger _log;
    private readonly bool _isRepeated;
    private readonly CancellationTokenSource _stopping;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<ItemFailure> _failures = [];
    private int _done;
    private bool _diskIsFull;

    /// <param name="example">What runs.</param>
    /// <param name="counter">Shows how far it is.</param>
    /// <param name="log">Is told of failures.</param>
    /// <param name="isRepeated">Whether the failures have been told by another run already.</param>
    /// <param name="interrupted">Fires when the run is to stop.</param>
    public Tally(Example<T, TResult> example, Counter counter, ILogger log, bool isRepeated, CancellationToken interrupted)
    {
        _example = example;
        _counter = counter;
        _log = log;
        _isRepeated = isRepeated;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
    }

    /// <summary>Fires when nothing more is to be started: the run is interrupted, or the disk is full.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>An input has a result, or has failed in a worker.</summary>
    public void Add(Outcome<T, TResult> outcome)
    {
        if (outcome.Succeeded)
            Succeeded((int)outcome.Item, outcome.Value);
        else
            Failed((int)outcome.Item, outcome.Exception);
    }

    /// <summary>An input has a result.</summary>
    public void Succeeded(int index, TResult result)
    {
        _example.Take(index, result);
        _done++;
        _counter.Advance();
    }

    /// <summary>An input has failed; the others go on, as long as they can.</summary>
    public void Failed(int index, Exception reason)
    {
        if (reason is WorkerDiedException)
            _example.RemoveLeftovers(index, index + 1);
        var failure = new ItemFailure(index, _example.NameOf(index), ItemFailure.Explain(reason));
        _failures.Add(failure);
        _counter.Advance();
        if (FullDisk.IsReason(reason))
            TellOnce(failure);
        else if (!_isRepeated && _failures.Count <= MostTold)
            _log.LogError("{Failure}", failure);
        else
            _log.LogDebug("{Failure}", failure);
    }

    /// <summary>Nothing runs any more.</summary>
    public RunOutcome End()
    {
        TimeSpan time = Stopwatch.GetElapsedTime(_start);
        if (!_isRepeated && !_diskIsFull && _failures.Count > MostTold)
            _log.LogError("and {Count} more failed; --verbose names them all, and so does --json", _failures.Count - MostTold);
        return new RunOutcome(_done, _failures, _done + _failures.Count == _example.Count && !_diskIsFull, time);
    }

    private void TellOnce(ItemFailure failure)
    {
        if (!_diskIsFull)
            _log.LogError("the disk is full, so nothing more is started: {Failure}", failure);
        _diskIsFull = true;
        _stopping.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();
}
