namespace ProcessPool.Coordinator.Examples;

/// <summary>
/// A loop whose body was moved into a function of one input. The plain loop and the pool both call that function, once for
/// each input, and hand over its results in the order of the inputs; so the two can be told apart by nothing but time.
/// </summary>
/// <typeparam name="T">The inputs.</typeparam>
/// <typeparam name="TResult">What the function gives back for one.</typeparam>
internal abstract class Example<T, TResult> : IDisposable
{
    /// <summary>The name of its command.</summary>
    public abstract string Name { get; }

    /// <summary>What is done, in one word, to be followed by how many: <c>made</c>.</summary>
    public abstract string Verb { get; }

    /// <summary>What it is done to: <c>images</c>.</summary>
    public abstract string Unit { get; }

    /// <summary>What kind of them; with a space in front, or empty.</summary>
    public virtual string Kind => "";

    /// <summary>How many inputs there are.</summary>
    public abstract int Count { get; }

    /// <summary>The inputs.</summary>
    public abstract IEnumerable<T> Inputs { get; }

    /// <summary>The body of the loop. Runs in this process or in a worker, and needs nothing but what it has captured.</summary>
    public abstract Func<T, TResult> Function { get; }

    /// <summary>Takes one result; in the order of the inputs, without those that failed.</summary>
    public abstract void Take(int index, TResult result);

    /// <summary>How an input is called when it fails.</summary>
    public abstract string NameOf(int index);

    /// <summary>What was found, for the person who reads the line of results.</summary>
    public abstract string Findings { get; }

    /// <summary>What was asked for and found, by names for programs.</summary>
    public abstract IEnumerable<KeyValuePair<string, object>> Facts { get; }

    /// <summary>The same work, with results of its own.</summary>
    public abstract Example<T, TResult> Again();

    /// <summary>Whether an input has exactly the same result here and there.</summary>
    public abstract bool IsEqual(int index, Example<T, TResult> other);

    /// <summary>Removes what a process that was killed may have left of half-made results.</summary>
    /// <param name="first">The first input whose result that may be.</param>
    /// <param name="end">The first behind them.</param>
    public virtual void RemoveLeftovers(int first, int end)
    {
    }

    /// <summary>Frees what the results take.</summary>
    public virtual void Dispose()
    {
    }
}
