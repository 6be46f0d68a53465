using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Errors;

/// <summary>The data of an exception from another process, and how it becomes an exception again.</summary>
internal sealed class RemoteException
{
    /// <summary>In characters. An exception whose text could get longer is described instead of rebuilt.</summary>
    private const double LongestText = 10_000_000;

    private const string ProbeKey = "ProcessPool.Probe";

    /// <summary>The exception's type; null if this process has not loaded it in the same build.</summary>
    public required Type? Type { get; init; }

    public required string TypeName { get; init; }

    public required string Message { get; init; }

    /// <summary>The message that the constructor was given. The type's Message property may add to it.</summary>
    public required string? OwnMessage { get; init; }

    public required string? StackTrace { get; init; }

    public required int HResult { get; init; }

    public required string? Source { get; init; }

    public required string? HelpLink { get; init; }

    public required RemoteException[] Inner { get; init; }

    /// <summary>How many inner exceptions were not sent.</summary>
    public required int LeftOut { get; init; }

    public required Dictionary<string, object?> Data { get; init; }

    public required Dictionary<int, object> Fields { get; init; }

    /// <summary>
    /// How long the exception's text can get. It contains the text of each inner exception once for every time that a field
    /// refers to it. When nested exceptions each refer to the next one twice, the length doubles with every level.
    /// </summary>
    private double Unfolded
    {
        get
        {
            if (field > 0) return field;
            var times = new int[Inner.Length];
            foreach (var content in Fields.Values)
            {
                foreach (var number in content is int one ? [one] : content as int[] ?? [])
                {
                    if ((uint)number < (uint)times.Length) times[number]++;
                }
            }

            var length = 100.0 + Message.Length + (StackTrace?.Length ?? 0);
            for (var i = 0; i < Inner.Length; i++) length += Math.Max(1, times[i]) * Inner[i].Unfolded;
            return field = length;
        }
    }

    /// <summary>The rebuilt exception, or a description if it cannot be rebuilt.</summary>
    /// <param name="place">Where it was thrown; shown at the end of the stack trace.</param>
    public Exception ToException(FailurePlace? place)
    {
        // Inner exceptions first: both a rebuilt and a described exception use them.
        var inner = Array.ConvertAll(Inner, static each => each.ToException(null));
        return Rebuild(inner, place) ?? Describe(inner, place);
    }

    private void SetSurroundings(Exception exception, FailurePlace? place)
    {
        foreach (var (key, value) in Data) exception.Data[key] = value;
        exception.HResult = HResult;
        exception.Source = Source;
        exception.HelpLink = HelpLink;
        var stack = string.Join(Environment.NewLine, ((string?[])[StackTrace, place?.Line]).Where(static part => !string.IsNullOrEmpty(part)));
        if (stack.Length > 0) ExceptionDispatchInfo.SetRemoteStackTrace(exception, stack);
    }

    private RemoteTaskException Describe(Exception[] all, FailurePlace? place)
    {
        var inner = all.Length > 1 ? new AggregateException(all) : all.Length == 1 ? all[0] : null;
        var message = LeftOut == 0 ? Message : $"{Message} (and {LeftOut} inner exceptions that were not sent)";
        var exception = new RemoteTaskException(TypeName, message, StackTrace, inner) { Item = place?.Item, WorkerId = place?.WorkerId, WorkerProcessId = place?.ProcessId };
        SetSurroundings(exception, place);
        return exception;
    }

    /// <summary>
    /// Rebuilds the exception without running its constructors, so only its own properties can throw. They are tried here, before
    /// anyone else uses the exception.
    /// </summary>
    private Exception? Rebuild(Exception[] inner, FailurePlace? place)
    {
        if (Type is null || LeftOut > 0 || Unfolded > LongestText || !ExceptionFields.MayRebuild(Type)) return null;
        try
        {
            var exception = (Exception)RuntimeHelpers.GetUninitializedObject(Type);
            ExceptionFields.SetBase(exception, "_message", OwnMessage);
            ExceptionFields.SetBase(exception, "_innerException", inner.Length > 0 ? inner[0] : null);
            ExceptionFields.SetBase(exception, "_xcode", unchecked((int)0xE0434352));
            SetFields(exception, inner);
            SetSurroundings(exception, place);

            // The pool later stores in Data which item has failed, so Data must work.
            exception.Data[ProbeKey] = true;
            exception.Data.Remove(ProbeKey);
            return exception.Message == Message && exception.ToString().Length > 0 ? exception : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void SetFields(Exception exception, Exception[] inner)
    {
        var fields = ExceptionFields.Of(Type!);
        foreach (var (index, content) in Fields)
        {
            if ((uint)index < (uint)fields.Length) fields[index].SetValue(exception, ContentOf(fields[index], content, inner));
        }
    }

    private static object? ContentOf(FieldInfo field, object content, Exception[] inner)
    {
        switch (content)
        {
            case byte[] bytes:
                var reader = new MessagePackReader(bytes);
                return field.FieldType == typeof(object) ? Datum.Read(ref reader) : Formatters.Get(field.FieldType).ReadObject(ref reader, Formatters.Default.FromWorker);
            case int number:
                return inner[number];
            default:
                var numbers = (int[])content;
                var exceptions = (Exception[])Array.CreateInstance(field.FieldType.GetElementType()!, numbers.Length);
                for (var i = 0; i < numbers.Length; i++) exceptions[i] = inner[numbers[i]];
                return exceptions;
        }
    }
}
