using MessagePack;
using ProcessPool.Functions;
using ProcessPool.Values;

namespace ProcessPool.Errors;

/// <summary>
/// Reads what <see cref="RemoteExceptionWriter"/> wrote, and rebuilds the exception if that is safe. If not, it is described.
/// </summary>
internal static class RemoteExceptionReader
{
    /// <summary>A class cannot have more fields.</summary>
    private const int MostFields = ushort.MaxValue;

    /// <param name="reader">The bytes to read from.</param>
    /// <param name="place">Where the exception was thrown, if an item threw it.</param>
    /// <exception cref="BrokenValueException">The bytes do not encode an exception.</exception>
    public static Exception Read(ref MessagePackReader reader, FailurePlace? place = null)
    {
        try
        {
            var left = RemoteExceptionWriter.MostInner;
            return Read(ref reader, 1, ref left).ToException(place);
        }
        catch (Exception e) when (BrokenValueException.MustReplace(e))
        {
            throw BrokenValueException.Of(e);
        }
    }

    private static RemoteException Read(ref MessagePackReader reader, int depth, ref int left)
    {
        if (reader.ReadArrayHeader() != RemoteExceptionWriter.Parts) throw new BrokenValueException("Expected an exception.");
        ValueContext.Enter(ref reader);
        var type = reader.TryReadNil() ? null : ReadType(ref reader);
        var typeName = reader.ReadText() ?? "";
        var message = reader.ReadText() ?? "";
        var exception = new RemoteException
        {
            Type = type,
            TypeName = typeName,
            Message = message,
            OwnMessage = reader.NextMessagePackType == MessagePackType.Boolean && reader.ReadBoolean() ? message : reader.ReadText(),
            StackTrace = reader.ReadText(),
            HResult = reader.ReadInt32(),
            Source = reader.ReadText(),
            HelpLink = reader.ReadText(),
            Inner = ReadInner(ref reader, depth, ref left),
            LeftOut = reader.ReadInt32(),
            Data = ReadData(ref reader),
            Fields = ReadFields(ref reader),
        };
        ValueContext.Leave(ref reader);
        return exception;
    }

    private static Type? ReadType(ref MessagePackReader reader)
    {
        try
        {
            return new IdentityReader(mayNameFiles: false, mayLoad: false).TryReadType(ref reader);
        }
        catch (FunctionException e)
        {
            throw new BrokenValueException(e.Message);
        }
    }

    /// <summary>
    /// The writer's limits apply here too, because many exceptions compute their text from the texts of all inner exceptions.
    /// </summary>
    private static RemoteException[] ReadInner(ref MessagePackReader reader, int depth, ref int left)
    {
        var count = reader.ReadArrayHeader();
        if (count == 0) return [];
        left -= count;
        if (left < 0 || depth >= RemoteExceptionWriter.DeepestInner)
            throw new BrokenValueException($"An exception has more than {RemoteExceptionWriter.MostInner} inner exceptions, or they are nested deeper than {RemoteExceptionWriter.DeepestInner}.");
        var inner = new RemoteException[count];
        for (var i = 0; i < count; i++) inner[i] = Read(ref reader, depth + 1, ref left);
        return inner;
    }

    private static Dictionary<string, object?> ReadData(ref MessagePackReader reader)
    {
        var data = new Dictionary<string, object?>();
        var count = reader.ReadMapHeader();
        if (count > RemoteExceptionWriter.MostData) throw new BrokenValueException($"An exception has {count} entries of data; the limit is {RemoteExceptionWriter.MostData}.");
        for (; count > 0; count--)
        {
            var key = reader.ReadText() ?? "";
            data[key] = Datum.Read(ref reader);
        }

        return data;
    }

    /// <summary>
    /// Reads what each field holds, by field number: the bytes of a value, the number of an inner exception, or an array of such
    /// numbers.
    /// </summary>
    private static Dictionary<int, object> ReadFields(ref MessagePackReader reader)
    {
        var fields = new Dictionary<int, object>();
        for (var count = reader.ReadMapHeader(); count > 0; count--)
        {
            var index = (int)reader.ReadNumber(0, MostFields, "the number of a field");
            fields[index] = reader.NextMessagePackType switch
            {
                MessagePackType.Binary => reader.ReadBlock<byte>(),
                MessagePackType.Array => ReadNumbers(ref reader),
                _ => reader.ReadInt32(),
            };
        }

        return fields;
    }

    private static int[] ReadNumbers(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (count > RemoteExceptionWriter.MostInner) throw new BrokenValueException($"{count} inner exceptions; the limit is {RemoteExceptionWriter.MostInner}.");
        var numbers = new int[count];
        for (var i = 0; i < count; i++) numbers[i] = reader.ReadInt32();
        return numbers;
    }
}
