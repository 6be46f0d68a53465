using ProcessPool.MessagePack;

namespace ProcessPool.Protocol.Tests;

/// <summary>Frames as bytes.</summary>
internal static class Frames
{
    /// <summary>A frame whose fields are written by hand.</summary>
    public static byte[] Make(FrameKind kind, int fields, Action<MessagePackWriter> write)
    {
        var writer = new MessagePackWriter();
        var start = writer.BeginFrame(kind, 1 + fields);
        write(writer);
        writer.EndFrame(start);
        return writer.ToArray();
    }

    /// <summary>A frame of integers.</summary>
    public static byte[] Of(FrameKind kind, params long[] numbers)
    {
        var writer = new MessagePackWriter();
        writer.WriteFrame(kind, numbers);
        return writer.ToArray();
    }

    /// <summary>A length and a body that need not fit each other.</summary>
    public static byte[] Raw(uint length, params byte[] body)
    {
        var writer = new MessagePackWriter();
        writer.WriteFixedUInt32(length);
        writer.WriteRaw(body);
        return writer.ToArray();
    }

    public static byte[] Hello(int version = ProtocolConstants.Version) => Make(FrameKind.Hello, 3, w =>
    {
        w.Write(version);
        w.Write(Environment.ProcessId);
        w.Write("test");
    });

    public static byte[] Welcome(int version = ProtocolConstants.Version, long? longest = null, params (string Name, string? Value)[] environment) =>
        Make(FrameKind.Welcome, 5, w =>
        {
            w.Write(version);
            w.Write(0);
            w.WriteMapHeader(environment.Length);
            foreach (var (name, value) in environment)
            {
                w.Write(name);
                w.Write(value);
            }

            w.WriteArrayHeader(0);
            if (longest is { } most) w.Write(most);
            else w.WriteNil();
        });

    public static byte[] Items(long call, long first, params int[] arguments) => Make(FrameKind.Items, 4, w =>
    {
        w.Write(call);
        w.Write(first);
        w.Write(0);
        w.WriteArrayHeader(arguments.Length);
        foreach (var argument in arguments) w.Write(argument);
    });

    public static byte[] Result(long sequence, int value) => Of(FrameKind.Result, sequence, value);

    public static byte[] Finalized(int value) => Make(FrameKind.Finalized, 2, w =>
    {
        w.WriteNil();
        w.Write(value);
    });

    public static byte[] Revoked(params long[] sequences) => Make(FrameKind.Revoked, 1, w =>
    {
        w.WriteArrayHeader(sequences.Length);
        foreach (var sequence in sequences) w.Write(sequence);
    });
}
