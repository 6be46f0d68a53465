using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Values;

namespace ProcessPool;

// Starts the calls that all the ways to call make.
public sealed partial class Pool
{
    private Task<TResult[]> StartMap<T, TResult>(Delegate function, IEnumerable<T> items, CallOptions? options, CancellationToken cancellationToken) =>
        Start<T, TResult, TResult[]>(function, items, options, static results => results, isWaiting: false, cancellationToken);

    private Task<TResult> StartOne<T, TResult>(Delegate function, T argument, CallOptions? options, CancellationToken cancellationToken) =>
        Start<T, TResult, TResult>(function, [argument], options, static results => results[0], isWaiting: false, cancellationToken);

    private TResult[] RunMap<T, TResult>(Delegate function, IEnumerable<T> items, CallOptions? options, CancellationToken cancellationToken) =>
        Start<T, TResult, TResult[]>(function, items, options, static results => results, isWaiting: true, cancellationToken).GetAwaiter().GetResult();

    private TResult RunOne<T, TResult>(Delegate function, T argument, CallOptions? options, CancellationToken cancellationToken) =>
        Start<T, TResult, TResult>(function, [argument], options, static results => results[0], isWaiting: true, cancellationToken).GetAwaiter().GetResult();

    private Task<TOutcome> Start<T, TResult, TOutcome>(
        Delegate function, IEnumerable<T> items, CallOptions? options, Func<TResult[], TOutcome> outcome, bool isWaiting, CancellationToken cancellationToken)
    {
        var (call, resolved) = Prepare<T, TResult>(function, items, options);
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<TOutcome>(cancellationToken);

        // A caller that waits does not change its array meanwhile. It need be exactly of this type: an array of a derived one has no span.
        var inputs = isWaiting && items is T[] array && array.GetType() == typeof(T[]) ? array : [.. items];
        var job = new MapJob<T, TResult, TOutcome>(call, resolved, inputs, outcome) { Owner = this };
        if (_scheduler.TryStart(job, canWait: isWaiting || !_options.RefuseWhenFull) is { } refusal) return Task.FromException<TOutcome>(refusal);
        StopWhenCancelled(job, job.Completion, cancellationToken);
        return job.Completion;
    }

    private void StopWhenCancelled(Job job, Task completion, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;
        var registration = cancellationToken.UnsafeRegister((_, token) => _scheduler.Stop(job, new OperationCanceledException(token)), null);
        completion.ContinueWith(
            static (_, state) => ((CancellationTokenRegistration)state!).Dispose(), registration,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private ImapStream<T, TResult> StartImap<T, TResult>(Delegate function, IEnumerable<T> items, CallOptions? options, bool isOrdered, CancellationToken cancellationToken)
    {
        var (call, resolved) = Prepare<T, TResult>(function, items, options);
        return new ImapStream<T, TResult>((asOutcomes, itsToken) => new ImapJob<T, TResult>(
            call.Again(asOutcomes ? CallWants.Durations : CallWants.None), resolved, _scheduler, items, isOrdered, asOutcomes, [itsToken, cancellationToken])
        { Owner = this });
    }

    /// <summary>Checks what every call is given, and encodes its function.</summary>
    private (EncodedCall Call, CallOptions Options) Prepare<T, TResult>(Delegate function, IEnumerable<T> items, CallOptions? options)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(items);
        _scheduler.CheckOpen();
        OnUsed();
        var resolved = options?.Over(_options) ?? _callOptions;
        return (Encode<T, TResult>(function), resolved);
    }

    /// <summary>
    /// Encodes a function. Throws if the function, a captured variable, the argument type or the result type cannot be sent.
    /// </summary>
    private EncodedCall Encode<T, TResult>(Delegate function)
    {
        var call = new EncodedCall(function, _formatters, _options.MeasureItems ? CallWants.Durations : CallWants.None, _surroundings)
        {
            Duration = _durations.GetOrCreateValue(function.Method),
        };
        Check<T>("argument");
        Check<TResult>("result");
        return call;
    }

    /// <summary>
    /// Checks a type. Adds to a refusal whether it is the type of the argument or of the result, which the path does not show.
    /// </summary>
    private void Check<T>(string role)
    {
        try
        {
            _formatters.Get<T>();
        }
        catch (ValueException e)
        {
            throw new ValueException(e.Path, e.ValueType, $"{e.Problem} (In the {role} of the function: {TypeNames.Full(typeof(T))}.)", e.InnerException);
        }
    }
}
