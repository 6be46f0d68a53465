using CliWrap;
using ProcessPool.Workers;

namespace ProcessPool.Bench;

/// <summary>This program once more with an argument, and the two pipes to it. It exits when its input ends.</summary>
internal sealed class RawProcess(string argument) : IDisposable
{
    private readonly PipedProcess _process = new(Cli.Wrap(ChildProgram.DotnetPath).WithArguments([ChildProgram.Self, argument]));

    public Stream Output => _process.Output;

    public void Send(ReadOnlySpan<byte> bytes)
    {
        _process.Input.Write(bytes);
        _process.Input.Flush();
    }

    public void Dispose()
    {
        _process.Input.Dispose();
        _process.WaitForExit(TimeSpan.FromSeconds(5));
        _process.Dispose();
    }
}
