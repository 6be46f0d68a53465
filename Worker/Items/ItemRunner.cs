using ProcessPool.MessagePack;

namespace ProcessPool.Worker.Items;

/// <summary>One call's function, made ready to run items: decode the argument, run, encode the result.</summary>
internal abstract class ItemRunner
{
    /// <summary>Reads the argument of the next item.</summary>
    public abstract void ReadArgument(MessagePackReader reader);

    /// <summary>Runs the item whose argument was read.</summary>
    public abstract void Run();

    /// <summary>Writes the result of the item that ran.</summary>
    public abstract void WriteResult(MessagePackWriter writer);

    /// <summary>Lets go of the argument and the result, so that neither outlives its item.</summary>
    public abstract void Forget();
}

/// <inheritdoc/>
internal sealed class ItemRunner<T, TResult>(Func<T, TResult> function) : ItemRunner
{
    private readonly Formatter<T> _arguments = Formatters.Get<T>();
    private readonly Formatter<TResult> _results = Formatters.Get<TResult>();
    private T? _argument;
    private TResult? _result;

    public override void ReadArgument(MessagePackReader reader) => _argument = _arguments.Read(reader);

    public override void Run() => _result = function(_argument!);

    public override void WriteResult(MessagePackWriter writer) => _results.Write(writer, _result!);

    public override void Forget()
    {
        _argument = default;
        _result = default;
    }
}
