namespace ProcessPool.Coordinator.Examples;

/// <summary>
/// A loop whose body was moved into a function of one input. The plain loop and the pool both call that function once for each
/// input, and both hand over the results in the order of the inputs.
/// </summary>
/// <typeparam name="T">The inputs.</typeparam>
/// <typeparam name="TResult">The function's results.</typeparam>
/// <param name="words">The words that reports use for this example.</param>
/// <param name="inputs">The inputs.</param>
/// <param name="count">How many inputs there are.</param>
internal abstract class Example<T, TResult>(ExampleWords words, IEnumerable<T> inputs, int count) : IDisposable
{
    public ExampleWords Words => words;

    public IEnumerable<T> Inputs => inputs;

    public int Count => count;

    /// <summary>The body of the loop, with its fixed arguments bound. It runs in this process or in a worker.</summary>
    public abstract Func<T, TResult> Function { get; }

    /// <summary>Takes one result. Results come in the order of the inputs; those of failed inputs are left out.</summary>
    public abstract void Take(int index, TResult result);

    /// <summary>The name of an input, for messages about its failure.</summary>
    public abstract string NameOf(int index);

    /// <summary>A summary of the results, for people.</summary>
    public abstract string Findings { get; }

    /// <summary>The arguments and a summary of the results, by name, for programs.</summary>
    public abstract IEnumerable<KeyValuePair<string, object>> Facts { get; }

    /// <summary>Makes the same example again, with separate results.</summary>
    public abstract Example<T, TResult> Again();

    /// <summary>Whether an input has exactly the same result in both examples.</summary>
    public abstract bool IsEqual(int index, Example<T, TResult> other);

    /// <summary>Removes unfinished results that a killed process may have left.</summary>
    /// <param name="first">The index of the first input that may have one.</param>
    /// <param name="end">The index after the last such input.</param>
    public virtual void RemoveLeftovers(int first, int end)
    {
    }

    /// <summary>Frees the results.</summary>
    public virtual void Dispose()
    {
    }
}
