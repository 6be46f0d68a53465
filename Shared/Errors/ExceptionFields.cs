using System.Collections.Concurrent;
using System.Reflection;
using ProcessPool.Functions;
using ProcessPool.Values;

namespace ProcessPool.Errors;

/// <summary>The fields that a type of exception adds to <see cref="Exception"/>, in the same order in every process.</summary>
internal static class ExceptionFields
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Known = [];

    /// <summary>How a derived type holds on to inner exceptions; they travel as exceptions, not as values.</summary>
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

    /// <summary>What the constructor was given; some types add to it: ArgumentException the parameter, AggregateException the inner messages.</summary>
    public static string? GetMessage(Exception exception) => (string?)typeof(Exception).GetField("_message", Declared)?.GetValue(exception);

    /// <summary>A private field of <see cref="Exception"/> itself.</summary>
    public static void SetBase(Exception exception, string name, object? value) =>
        typeof(Exception).GetField(name, Declared)?.SetValue(exception, value);

    /// <summary>Whether exceptions of this type are rebuilt at all.</summary>
    public static bool MayRebuild(Type type) =>
        type.IsAssignableTo(typeof(Exception)) && !type.IsAbstract && !type.IsAssignableTo(typeof(OperationCanceledException))
        && !GeneratedCode.IsClosureOrStateMachine(type);
}
