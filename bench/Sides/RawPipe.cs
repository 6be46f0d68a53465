using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>The same bytes through the same two pipes to a process that only sends them back.</summary>
internal sealed class RawPipe : IDisposable
{
    private readonly Lazy<RawProcess> _echo = new(() => new RawProcess("--echo"));
    private readonly Lazy<RawProcess> _store = new(() => new RawProcess("--store"));

    /// <summary>The child process that sends back all bytes as they come.</summary>
    public static int Echo()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var buffer = new byte[64 * 1024];
        for (int count; (count = input.Read(buffer)) > 0;) output.Write(buffer, 0, count);
        return 0;
    }

    /// <summary>The child process that reads a length and so many bytes, and only then sends them back.</summary>
    public static int Store()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var length = new byte[sizeof(int)];
        byte[] bytes = [];
        while (input.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) == length.Length)
        {
            if (bytes.Length != BitConverter.ToInt32(length)) bytes = new byte[BitConverter.ToInt32(length)];
            input.ReadExactly(bytes);
            output.Write(bytes);
        }

        return 0;
    }

    /// <summary>Milliseconds to start a number of processes and get one byte back from each.</summary>
    public static double StartSeveral(int count)
    {
        var clock = Stopwatch.StartNew();
        var started = Enumerable.Range(0, count).Select(_ => new RawProcess("--echo")).ToArray();
        foreach (var process in started) process.Send([1]);
        foreach (var process in started) process.Output.ReadExactly(new byte[1]);
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        foreach (var process in started) process.Dispose();
        return milliseconds;
    }

    /// <summary>Items per second, there and back, many in flight.</summary>
    public double Items(int count, int bytesEach, int itemsToWrite) =>
        StreamPerSecond(new byte[bytesEach * itemsToWrite], count / itemsToWrite, new byte[64 * 1024]) * itemsToWrite;

    /// <summary>Microseconds for 16 bytes there and back.</summary>
    public double RoundTrip(int count)
    {
        var bytes = new byte[16];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            _echo.Value.Send(bytes);
            _echo.Value.Output.ReadExactly(bytes);
        }

        return clock.Elapsed.TotalMicroseconds / count;
    }

    /// <summary>MiB per second in each direction, where the bytes come back while others are still on their way.</summary>
    public double BothAtOnce(int length, int count) => StreamPerSecond(new byte[length], count, new byte[length]) * length / (1 << 20);

    /// <summary>MiB per second in each direction, where the other process has all bytes before it sends the first one back.</summary>
    public double OneAfterTheOther(int length, int count)
    {
        var bytes = new byte[length];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            _store.Value.Send(BitConverter.GetBytes(length));
            _store.Value.Send(bytes);
            _store.Value.Output.ReadExactly(bytes);
        }

        return count / clock.Elapsed.TotalSeconds * length / (1 << 20);
    }

    public void Dispose()
    {
        foreach (var process in (Lazy<RawProcess>[])[_echo, _store])
        {
            if (process.IsValueCreated) process.Value.Dispose();
        }
    }

    /// <summary>Writes per second. Writes and reads at the same time, because otherwise both pipes would fill up.</summary>
    private double StreamPerSecond(byte[] bytes, int writes, byte[] buffer)
    {
        var process = _echo.Value;
        var clock = Stopwatch.StartNew();
        var writer = new Thread(() =>
        {
            for (var i = 0; i < writes; i++) process.Send(bytes);
        });
        writer.Start();
        for (var rest = (long)bytes.Length * writes; rest > 0;)
        {
            var count = process.Output.Read(buffer, 0, (int)Math.Min(rest, buffer.Length));
            if (count == 0) throw new EndOfStreamException("The echo process has exited.");
            rest -= count;
        }

        writer.Join();
        return writes / clock.Elapsed.TotalSeconds;
    }
}
