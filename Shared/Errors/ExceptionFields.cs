using System.Collections.Concurrent;
using System.Reflection;
using ProcessPool.Functions;
using ProcessPool.Values;

namespace ProcessPool.Errors;

/// <summary>The fields that an exception type adds to <see cref="Exception"/>, in the same order in every process.</summary>
internal static class ExceptionFields
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Known = [];

    /// <summary>Whether the field holds inner exceptions, which are sent as exceptions, not as values.</summary>
    public static bool HoldsExceptions(FieldInfo field) =>
        field.FieldType.IsAssignableTo(typeof(Exception)) || field.FieldType.IsAssignableTo(typeof(IEnumerable<Exception>));

    public static FieldInfo[] Of(Type type) => Known.GetOrAdd(type, static t =>
    {
        var fields = new List<FieldInfo>();
        for (var at = t; at is not null && at != typeof(Exception); at = at.BaseType)
        {
            var declared = at.GetFields(Declared);
            Array.Sort(declared, static (a, b) => a.MetadataToken.CompareTo(b.MetadataToken));
            foreach (var field in declared)
            {
                if (!Members.IsLeftOut(field)) fields.Add(field);
            }
        }

        return [.. fields];
    });

    /// <summary>
    /// The message that the constructor was given. The Message property of some types adds to it: ArgumentException the parameter
    /// name, AggregateException the inner messages.
    /// </summary>
    public static string? GetMessage(Exception exception) => (string?)typeof(Exception).GetField("_message", Declared)?.GetValue(exception);

    /// <summary>Sets a private field of <see cref="Exception"/> itself.</summary>
    public static void SetBase(Exception exception, string name, object? value) =>
        typeof(Exception).GetField(name, Declared)?.SetValue(exception, value);

    /// <summary>Whether exceptions of this type are rebuilt at all.</summary>
    public static bool MayRebuild(Type type) =>
        type.IsAssignableTo(typeof(Exception)) && !type.IsAbstract && !type.IsAssignableTo(typeof(OperationCanceledException))
        && !GeneratedCode.IsClosureOrStateMachine(type);
}
