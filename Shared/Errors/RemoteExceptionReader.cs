using ProcessPool.Functions;
using ProcessPool.MessagePack;

namespace ProcessPool.Errors;

/// <summary>Reads what <see cref="RemoteExceptionWriter"/> wrote: the exception itself if that is safe, else its description.</summary>
internal static class RemoteExceptionReader
{
    /// <summary>No class has more fields.</summary>
    private const int MostFields = ushort.MaxValue;

    /// <exception cref="MessagePackException">The bytes are no exception.</exception>
    public static Exception Read(MessagePackReader reader)
    {
        var left = RemoteExceptionWriter.MostInner;
        return Read(reader, 1, ref left).ToException();
    }

    private static RemoteException Read(MessagePackReader reader, int depth, ref int left)
    {
        if (reader.ReadArrayHeader() != RemoteExceptionWriter.Parts) throw new MessagePackException("Expected an exception.");
        reader.Enter();
        var type = reader.TryReadNil() ? null : ReadType(reader);
        var typeName = reader.ReadString() ?? "";
        var message = reader.ReadString() ?? "";
        var exception = new RemoteException
        {
            Type = type,
            TypeName = typeName,
            Message = message,
            OwnMessage = reader.NextType == MessagePackType.Boolean && reader.ReadBoolean() ? message : reader.ReadString(),
            StackTrace = reader.ReadString(),
            HResult = reader.ReadInt32(),
            Source = reader.ReadString(),
            HelpLink = reader.ReadString(),
            Inner = ReadInner(reader, depth, ref left),
            LeftOut = reader.ReadInt32(),
            Data = ReadData(reader),
            Fields = ReadFields(reader),
        };
        reader.Leave();
        return exception;
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

    /// <summary>The writer's limits hold here too: what an exception says is often made anew from what all those within it say.</summary>
    private static RemoteException[] ReadInner(MessagePackReader reader, int depth, ref int left)
    {
        var count = reader.ReadArrayHeader();
        if (count == 0) return [];
        left -= count;
        if (left < 0 || depth >= RemoteExceptionWriter.DeepestInner)
            throw new MessagePackException($"More than {RemoteExceptionWriter.MostInner} exceptions within one, or more than {RemoteExceptionWriter.DeepestInner} within each other.");
        var inner = new RemoteException[count];
        for (var i = 0; i < count; i++) inner[i] = Read(reader, depth + 1, ref left);
        return inner;
    }

    private static Dictionary<string, object?> ReadData(MessagePackReader reader)
    {
        var data = new Dictionary<string, object?>();
        var count = reader.ReadMapHeader();
        if (count > RemoteExceptionWriter.MostData) throw new MessagePackException($"{count} entries of data; the limit is {RemoteExceptionWriter.MostData}.");
        for (; count > 0; count--)
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
            var index = (int)reader.ReadInt64(0, MostFields, "the number of a field");
            fields[index] = reader.NextType switch
            {
                MessagePackType.Binary => reader.ReadBlock<byte>(reader.ReadBinHeader()),
                MessagePackType.Array => ReadNumbers(reader),
                _ => reader.ReadInt32(),
            };
        }

        return fields;
    }

    private static int[] ReadNumbers(MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (count > RemoteExceptionWriter.MostInner) throw new MessagePackException($"{count} inner exceptions; the limit is {RemoteExceptionWriter.MostInner}.");
        var numbers = new int[count];
        for (var i = 0; i < count; i++) numbers[i] = reader.ReadInt32();
        return numbers;
    }
}
