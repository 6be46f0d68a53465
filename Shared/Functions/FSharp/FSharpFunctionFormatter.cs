using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// A function value of F#, an object with a method <c>Invoke</c>. It is sent as the delegate of this method, together with what the
/// object captured.
/// </summary>
internal sealed class FSharpFunctionFormatter<T> : FunctionValueFormatter<T>
    where T : class
{
    protected override T? FromFunction(Delegate function) => function.Target as T;

    protected override Delegate ToFunction(T value)
    {
        var function = FSharpTypes.FunctionOf(typeof(T))!;
        var types = function.GetGenericArguments();
        return Delegate.CreateDelegate(typeof(Func<,>).MakeGenericType(types), value, function.GetMethod("Invoke", [types[0]])!);
    }
}
