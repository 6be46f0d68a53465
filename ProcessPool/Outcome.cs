using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using ProcessPool.Jobs;

namespace ProcessPool;

/// <summary>How one item ended: see <see cref="ResultStream{T, TResult}.Outcomes"/>.</summary>
/// <typeparam name="T">What the function takes.</typeparam>
/// <typeparam name="TResult">What the function returns.</typeparam>
public sealed class Outcome<T, TResult> : Outcome<TResult>
{
    internal Outcome(long item, T input, TResult value, Exception? exception, ItemRun run)
        : base(item, value, exception, run)
    {
        Input = input;
    }

    /// <summary>What the function was called with.</summary>
    public T Input { get; }
}

/// <summary>How one run of a function ended: of an item, or of a finalizer (<see cref="Pool.ExitResults"/>).</summary>
/// <typeparam name="TResult">What the function returns.</typeparam>
public class Outcome<TResult>
{
    private readonly TResult _value;

    internal Outcome(long item, TResult value, Exception? exception, ItemRun run)
    {
        Item = item;
        _value = value;
        Exception = exception;
        (WorkerId, Attempt, Duration) = run;
    }

    /// <summary>The index of the item in its call, from 0; -1 for a finalizer.</summary>
    public long Item { get; }

    /// <summary>Whether the function returned a value.</summary>
    [MemberNotNullWhen(false, nameof(Exception))]
    public bool Succeeded => Exception is null;

    /// <summary>What the function returned.</summary>
    /// <exception cref="System.Exception">The item failed: <see cref="Exception"/> is thrown.</exception>
    public TResult Value
    {
        get
        {
            if (Exception is not null) ExceptionDispatchInfo.Throw(Exception);
            return _value;
        }
    }

    /// <summary>The exception of an item that failed; null if it succeeded.</summary>
    public Exception? Exception { get; }

    /// <summary>The number of the worker that ran it, from 0; -1 if no worker did.</summary>
    public int WorkerId { get; }

    /// <summary>
    /// Which attempt it was, from 1. Deaths of workers that had not begun the item count too, see
    /// <see cref="PoolOptions.MaxAttempts"/>.
    /// </summary>
    public int Attempt { get; }

    /// <summary>
    /// How long it ran, measured in the worker: reading the argument and running the function, without writing the result and
    /// without the transport. If the worker died, the time until then.
    /// </summary>
    public TimeSpan Duration { get; }

    /// <inheritdoc/>
    public override string ToString() => Succeeded ? $"{Name}: {_value}" : $"{Name}: {Exception.GetType().Name}: {Exception.Message}";

    /// <summary>The result of a finalizer (<see cref="Pool.ExitResults"/>) belongs to a worker, not to an item.</summary>
    private string Name => Item < 0 ? $"worker {WorkerId}" : $"{Item}";
}
