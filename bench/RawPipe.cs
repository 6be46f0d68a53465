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
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, Arguments("--echo"))
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

    /// <summary>This program again, in another part.</summary>
    public static IEnumerable<string> Arguments(string part) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(RawPipe).Assembly.Location, part] : [part];

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

    public double Echo(int count)
    {
        var bytes = new byte[1 << 20];
        var back = new byte[1 << 20];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            // Both directions at once, or the two pipes fill up.
            var writer = new Thread(() => _input.Write(bytes));
            writer.Start();
            _output.ReadExactly(back);
            writer.Join();
        }

        return count / clock.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
        _input.Dispose();
        _process.WaitForExit(5000);
        _process.Dispose();
    }
}
