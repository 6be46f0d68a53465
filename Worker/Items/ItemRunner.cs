using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Worker.Items;

/// <summary>Runs the items of one call's function: decodes the argument, calls the function, encodes the result.</summary>
internal abstract class ItemRunner
{
    /// <summary>The declared type of the results, for messages.</summary>
    public abstract Type ResultType { get; }

    /// <summary>Whether all results are simple (<see cref="ValueFormatter.IsSimple"/>).</summary>
    public abstract bool HasSimpleResults { get; }

    /// <summary>The result of the last item, until <see cref="Forget"/>.</summary>
    public abstract object? Result { get; }

    /// <summary>Looks up the formatters of arguments and results. Must be called first.</summary>
    public abstract void Use(ValueResolver formatters);

    /// <summary>Reads the argument of the next item.</summary>
    /// <param name="reader">The bytes to read from.</param>
    /// <param name="frame">The frame that ends with the argument, if it may not have arrived completely.</param>
    public abstract void ReadArgument(ref MessagePackReader reader, FrameReader? frame);

    /// <summary>Runs the item whose argument was read.</summary>
    public abstract void Run();

    /// <summary>Writes the result of the item that ran.</summary>
    public abstract void WriteResult(ref MessagePackWriter writer, FrameBuffer message);

    /// <summary>Releases the argument and the result, so that neither outlives its item.</summary>
    public abstract void Forget();
}

/// <inheritdoc/>
internal sealed class ItemRunner<T, TResult>(Func<T, TResult> function) : ItemRunner
{
    private ValueResolver _formatters = Formatters.Default;
    private ValueFormatter<T> _arguments = null!;
    private ValueFormatter<TResult> _results = null!;
    private T? _argument;
    private TResult? _result;

    public override Type ResultType => typeof(TResult);

    public override bool HasSimpleResults => _results.IsSimple;

    public override object? Result => _result;

    public override void Use(ValueResolver formatters)
    {
        _formatters = formatters;
        _arguments = formatters.Get<T>();
        _results = formatters.Get<TResult>();
    }

    public override void ReadArgument(ref MessagePackReader reader, FrameReader? frame)
    {
        frame?.Fill(ref reader, _arguments);
        _argument = _arguments.Read(ref reader, _formatters.FromCoordinator);
    }

    public override void Run() => _result = function(_argument!);

    public override void WriteResult(ref MessagePackWriter writer, FrameBuffer message) => _results.Write(ref writer, _result!, message.ContextOf(_formatters));

    public override void Forget()
    {
        _argument = default;
        _result = default;
    }
}
