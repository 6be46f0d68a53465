using System.Runtime.InteropServices;

namespace Captures;

/// <summary>
/// The same lambda, first alone in its scope, then beside others that capture variables that cannot or must not be sent.
/// </summary>
public static class Crowded
{
    public static Sample Alone()
    {
        var k = 3;
        var name = "n";
        return Sample.Of((int x) => $"{name}{x + k}", 4, "k,name");
    }

    public static Sample Beside_a_writer_a_pool_and_half_a_gigabyte(IDisposable? pool = null)
    {
        var k = 3;
        var name = "n";
        using var writer = new StreamWriter(new MemoryStream());
        var list = new List<long>();
        CollectionsMarshal.SetCount(list, 500_000_000 / sizeof(long));
        Action<string> log = text => writer.Write(text);
        Action end = () => pool?.Dispose();
        Func<int, long> look = i => list[i];
        log($"{end.Method.Name} {look(7)}");
        return Sample.Of((int x) => $"{name}{x + k}", 4, "k,name");
    }

    public static Sample Asynchronous_alone()
    {
        var k = 3;
        return Sample.Of(
            async (int x) =>
            {
                await Task.Yield();
                return x + k;
            },
            4,
            "k");
    }

    public static Sample Asynchronous_beside_a_writer_a_pool_and_half_a_gigabyte(IDisposable? pool = null)
    {
        var k = 3;
        using var writer = new StreamWriter(new MemoryStream());
        var list = new List<long>();
        CollectionsMarshal.SetCount(list, 500_000_000 / sizeof(long));
        Func<Task> log = async () => await writer.WriteAsync($"{list.Count} {pool}");
        log().Wait();
        return Sample.Of(
            async (int x) =>
            {
                await Task.Yield();
                return x + k;
            },
            4,
            "k");
    }
}
