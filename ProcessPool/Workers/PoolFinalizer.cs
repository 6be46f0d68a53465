using MessagePack;
using ProcessPool.Errors;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Jobs;
using ProcessPool.Values;

namespace ProcessPool.Workers;

/// <summary>The pool's finalizer, which every worker runs when it is asked to end, and its results.</summary>
internal sealed class PoolFinalizer
{
    private readonly EncodedFunction _function;
    private readonly ValueFormatter _results;
    private readonly ValueContext _context;
    private readonly long? _maxValueBytes;
    private readonly Lock _lock = new();

    /// <summary>The results in the order in which they came. Guarded by <see cref="_lock"/>.</summary>
    private readonly List<(int Worker, object? Value, Exception? Failure)> _ended = [];

    /// <param name="function">The function.</param>
    /// <param name="formatters">The pool's formatters, for captured variables and results.</param>
    /// <param name="surroundings">What the pool says about the cultures and the directory.</param>
    /// <param name="maxValueBytes">How many bytes an encoded result may take.</param>
    /// <exception cref="ArgumentException">The function has parameters other than one cancellation token.</exception>
    /// <exception cref="FunctionException">The function cannot be sent to another process.</exception>
    /// <exception cref="ValueException">A captured variable or the result type cannot be sent to another process.</exception>
    public PoolFinalizer(Delegate function, ValueResolver formatters, WorkerSurroundings surroundings, long? maxValueBytes)
    {
        _function = new EncodedFunction(FrameKind.Finalize, nameof(PoolOptions.Finalizer), function, formatters, surroundings);
        _context = formatters.FromWorker;
        _results = formatters.Get(_function.ResultType);
        _maxValueBytes = maxValueBytes;
    }

    /// <inheritdoc cref="EncodedFunction.Frame"/>
    public byte[] Frame => _function.Frame;

    private bool HasResult => _function.ResultType != typeof(Nothing);

    /// <summary>Reads a worker's report of its finalizer.</summary>
    /// <returns>The failure of the finalizer in this worker; null if it succeeded.</returns>
    /// <exception cref="MessagePackSerializationException">The worker sent something else.</exception>
    public Exception? Take(ref MessagePackReader values, int worker)
    {
        var failure = values.TryReadNil() ? null : RemoteExceptionReader.Read(ref values);
        object? value = null;
        if (failure is null) failure = TryRead(ref values, out value);
        lock (_lock) _ended.Add((worker, value, failure));
        return failure;
    }

    /// <summary>The results of all processes in which the finalizer ran.</summary>
    /// <exception cref="InvalidOperationException">The finalizer returns another type.</exception>
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
