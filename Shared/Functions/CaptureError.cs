using System.Reflection;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>Says which captured variable cannot be sent, by its name in the source code, and what to do instead.</summary>
internal static class CaptureError
{
    /// <summary>The name of the captured variable, or of the field of <c>this</c>.</summary>
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
    /// A lock in a field of an object guards that object's fields, so a new lock in the copy works just as well. A captured lock
    /// is different: it was meant to guard against the function's other items, and a copy would not.
    /// </summary>
    public static bool IsLock(object content) => content is Lock || content.GetType() == typeof(object);

    public static ValueException OfLock(EnvironmentType type, EnvironmentField field) => new(
        $"{Name(type, field)} ({TypeNames.Full(field.Info.FieldType)})",
        field.Info.FieldType,
        "cannot be sent to another process, where a lock would guard nothing. Remove it from the function: each item has its own "
        + "copy of the captured variables.");

    /// <summary>The error for the object that a method is called on, or for the argument bound to it.</summary>
    public static ValueException OfTarget(MethodInfo method, ValueException error) =>
        error.Within($"the object that {TypeNames.Short(method.DeclaringType!)}.{method.Name} is called on");

    /// <summary>
    /// The error for a class that inherits private fields from a .NET class, which the analysis cannot rule out being read.
    /// </summary>
    public static ValueException Inherits(Type type, Type framework) => new(
        $"this ({TypeNames.Full(type)})",
        type,
        $"the function may use private state inherited from {TypeNames.Full(framework)}, which cannot be sent to another "
        + "process. Copy what the function needs into local variables first, or make it a static method.");

    /// <summary>The advice for types that are often captured by mistake.</summary>
    private static string? WayOut(Type declared, object? content)
    {
        var type = content?.GetType() ?? declared;
        if (type.FullName == "ProcessPool.Pool")
            return "cannot be sent to another process: a pool belongs to the process that started it. Return the results and start the "
                + "next call from the caller, or create a Pool inside the function.";
        if (content is CancellationTokenSource)
            return "cannot be sent to another process. Capture its Token instead (var token = source.Token): "
                + "in the worker it becomes the token of the running item.";
        if (content is Stream or TextReader or TextWriter)
            return "cannot be sent to another process. Open it inside the function, or read its content first and capture that.";
        if (content is Random)
            return "cannot be sent to another process. Capture a seed and create the Random inside the function.";
        if (content is Task)
            return "cannot be sent to another process, because a task belongs to the process that started it. Capture its result instead.";
        if (content is IDisposable && FrameworkAssemblies.Contains(type))
            return "cannot be sent to another process. Open it inside the function, or capture the values it is created from.";
        return null;
    }
}
