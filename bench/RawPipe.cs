using System.Diagnostics;
using CliWrap;
using ProcessPool.Workers;

namespace ProcessPool.Bench;

/// <summary>Measures the limit: sends the same bytes through the same two pipes to a process that only sends them back.</summary>
internal sealed class RawPipe : IDisposable
{
    private readonly PipedProcess _process = new(Cli.Wrap(ChildProgram.DotnetPath).WithArguments([typeof(RawPipe).Assembly.Location, "--echo"]));

    /// <summary>The child process: sends back all bytes as they come.</summary>
    public static int Echo()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var buffer = new byte[64 * 1024];
        for (int count; (count = input.Read(buffer)) > 0;) output.Write(buffer, 0, count);
        return 0;
    }

    /// <summary>Milliseconds to start a number of processes and get one byte back from each.</summary>
    public static double StartSeveral(int count)
    {
        var clock = Stopwatch.StartNew();
        var started = Enumerable.Range(0, count).Select(_ => new RawPipe()).ToArray();
        foreach (var pipe in started) pipe._process.Input.WriteByte(1);
        foreach (var pipe in started) pipe._process.Output.ReadExactly(new byte[1]);
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        foreach (var pipe in started) pipe.Dispose();
        return milliseconds;
    }

    /// <summary>Items per second, there and back.</summary>
    public double Items(int count, int bytesEach, int itemsToWrite)
    {
        var bytes = new byte[bytesEach * itemsToWrite];
        return Stream(bytes, count / itemsToWrite, new byte[64 * 1024]) * itemsToWrite;
    }

    public double RoundTrip(int count)
    {
        var bytes = new byte[16];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            _process.Input.Write(bytes);
            _process.Input.Flush();
            _process.Output.ReadExactly(bytes);
        }

        return clock.Elapsed.TotalMicroseconds / count;
    }

    public double Echo(int count) => Stream(new byte[1 << 20], count, new byte[1 << 20]);

    public void Dispose()
    {
        _process.Input.Dispose();
        _process.WaitForExit(TimeSpan.FromSeconds(5));
        _process.Dispose();
    }

    /// <summary>Writes per second. Writes and reads at the same time, because otherwise both pipes would fill up.</summary>
    private double Stream(byte[] bytes, int writes, byte[] buffer)
    {
        var clock = Stopwatch.StartNew();
        var writer = new Thread(() =>
        {
            for (var i = 0; i < writes; i++)
            {
                _process.Input.Write(bytes);
                _process.Input.Flush();
            }
        });
        writer.Start();
        for (var rest = (long)bytes.Length * writes; rest > 0;)
        {
            var count = _process.Output.Read(buffer, 0, (int)Math.Min(rest, buffer.Length));
            if (count == 0) throw new EndOfStreamException("The echo process has exited.");
            rest -= count;
        }

        writer.Join();
        return writes / clock.Elapsed.TotalSeconds;
    }
}
