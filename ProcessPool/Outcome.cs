using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using ProcessPool.Jobs;

namespace ProcessPool;

/// <summary>What became of one item: see <see cref="ResultStream{T, TResult}.Outcomes"/>.</summary>
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

/// <summary>What became of one run of a function: of an item, or of a finalizer (<see cref="Pool.ExitResults"/>).</summary>
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

    /// <summary>The index of the item in its call, from 0; -1 of a finalizer.</summary>
    public long Item { get; }

    /// <summary>Whether there is a value.</summary>
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

    /// <summary>Why the item failed; null if it succeeded.</summary>
    public Exception? Exception { get; }

    /// <summary>The number in its pool of the worker that ran it, from 0; -1 if it never came to one.</summary>
    public int WorkerId { get; }

    /// <summary>Which attempt it was, from 1. A worker that died before it began the item counts, too; see <see cref="PoolOptions.MaxAttempts"/>.</summary>
    public int Attempt { get; }

    /// <summary>
    /// How long it ran, measured in the worker: reading the argument and the function; not writing the result, nor the way.
    /// Of an item whose worker died, as long as it had run by then.
    /// </summary>
    public TimeSpan Duration { get; }

    /// <inheritdoc/>
    public override string ToString() => Succeeded ? $"{Name}: {_value}" : $"{Name}: {Exception.GetType().Name}: {Exception.Message}";

    /// <summary>What a finalizer returns (<see cref="Pool.ExitResults"/>) is of no item, but of a worker.</summary>
    private string Name => Item < 0 ? $"worker {WorkerId}" : $"{Item}";
}
