using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using ProcessPool.MessagePack;

namespace ProcessPool.Errors;

/// <summary>An exception of another process as read, and what is made of it.</summary>
internal sealed class RemoteException
{
    /// <summary>Its type, if this process has loaded the same one.</summary>
    public required Type? Type { get; init; }

    public required string TypeName { get; init; }

    public required string Message { get; init; }

    /// <summary>What the constructor was given, to which the type's Message may add.</summary>
    public required string? OwnMessage { get; init; }

    public required string? StackTrace { get; init; }

    public required int HResult { get; init; }

    public required string? Source { get; init; }

    public required string? HelpLink { get; init; }

    public required Exception[] Inner { get; init; }

    /// <summary>How many inner exceptions were not sent.</summary>
    public required int LeftOut { get; init; }

    public required Dictionary<string, object?> Data { get; init; }

    public required Dictionary<int, object> Fields { get; init; }

    public Exception ToException()
    {
        var exception = Rebuild() ?? Describe();
        exception.HResult = HResult;
        exception.Source = Source;
        exception.HelpLink = HelpLink;
        if (StackTrace is { Length: > 0 }) ExceptionDispatchInfo.SetRemoteStackTrace(exception, StackTrace);
        return exception;
    }

    private RemoteTaskException Describe()
    {
        var inner = Inner.Length > 1 ? new AggregateException(Inner) : Inner.Length == 1 ? Inner[0] : null;
        var message = LeftOut == 0 ? Message : $"{Message} (and {LeftOut} inner exceptions that were not sent)";
        var exception = new RemoteTaskException(TypeName, message, StackTrace, inner);
        foreach (var (key, value) in Data) exception.Data[key] = value;
        return exception;
    }

    /// <summary>
    /// The exception without its constructors having run, so that nothing can go wrong but its own properties; these are tried
    /// before anybody else meets them.
    /// </summary>
    private Exception? Rebuild()
    {
        if (Type is null || LeftOut > 0 || !ExceptionFields.MayRebuild(Type)) return null;
        try
        {
            var exception = (Exception)RuntimeHelpers.GetUninitializedObject(Type);
            ExceptionFields.SetBase(exception, "_message", OwnMessage);
            ExceptionFields.SetBase(exception, "_innerException", Inner.Length > 0 ? Inner[0] : null);
            ExceptionFields.SetBase(exception, "_xcode", unchecked((int)0xE0434352));
            SetFields(exception);
            foreach (var (key, value) in Data) exception.Data[key] = value;
            return exception.Message == Message && exception.ToString().Length > 0 ? exception : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void SetFields(Exception exception)
    {
        var fields = ExceptionFields.Of(Type!);
        foreach (var (index, content) in Fields)
        {
            if ((uint)index < (uint)fields.Length) fields[index].SetValue(exception, ContentOf(fields[index], content));
        }
    }

    private object? ContentOf(FieldInfo field, object content)
    {
        switch (content)
        {
            case byte[] bytes:
                var reader = new MessagePackReader(bytes);
                return field.FieldType == typeof(object) ? Datum.Read(reader) : Formatters.Get(field.FieldType).ReadObject(reader);
            case int number:
                return Inner[number];
            default:
                var numbers = (int[])content;
                var inner = (Exception[])Array.CreateInstance(field.FieldType.GetElementType()!, numbers.Length);
                for (var i = 0; i < numbers.Length; i++) inner[i] = Inner[numbers[i]];
                return inner;
        }
    }
}
