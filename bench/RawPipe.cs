using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>The limit: the same bytes through the same two pipes to a process that sends them back, and nothing else.</summary>
internal sealed class RawPipe : IDisposable
{
    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;

    public RawPipe()
    {
        _process = Process.Start(new ProcessStartInfo(ChildProgram.DotnetPath, [typeof(RawPipe).Assembly.Location, "--echo"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _input = _process.StandardInput.BaseStream;
        _output = _process.StandardOutput.BaseStream;
    }

    /// <summary>The other side: sends back what it gets, as it gets it.</summary>
    public static int Echo()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var buffer = new byte[64 * 1024];
        for (int count; (count = input.Read(buffer)) > 0;) output.Write(buffer, 0, count);
        return 0;
    }

    /// <summary>Processes started until each has sent back a byte, in milliseconds.</summary>
    public static double StartSeveral(int count)
    {
        var clock = Stopwatch.StartNew();
        var started = Enumerable.Range(0, count).Select(_ => new RawPipe()).ToArray();
        foreach (var pipe in started) pipe._input.WriteByte(1);
        foreach (var pipe in started) pipe._output.ReadExactly(new byte[1]);
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        foreach (var pipe in started) pipe.Dispose();
        return milliseconds;
    }

    /// <summary>Items of so many bytes there and back, so many to a write.</summary>
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
            _input.Write(bytes);
            _input.Flush();
            _output.ReadExactly(bytes);
        }

        return clock.Elapsed.TotalMicroseconds / count;
    }

    public double Echo(int count) => Stream(new byte[1 << 20], count, new byte[1 << 20]);

    public void Dispose()
    {
        _input.Dispose();
        _process.WaitForExit(5000);
        _process.Dispose();
    }

    /// <summary>Writes a second. Both directions at once, or the two pipes fill up.</summary>
    private double Stream(byte[] bytes, int writes, byte[] buffer)
    {
        var clock = Stopwatch.StartNew();
        var writer = new Thread(() =>
        {
            for (var i = 0; i < writes; i++)
            {
                _input.Write(bytes);
                _input.Flush();
            }
        });
        writer.Start();
        for (var rest = (long)bytes.Length * writes; rest > 0;)
        {
            var count = _output.Read(buffer, 0, (int)Math.Min(rest, buffer.Length));
            if (count == 0) throw new EndOfStreamException("The process that echoes has ended.");
            rest -= count;
        }

        writer.Join();
        return writes / clock.Elapsed.TotalSeconds;
    }
}
