using ProcessPool.Functions;
using ProcessPool.MessagePack;

namespace ProcessPool.Errors;

/// <summary>Reads what <see cref="RemoteExceptionWriter"/> wrote: the exception itself if that is safe, else its description.</summary>
internal static class RemoteExceptionReader
{
    /// <exception cref="MessagePackException">The bytes are no exception.</exception>
    public static Exception Read(MessagePackReader reader)
    {
        if (reader.ReadArrayHeader() != RemoteExceptionWriter.Parts) throw new MessagePackException("Expected an exception.");
        reader.Enter();
        var type = reader.TryReadNil() ? null : ReadType(reader);
        var typeName = reader.ReadString() ?? "";
        var message = reader.ReadString() ?? "";
        var content = new RemoteException
        {
            Type = type,
            TypeName = typeName,
            Message = message,
            OwnMessage = reader.NextType == MessagePackType.Boolean && reader.ReadBoolean() ? message : reader.ReadString(),
            StackTrace = reader.ReadString(),
            HResult = reader.ReadInt32(),
            Source = reader.ReadString(),
            HelpLink = reader.ReadString(),
            Inner = ReadInner(reader),
            LeftOut = reader.ReadInt32(),
            Data = ReadData(reader),
            Fields = ReadFields(reader),
        };
        reader.Leave();
        return content.ToException();
    }

    private static Type? ReadType(MessagePackReader reader)
    {
        try
        {
            return new IdentityReader(reader, mayLoad: false).TryReadType();
        }
        catch (FunctionException e)
        {
            throw new MessagePackException(e.Message);
        }
    }

    private static Exception[] ReadInner(MessagePackReader reader)
    {
        // Grown as they come: a count costs its sender five bytes.
        List<Exception> inner = [];
        for (var count = reader.ReadArrayHeader(); count > 0; count--) inner.Add(Read(reader));
        return [.. inner];
    }

    private static Dictionary<string, object?> ReadData(MessagePackReader reader)
    {
        var data = new Dictionary<string, object?>();
        for (var count = reader.ReadMapHeader(); count > 0; count--)
        {
            var key = reader.ReadString() ?? "";
            data[key] = Datum.Read(reader);
        }

        return data;
    }

    /// <summary>By number: the bytes of a value, the number of an inner exception, or several.</summary>
    private static Dictionary<int, object> ReadFields(MessagePackReader reader)
    {
        var fields = new Dictionary<int, object>();
        for (var count = reader.ReadMapHeader(); count > 0; count--)
        {
            var index = reader.ReadInt32();
            fields[index] = reader.NextType switch
            {
                MessagePackType.Binary => ReadBytes(reader),
                MessagePackType.Array => ReadNumbers(reader),
                _ => reader.ReadInt32(),
            };
        }

        return fields;
    }

    private static byte[] ReadBytes(MessagePackReader reader)
    {
        var bytes = new byte[reader.ReadBinHeader()];
        reader.ReadRaw(bytes);
        return bytes;
    }

    private static int[] ReadNumbers(MessagePackReader reader)
    {
        List<int> numbers = [];
        for (var count = reader.ReadArrayHeader(); count > 0; count--) numbers.Add(reader.ReadInt32());
        return [.. numbers];
    }
}
