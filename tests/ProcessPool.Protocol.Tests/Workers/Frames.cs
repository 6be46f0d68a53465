namespace ProcessPool.Protocol.Tests;

/// <summary>Frames as bytes.</summary>
internal static class Frames
{
    internal delegate void Writing(ref MessagePackWriter writer);

    /// <summary>What is written by hand, without a frame around it.</summary>
    public static byte[] Written(Writing write)
    {
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        write(ref writer);
        writer.Flush();
        return message.ToArray();
    }

    /// <summary>A value of a type that is known only at run time.</summary>
    public static byte[] Value(ValueFormatter formatter, object? value)
    {
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        formatter.WriteObject(ref writer, value, message.ContextOf(Formatters.Default));
        writer.Flush();
        return message.ToArray();
    }

    /// <summary>A function, as a part of a frame.</summary>
    public static byte[] Function(Delegate function)
    {
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        FunctionWriter.Write(ref writer, function, message.ContextOf(Formatters.Default));
        writer.Flush();
        return message.ToArray();
    }

    /// <summary>A frame whose fields are written by hand.</summary>
    public static byte[] Make(FrameKind kind, int fields, Writing write)
    {
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        var start = message.BeginFrame(ref writer, kind, 1 + fields);
        write(ref writer);
        message.EndFrame(ref writer, start);
        return message.ToArray();
    }

    /// <summary>A frame of integers.</summary>
    public static byte[] Of(FrameKind kind, params long[] numbers)
    {
        var message = new FrameBuffer();
        message.WriteFrame(kind, numbers);
        return message.ToArray();
    }

    /// <summary>A length and a body that need not fit each other.</summary>
    public static byte[] Raw(uint length, params byte[] body)
    {
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        writer.WriteUInt32(length);
        writer.WriteRaw(body);
        writer.Flush();
        return message.ToArray();
    }

    public static byte[] Hello(int version = ProtocolConstants.Version) => Make(FrameKind.Hello, 3, (ref w) =>
    {
        w.Write(version);
        w.Write(Environment.ProcessId);
        w.Write("test");
    });

    public static byte[] Welcome(int version = ProtocolConstants.Version, long? longest = null, params (string Name, string? Value)[] environment) =>
        Make(FrameKind.Welcome, 6, (ref w) =>
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
            w.WriteArrayHeader(5);
            for (var i = 0; i < 4; i++) w.WriteNil();
            w.WriteArrayHeader(0);
        });

    public static byte[] Items(long call, long first, params int[] arguments) => Make(FrameKind.Items, 4, (ref w) =>
    {
        w.Write(call);
        w.Write(first);
        w.Write(0);
        w.WriteArrayHeader(arguments.Length);
        foreach (var argument in arguments) w.Write(argument);
    });

    public static byte[] Result(long sequence, int value) => Of(FrameKind.Result, sequence, value);

    public static byte[] Results(long first, params int[] values) => Results(first, values.Length, (ref w) =>
    {
        foreach (var value in values) w.Write(value);
    });

    public static byte[] Results(long first, int count, Writing write) => Make(FrameKind.Results, 2, (ref w) =>
    {
        w.WriteRaw((byte[])[MessagePackCode.Int64, .. BitConverter.GetBytes(first).Reverse()]);
        w.WriteRaw((byte[])[MessagePackCode.Array32, .. BitConverter.GetBytes(count).Reverse()]);
        write(ref w);
    });

    public static byte[] Finalized(int value) => Make(FrameKind.Finalized, 2, (ref w) =>
    {
        w.WriteNil();
        w.Write(value);
    });

    public static byte[] Revoked(params long[] sequences) => Make(FrameKind.Revoked, 1, (ref w) =>
    {
        w.WriteArrayHeader(sequences.Length);
        foreach (var sequence in sequences) w.Write(sequence);
    });
}
