using System.Globalization;
using ProcessPool.Functions;
using ProcessPool.MessagePack;
using ProcessPool.Platform;
using ProcessPool.Protocol;

namespace ProcessPool.Jobs;

/// <summary>The pool's initializer, encoded once as the frame that every worker gets before anything else.</summary>
internal sealed class EncodedInitializer
{
    /// <param name="function">The function.</param>
    /// <param name="formatters">Those of the pool, through which its captures travel.</param>
    /// <param name="directory">Where it runs; null: in the directory that is the current one now.</param>
    /// <exception cref="ArgumentException">It is no function that could be called with nothing, or with a token.</exception>
    /// <exception cref="FunctionException">The function cannot be sent to another process.</exception>
    /// <exception cref="ValueException">What it captured cannot.</exception>
    public EncodedInitializer(Delegate function, FormatterResolver formatters, string? directory)
    {
        CheckShape(function.GetType());
        var writer = new MessagePackWriter();
        var frame = writer.BeginFrame(FrameKind.Initialize, 5);
        writer.Write(CultureInfo.CurrentCulture.Name);
        writer.Write(CultureInfo.CurrentUICulture.Name);
        writer.Write(directory ?? CurrentDirectory.OrNull);
        FunctionWriter.Write(writer, function, formatters);
        writer.EndFrame(frame);
        Frame = writer.ToArray();
    }

    /// <summary>A copy of all that it has captured, large arrays too: a worker that starts in an hour gets what was there at first.</summary>
    public byte[] Frame { get; }

    private static void CheckShape(Type type)
    {
        if (type == typeof(Action) || type == typeof(Action<CancellationToken>)) return;
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var parts = type.GetGenericArguments();
        var fits = open == typeof(Func<>) || (open == typeof(Func<,>) && parts[0] == typeof(CancellationToken));
        if (fits && !parts[^1].IsByRefLike && parts[^1] != typeof(CancellationToken)) return;
        throw new ArgumentException(
            $"PoolOptions.Initializer is a {type}; it must be an Action, a Func<Task>, a Func<ValueTask> or a function with a result, "
            + "without parameters or with a CancellationToken alone. To pass arguments, bind them in a lambda: () => Setup(arguments).",
            nameof(PoolOptions.Initializer));
    }
}
