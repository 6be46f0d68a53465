using MessagePack;
using ProcessPool.Errors;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>The pool's finalizer: what every worker that ends is told to run, and what they have returned.</summary>
internal sealed class PoolFinalizer
{
    private readonly EncodedFunction _function;
    private readonly ValueFormatter _results;
    private readonly ValueContext _context;
    private readonly long? _maxValueBytes;
    private readonly Lock _lock = new();

    /// <summary>In the order in which they came. Guarded by <see cref="_lock"/>.</summary>
    private readonly List<(int Worker, object? Value, Exception? Failure)> _ended = [];

    /// <param name="function">The function.</param>
    /// <param name="formatters">Those of the pool, through which its captures and its results travel.</param>
    /// <param name="directory">Where it runs; null: in the directory that is the current one now.</param>
    /// <param name="maxValueBytes">How many bytes a result may take, encoded.</param>
    /// <exception cref="ArgumentException">It is no function that could be called with nothing, or with a token.</exception>
    /// <exception cref="FunctionException">The function cannot be sent to another process.</exception>
    /// <exception cref="ValueException">What it captured cannot, or what it returns.</exception>
    public PoolFinalizer(Delegate function, ValueResolver formatters, string? directory, long? maxValueBytes)
    {
        _function = new EncodedFunction(FrameKind.Finalize, nameof(PoolOptions.Finalizer), function, formatters, directory);
        _context = formatters.FromWorker;
        _results = formatters.Get(_function.ResultType);
        _maxValueBytes = maxValueBytes;
    }

    /// <inheritdoc cref="EncodedFunction.Frame"/>
    public byte[] Frame => _function.Frame;

    private bool HasResult => _function.ResultType != typeof(Nothing);

    /// <summary>Takes in what a worker says that became of it.</summary>
    /// <returns>Why it has failed there; null if it has not.</returns>
    /// <exception cref="MessagePackSerializationException">The worker says no such thing.</exception>
    public Exception? Take(ref MessagePackReader values, int worker)
    {
        var failure = values.TryReadNil() ? null : RemoteExceptionReader.Read(ref values);
        object? value = null;
        if (failure is null) failure = TryRead(ref values, out value);
        lock (_lock) _ended.Add((worker, value, failure));
        return failure;
    }

    /// <summary>What came of it, in each process in which it ran.</summary>
    /// <exception cref="InvalidOperationException">It returns another type.</exception>
    public IReadOnlyList<Outcome<TResult>> ResultsAs<TResult>()
    {
        if (!typeof(TResult).IsAssignableFrom(HasResult ? _function.ResultType : typeof(object)))
        {
            var returns = HasResult
                ? $"returns {TypeNames.Full(_function.ResultType)}, not"
                : "returns nothing: its results are null and can only be read as object, not as";
            throw new InvalidOperationException($"PoolOptions.Finalizer {returns} {TypeNames.Full(typeof(TResult))}.");
        }

        lock (_lock)
        {
            return _ended.ConvertAll(static one =>
                new Outcome<TResult>(-1, one.Value is TResult value ? value : default!, one.Failure, new ItemRun(one.Worker, 1, TimeSpan.Zero)));
        }
    }

    private Exception? TryRead(ref MessagePackReader values, out object? value)
    {
        value = null;
        try
        {
            var size = values.Sequence.Length - values.Consumed;
            if (size > _maxValueBytes) throw ValueLimit.Exceeded("result", _function.ResultType, size, _maxValueBytes.Value);
            value = _results.ReadObject(ref values, _context);
            if (!HasResult) value = null;
            return null;
        }
        catch (BrokenValueException e)
        {
            return new ValueException("result", _function.ResultType, $"What the worker sent cannot be read back as {_function.ResultType}: {e.Message}", e);
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
