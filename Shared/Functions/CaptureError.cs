using System.Reflection;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>Says which captured variable cannot travel, in the words of the program, and what to do instead.</summary>
internal static class CaptureError
{
    /// <summary>The variable, or the field of <c>this</c>.</summary>
    public static string Name(EnvironmentType type, EnvironmentField field) => type.IsClosure
        ? $"captured variable '{GeneratedCode.DisplayName(field.Info)}'"
        : $"this ({TypeNames.Full(type.Type)}).{GeneratedCode.DisplayName(field.Info)}";

    public static ValueException Of(EnvironmentType type, EnvironmentField field, object? content, ValueException error)
    {
        var name = Name(type, field);
        var declared = TypeNames.Full(field.Info.FieldType);
        if (WayOut(field.Info.FieldType, content) is { } wayOut)
            return new ValueException($"{name} ({declared})", field.Info.FieldType, wayOut, error);
        return error.Within(name);
    }

    /// <summary>
    /// Within an object, where a lock guards the object's own fields, another one does as well. A captured variable that is a
    /// lock was meant to guard the function against its other items, and would not.
    /// </summary>
    public static bool IsLock(object content) => content is Lock || content.GetType() == typeof(object);

    public static ValueException OfLock(EnvironmentType type, EnvironmentField field) => new(
        $"{Name(type, field)} ({TypeNames.Full(field.Info.FieldType)})",
        field.Info.FieldType,
        "cannot be sent to another process: a lock guards nothing there. Do without it inside the function; each item has the "
        + "values it captured to itself.");

    /// <summary>The object that a method is called on, or the argument bound to it.</summary>
    public static ValueException OfTarget(MethodInfo method, ValueException error) =>
        error.Within($"the object that {TypeNames.Short(method.DeclaringType!)}.{method.Name} is called on");

    /// <summary>Nothing was found out about the fields that a class of .NET holds for its heirs.</summary>
    public static ValueException Inherits(Type type, Type framework) => new(
        $"this ({TypeNames.Full(type)})",
        type,
        $"the function can reach the private state that it inherits from {TypeNames.Full(framework)}, which cannot be sent to another "
        + "process. Copy what the function needs into local variables before, or make it a static method.");

    /// <summary>What to say about types that people capture by mistake.</summary>
    private static string? WayOut(Type declared, object? content)
    {
        var type = content?.GetType() ?? declared;
        if (type.FullName == "ProcessPool.Pool")
            return "a pool belongs to the process that started it. Return the results and start the next call from the caller, "
                + "or open a Pool inside the function.";
        if (content is CancellationTokenSource)
            return "cannot be sent to another process. Capture its Token instead (var token = source.Token): "
                + "in the worker it becomes the item's own token.";
        if (content is Stream or TextReader or TextWriter)
            return "cannot be sent to another process. Open it inside the function, or read the content before and capture that.";
        if (content is Random)
            return "cannot be sent to another process. Capture a seed and create it inside the function.";
        if (content is Task)
            return "cannot be sent to another process, as it only means something in this one. Capture the result instead.";
        if (content is IDisposable && FrameworkAssemblies.Contains(type))
            return "cannot be sent to another process. Open it inside the function, or capture the values it is made of.";
        return null;
    }
}
