using System.Collections.Concurrent;
using System.Reflection;
using ProcessPool.Functions;

namespace ProcessPool.Worker.Items;

/// <summary>
/// Converts all kinds of functions that a pool accepts to one form: one argument, one result. Functions can have no argument, one
/// or several (sent as a tuple), a result or none, a task around the result, and a cancellation token as the last parameter.
/// </summary>
internal static class FunctionShapes
{
    /// <summary>Maps the open type of the delegate to the method of this class that creates its runner.</summary>
    private static readonly Dictionary<Type, string> Makers = new()
    {
        [typeof(Func<>)] = nameof(NoArgument),
        [typeof(Func<,>)] = nameof(Function),
        [typeof(Func<,,>)] = nameof(FunctionOfTwo),
        [typeof(Func<,,,>)] = nameof(FunctionOfThree),
        [typeof(Func<,,,,>)] = nameof(FunctionOfFour),
        [typeof(Action)] = nameof(NoArgumentAction),
        [typeof(Action<>)] = nameof(OneParameterAction),
        [typeof(Action<,>)] = nameof(ActionOfTwo),
        [typeof(Action<,,>)] = nameof(ActionOfThree),
        [typeof(Action<,,,>)] = nameof(ActionOfFour),
    };

    private static readonly ConcurrentDictionary<Type, Func<Delegate, CancellationToken, ItemRunner>> Known = new();

    /// <summary>Creates a runner for the function's items.</summary>
    /// <param name="function">A delegate of one of the types that <c>Pool</c> accepts.</param>
    /// <param name="token">The item's token, for functions that take one.</param>
    public static ItemRunner MakeRunner(Delegate function, CancellationToken token) =>
        Known.GetOrAdd(function.GetType(), FindMaker)(function, token);

    private static Func<Delegate, CancellationToken, ItemRunner> FindMaker(Type type)
    {
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (!Makers.TryGetValue(open, out var name)) throw new FunctionException($"Delegates of type {type} are not supported.");
        var maker = typeof(FunctionShapes).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
        if (type.IsGenericType) maker = maker.MakeGenericMethod(type.GetGenericArguments());
        return maker.CreateDelegate<Func<Delegate, CancellationToken, ItemRunner>>();
    }

    private static ItemRunner NoArgument<TReturn>(Delegate function, CancellationToken token)
    {
        if (typeof(TReturn) == typeof(CancellationToken)) throw new FunctionException("A function cannot return its token.");
        var typed = (Func<TReturn>)function;
        return Unwrap<Nothing, TReturn>(_ => typed());
    }

    private static ItemRunner Function<T, TReturn>(Delegate function, CancellationToken token)
    {
        if (typeof(T) != typeof(CancellationToken)) return Unwrap((Func<T, TReturn>)function);
        var typed = (Func<CancellationToken, TReturn>)function;
        return Unwrap<Nothing, TReturn>(_ => typed(token));
    }

    private static ItemRunner FunctionOfTwo<T, TSecond, TReturn>(Delegate function, CancellationToken token)
    {
        if (function is Func<T, CancellationToken, TReturn> typed) return Unwrap<T, TReturn>(argument => typed(argument, token));

        // The two arguments are sent as a tuple.
        var two = (Func<T, TSecond, TReturn>)function;
        return Unwrap<(T, TSecond), TReturn>(arguments => two(arguments.Item1, arguments.Item2));
    }

    private static ItemRunner FunctionOfThree<T1, T2, T3, TReturn>(Delegate function, CancellationToken token)
    {
        var typed = (Func<T1, T2, T3, TReturn>)function;
        return Unwrap<(T1, T2, T3), TReturn>(arguments => typed(arguments.Item1, arguments.Item2, arguments.Item3));
    }

    private static ItemRunner FunctionOfFour<T1, T2, T3, T4, TReturn>(Delegate function, CancellationToken token)
    {
        var typed = (Func<T1, T2, T3, T4, TReturn>)function;
        return Unwrap<(T1, T2, T3, T4), TReturn>(arguments => typed(arguments.Item1, arguments.Item2, arguments.Item3, arguments.Item4));
    }

    private static ItemRunner NoArgumentAction(Delegate function, CancellationToken token)
    {
        var typed = (Action)function;
        return Act<Nothing>(_ => typed());
    }

    private static ItemRunner OneParameterAction<T>(Delegate function, CancellationToken token)
    {
        if (function is not Action<CancellationToken> typed) return Act((Action<T>)function);
        return Act<Nothing>(_ => typed(token));
    }

    private static ItemRunner ActionOfTwo<T, TSecond>(Delegate function, CancellationToken token)
    {
        if (function is Action<T, CancellationToken> typed) return Act<T>(argument => typed(argument, token));
        var two = (Action<T, TSecond>)function;
        return Act<(T, TSecond)>(arguments => two(arguments.Item1, arguments.Item2));
    }

    private static ItemRunner ActionOfThree<T1, T2, T3>(Delegate function, CancellationToken token)
    {
        var typed = (Action<T1, T2, T3>)function;
        return Act<(T1, T2, T3)>(arguments => typed(arguments.Item1, arguments.Item2, arguments.Item3));
    }

    private static ItemRunner ActionOfFour<T1, T2, T3, T4>(Delegate function, CancellationToken token)
    {
        var typed = (Action<T1, T2, T3, T4>)function;
        return Act<(T1, T2, T3, T4)>(arguments => typed(arguments.Item1, arguments.Item2, arguments.Item3, arguments.Item4));
    }

    private static ItemRunner<T, Nothing> Act<T>(Action<T> action) => new(argument =>
    {
        action(argument);
        return default;
    });

    /// <summary>If the function returns a task, its result is the task's. The worker's main thread waits for it.</summary>
    private static ItemRunner Unwrap<T, TReturn>(Func<T, TReturn> function)
    {
        if (typeof(TReturn) == typeof(Task))
        {
            var task = (Func<T, Task>)(object)function;
            return Act<T>(argument => task(argument).GetAwaiter().GetResult());
        }

        if (typeof(TReturn) == typeof(ValueTask))
        {
            var task = (Func<T, ValueTask>)(object)function;
            return Act<T>(argument => task(argument).AsTask().GetAwaiter().GetResult());
        }

        if (!typeof(TReturn).IsGenericType) return new ItemRunner<T, TReturn>(function);
        var open = typeof(TReturn).GetGenericTypeDefinition();
        var name = open == typeof(Task<>) ? nameof(UnwrapTask) : open == typeof(ValueTask<>) ? nameof(UnwrapValueTask) : null;
        if (name is null) return new ItemRunner<T, TReturn>(function);
        return (ItemRunner)typeof(FunctionShapes).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(typeof(T), typeof(TReturn).GetGenericArguments()[0])
            .Invoke(null, [function])!;
    }

    private static ItemRunner<T, TResult> UnwrapTask<T, TResult>(Func<T, Task<TResult>> function) =>
        new(argument => function(argument).GetAwaiter().GetResult());

    private static ItemRunner<T, TResult> UnwrapValueTask<T, TResult>(Func<T, ValueTask<TResult>> function) =>
        new(argument => function(argument).AsTask().GetAwaiter().GetResult());
}
