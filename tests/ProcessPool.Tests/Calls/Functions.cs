namespace ProcessPool.Tests.Calls;

/// <summary>Functions of every kind that can be passed to a pool.</summary>
internal static class Functions
{
    public static int Double(int x) => 2 * x;

    public static int DoubleUnlessCancelled(int x, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return 2 * x;
    }

    public static async Task<int> DoubleAsync(int x)
    {
        await Task.Yield();
        return 2 * x;
    }

    public static async Task<int> DoubleUnlessCancelledAsync(int x, CancellationToken cancellationToken)
    {
        await Task.Delay(1, cancellationToken);
        return 2 * x;
    }

    public static async ValueTask<int> DoubleValueAsync(int x)
    {
        await Task.Yield();
        return 2 * x;
    }

    public static async ValueTask<int> DoubleValueUnlessCancelledAsync(int x, CancellationToken cancellationToken)
    {
        await Task.Delay(1, cancellationToken);
        return 2 * x;
    }

    public static T Same<T>(T value) => value;

    public static string Repeat(this string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    public static void Touch(string path) => File.WriteAllText(path, "");

    public static void TouchUnlessCancelled(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Touch(path);
    }

    public static Task TouchAsync(string path) => File.WriteAllTextAsync(path, "");

    public static Task TouchUnlessCancelledAsync(string path, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, "", cancellationToken);

    public static async ValueTask TouchValueAsync(string path) => await TouchAsync(path);

    public static async ValueTask TouchValueUnlessCancelledAsync(string path, CancellationToken cancellationToken) =>
        await TouchUnlessCancelledAsync(path, cancellationToken);

    public static int Six() => 6;

    public static Task<int> SixAsync() => DoubleAsync(3);

    public static ValueTask<int> SixValueAsync() => DoubleValueAsync(3);

    public static Task<int> SixUnlessCancelledAsync(CancellationToken cancellationToken) => DoubleUnlessCancelledAsync(3, cancellationToken);
}

/// <summary>An object whose method is called in the worker.</summary>
internal sealed class Scale(int factor)
{
    public int Apply(int x) => x * factor;
}
