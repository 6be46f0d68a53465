using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Jobs;
using ProcessPool.Values;

namespace ProcessPool.Workers;

/// <summary>The initializer or finalizer of a pool, encoded once as the frame that every worker gets.</summary>
internal sealed class EncodedFunction
{
    /// <param name="kind">The kind of the frame.</param>
    /// <param name="option">The name of the option that holds the function.</param>
    /// <param name="function">The function.</param>
    /// <param name="formatters">The pool's formatters, for captured variables.</param>
    /// <param name="surroundings">What the pool says about the cultures and the directory.</param>
    /// <exception cref="ArgumentException">The function has parameters other than one cancellation token.</exception>
    /// <exception cref="FunctionException">The function cannot be sent to another process.</exception>
    /// <exception cref="ValueException">A captured variable cannot be sent to another process.</exception>
    public EncodedFunction(FrameKind kind, string option, Delegate function, ValueResolver formatters, WorkerSurroundings surroundings)
    {
        CheckShape(function.GetType(), option);
        ResultType = ResultOf(function.GetType());
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        var frame = message.BeginFrame(ref writer, kind, 5);
        Surroundings.Here(surroundings).Write(ref writer);
        FunctionWriter.Write(ref writer, function, message.ContextOf(formatters));
        message.EndFrame(ref writer, frame);
        Frame = message.ToArray();
    }

    /// <summary>
    /// Contains copies of all captured variables, even large arrays, so that workers that start later get the same values.
    /// </summary>
    public byte[] Frame { get; }

    /// <summary>
    /// The type that the function returns, without the task around it; <see cref="Nothing"/> if it returns nothing.
    /// </summary>
    public Type ResultType { get; }

    private static void CheckShape(Type type, string option)
    {
        if (type == typeof(Action) || type == typeof(Action<CancellationToken>)) return;
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var parts = type.GetGenericArguments();
        var fits = open == typeof(Func<>) || (open == typeof(Func<,>) && parts[0] == typeof(CancellationToken));
        if (fits && !parts[^1].IsByRefLike && parts[^1] != typeof(CancellationToken)) return;
        throw new ArgumentException(
            $"PoolOptions.{option} is a {TypeNames.Full(type)}; it must be an Action, a Func<Task>, a Func<ValueTask> or a function with a result, "
            + "without parameters or with a CancellationToken alone. "
            + "To pass arguments, capture them in a lambda: () => Run(arguments)."
            + (option == nameof(PoolOptions.Finalizer) ? " WorkerContext.State<T>() is what the initializer returned." : ""),
            option);
    }

    private static Type ResultOf(Type type)
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() == typeof(Action<>)) return typeof(Nothing);
        var result = type.GetGenericArguments()[^1];
        if (result == typeof(Task) || result == typeof(ValueTask)) return typeof(Nothing);
        var isTask = result.IsGenericType && (result.GetGenericTypeDefinition() == typeof(Task<>) || result.GetGenericTypeDefinition() == typeof(ValueTask<>));
        return isTask ? result.GetGenericArguments()[0] : result;
    }
}
