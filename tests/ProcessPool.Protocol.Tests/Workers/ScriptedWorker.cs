using System.Collections.Concurrent;
using System.IO.Pipes;
using ProcessPool.Memory;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

/// <summary>A worker that is a thread of this process, at the other end of real pipes.</summary>
internal sealed class ScriptedWorker : WorkerConnection
{
    private const int Killed = 137;

    private readonly AnonymousPipeServerStream _fromCoordinator = new(PipeDirection.In);
    private readonly AnonymousPipeServerStream _toCoordinator = new(PipeDirection.Out);
    private readonly FrameReader _frames;
    private readonly ManualResetEventSlim _ended = new();
    private volatile bool _killed;

    public ScriptedWorker(Action<ScriptedWorker> script, ConcurrentQueue<Exception> errors, StatusPage? page)
    {
        Page = page;
        Input = new AnonymousPipeClientStream(PipeDirection.Out, _fromCoordinator.ClientSafePipeHandle);
        Output = new AnonymousPipeClientStream(PipeDirection.In, _toCoordinator.ClientSafePipeHandle);
        _frames = new FrameReader(new StreamByteSource(_fromCoordinator));
        new Thread(() => Run(script, errors)) { IsBackground = true, Name = "scripted worker" }.Start();
    }

    // ---- what the coordinator sees ---------------------------------------------------------------------------------

    public override Stream Input { get; }

    public override Stream Output { get; }

    public override Stream Error => Stream.Null;

    public override StatusPage? Page { get; }

    public override int ProcessId => 1_000_000_000;

    public override IReadOnlyDictionary<string, string?> EnvironmentToRestore { get; } = new Dictionary<string, string?>();

    public override string Command => "a script";

    public override void OnStarted()
    {
        // Nothing was needed for the start only.
    }

    public override void Kill()
    {
        if (_ended.IsSet) return;
        _killed = true;
        _toCoordinator.Dispose();
        _ended.Set();
    }

    public override int? WaitForExit(TimeSpan timeout) => _ended.Wait(timeout) ? (_killed ? Killed : 0) : null;

    public override void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
    }

    // ---- what the script does --------------------------------------------------------------------------------------

    /// <summary>Those of the frame that was read last.</summary>
    public FrameValues Values { get; private set; } = null!;

    /// <summary>How many bytes were sent.</summary>
    public long Sent { get; private set; }

    public void Send(params byte[][] frames)
    {
        foreach (var frame in frames)
        {
            _toCoordinator.Write(frame);
            Sent += frame.Length;
        }
    }

    /// <summary>Hello and Welcome.</summary>
    public void Greet()
    {
        Send(Frames.Hello());
        Expect(FrameKind.Welcome);
    }

    public FrameKind ReadKind()
    {
        var kind = FrameValues.ReadFrom(_frames, out var values);
        Values = values;
        return kind;
    }

    public void Expect(FrameKind kind) => Assert.That(ReadKind(), Is.EqualTo(kind));

    /// <summary>The numbers and arguments of the next items, whatever frames come before them.</summary>
    public (long Sequence, int Argument)[] NextItems()
    {
        while (true)
        {
            var kind = ReadKind();
            if (kind is FrameKind.Items) return ReadItems();
            if (kind is FrameKind.None or FrameKind.Shutdown) return [];
        }
    }

    public (long Sequence, int Argument)[] ReadItems()
    {
        Values.ReadInt64();
        var first = Values.ReadInt64();
        Values.ReadInt64();
        var items = new (long, int)[Values.ReadArrayHeader()];
        for (var i = 0; i < items.Length; i++) items[i] = (first + i, Values.ReadInt32());
        return items;
    }

    /// <summary>Doubles numbers until the coordinator has no more.</summary>
    public void Serve()
    {
        while (NextItems() is { Length: > 0 } items)
        {
            foreach (var (sequence, argument) in items) Send(Frames.Result(sequence, 2 * argument));
        }

        Send(Frames.Of(FrameKind.Goodbye));
    }

    /// <summary>Says nothing more, and lives on.</summary>
    public void CloseOutput() => _toCoordinator.Dispose();

    /// <summary>Waits for the coordinator to hang up.</summary>
    public void WaitForEnd()
    {
        while (ReadKind() != FrameKind.None)
        {
            // Whatever it says.
        }
    }

    private void Run(Action<ScriptedWorker> script, ConcurrentQueue<Exception> errors)
    {
        try
        {
            script(this);
        }
        catch (Exception) when (_killed)
        {
            // Its pipes broke.
        }
        catch (Exception e)
        {
            errors.Enqueue(e);
        }

        _toCoordinator.Dispose();
        _ended.Set();
    }
}
