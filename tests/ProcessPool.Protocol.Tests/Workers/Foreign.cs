namespace ProcessPool.Protocol.Tests;

/// <summary>
/// Functions that a worker in another language knows by name. The name is bound to the delegate, and is sent with it.
/// </summary>
internal static class Foreign
{
    public static Func<T, TResult> Function<T, TResult>(string name) => name.Call<T, TResult>;

    private static TResult Call<T, TResult>(this string name, T argument) =>
        throw new NotSupportedException($"{name}({argument}) is known to workers in another language only.");
}
