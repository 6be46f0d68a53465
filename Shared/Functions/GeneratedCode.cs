using System.Reflection;
using System.Runtime.CompilerServices;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>The names that the C# compiler gives to what it makes of lambdas, local functions and iterators.</summary>
internal static class GeneratedCode
{
    /// <summary>Holds <c>this</c> in closures and state machines.</summary>
    private const string ThisField = "<>4__this";

    private static readonly ConditionalWeakTable<Type, StrongBox<bool>> Types = [];

    /// <summary>Whether user code cannot name the type: a closure, the home of lambdas that capture nothing, a state machine.</summary>
    public static bool IsClosureOrStateMachine(Type type) => Types.GetValue(type, static t => new StrongBox<bool>(Classify(t))).Value;

    public static bool IsThisField(FieldInfo field) => field.Name == ThisField;

    /// <summary>A lambda or a local function, or what calls a base method for one; user code cannot name it.</summary>
    public static bool IsGenerated(MethodBase method) =>
        method.Name.StartsWith('<') || (method.DeclaringType is { } type && IsClosureOrStateMachine(type));

    /// <summary>Delegates that closures keep so as not to make them again.</summary>
    public static bool IsDelegateCache(FieldInfo field) => field.Name.StartsWith("<>9", StringComparison.Ordinal);

    /// <summary>A field's name as the programmer wrote it.</summary>
    public static string DisplayName(FieldInfo field) => TypeNames.OfField(field.Name);

    private static bool Classify(Type type)
    {
        var name = type.Name;
        if (!name.StartsWith('<') || !IsMarked(type)) return false;
        if (name.StartsWith("<>c", StringComparison.Ordinal)) return name.Length == 3 || name[3] is '_' or '`';
        var end = name.LastIndexOf('>');
        return end > 1 && end + 1 < name.Length && name[end + 1] == 'd';
    }

    /// <summary>The compiler does not mark what lies within something that is marked.</summary>
    private static bool IsMarked(Type? type)
    {
        for (; type is not null; type = type.DeclaringType)
        {
            if (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)) return true;
        }

        return false;
    }
}
