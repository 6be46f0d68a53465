using CliWrap;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

/// <summary>A worker process whose pipes a test reads and writes directly.</summary>
internal sealed class RawWorker : IDisposable
{
    private readonly PipedProcess _process;
    private readonly Task<string> _error;

    private RawWorker(Command command)
    {
        _process = new PipedProcess(command);
        _error = new StreamReader(_process.Error).ReadToEndAsync();
        Reader = new FrameReader(new StreamByteSource(_process.Output));
    }

    public FrameReader Reader { get; }

    /// <summary>Those of the frame that was expected last.</summary>
    public FrameValues Values { get; private set; } = null!;

    public Stream Input => _process.Input;

    public Stream Output => _process.Output;

    public string Error => _error.GetAwaiter().GetResult();

    /// <summary>The product's worker, without a status page.</summary>
    public static RawWorker Start()
    {
        var plan = LaunchPlan.ForThisProcess;
        return new RawWorker(Cli.Wrap(plan.FileName).WithArguments(plan.Arguments).WithEnvironmentVariables(variables => variables.Set(WorkerEnvironment.Worker, $"{ProtocolConstants.Version}")));
    }

    public static RawWorker StartPython() =>
        new(Cli.Wrap("/usr/bin/python3").WithArguments([Path.Combine(AppContext.BaseDirectory, "worker.py")]));

    /// <summary>Reads Hello, says Welcome.</summary>
    public RawWorker Greet()
    {
        Expect(FrameKind.Hello);
        Send(Frames.Welcome());
        return this;
    }

    public void Send(params byte[][] frames)
    {
        foreach (var frame in frames) Input.Write(frame);
        Input.Flush();
    }

    /// <summary>Announces a function; returns the number of the call.</summary>
    public long Call(Delegate function)
    {
        var call = new EncodedCall(function, Formatters.Default);
        Send(call.Frame.ToArray());
        return call.Id;
    }

    public void Expect(FrameKind kind)
    {
        // Its stderr ends only when it does.
        Assert.That(FrameValues.ReadFrom(Reader, out var values), Is.EqualTo(kind), () =>
        {
            _process.Process.Kill(entireProcessTree: true);
            return Error;
        });
        Values = values;
    }

    /// <summary>Reads one report of the kind, for the item.</summary>
    public void ExpectReport(FrameKind kind, long sequence)
    {
        Expect(kind);
        Assert.That(Values.ReadInt64(), Is.EqualTo(sequence));
    }

    public bool HasExited(TimeSpan within) => _process.WaitForExit(within) is not null;

    public int WaitForExit(TimeSpan timeout)
    {
        var exitCode = _process.WaitForExit(timeout);
        Assert.That(exitCode, Is.Not.Null, "The worker does not end.");
        return exitCode!.Value;
    }

    public void Dispose()
    {
        _process.Process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
