using System.Globalization;
using ProcessPool.Functions;
using ProcessPool.MessagePack;
using ProcessPool.Protocol;

namespace ProcessPool.Jobs;

/// <summary>A call's function and surroundings, encoded once as the frame that every worker gets before its first item.</summary>
internal sealed class EncodedCall
{
    private static long _lastId;

    /// <exception cref="FunctionException">The function cannot be sent to another process.</exception>
    /// <exception cref="ValueException">What it captured cannot.</exception>
    public EncodedCall(Delegate function)
    {
        var frame = Frame.BeginFrame(FrameKind.Call, 6);
        Frame.Write(Id);
        Frame.Write(CultureInfo.CurrentCulture.Name);
        Frame.Write(CultureInfo.CurrentUICulture.Name);
        Frame.Write(CurrentDirectory());
        FunctionWriter.Write(Frame, function);
        Frame.EndFrame(frame);
    }

    private static string? CurrentDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            // It was deleted; workers stay where they are.
            return null;
        }
    }

    /// <summary>Unique in this process, so that a worker is never given two calls by one name.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    public MessagePackWriter Frame { get; } = new(256);

    /// <summary>Whether it is sent only to a worker that has nothing else to do.</summary>
    public bool IsLarge => Frame.Length > ProtocolConstants.LargeFrame;
}
