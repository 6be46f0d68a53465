namespace Captures;

/// <summary>One way to capture something: a function, arguments for it, and the variables that should be sent with it.</summary>
public sealed record Sample(Delegate Function, object?[] Arguments, string Travels)
{
    public static Sample Of<T, TResult>(Func<T, TResult> function, T argument, string travels) => new(function, [argument], travels);
}
