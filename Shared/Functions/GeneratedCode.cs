using System.Reflection;
using System.Runtime.CompilerServices;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// Recognizes what the compilers of C# and Visual Basic generate for lambdas, local functions and iterators by its names, and the
/// closures of F#.
/// </summary>
internal static class GeneratedCode
{
    /// <summary>The field that holds <c>this</c> in closures and state machines.</summary>
    private const string ThisField = "<>4__this";

    /// <summary>The same in Visual Basic, where <c>this</c> is called <c>Me</c>.</summary>
    private const string MeField = "$VB$Me";

    private static readonly ConditionalWeakTable<Type, StrongBox<bool>> Types = [];

    /// <summary>
    /// Whether the type is a closure, the class of lambdas that capture nothing, or a state machine. User code cannot name such
    /// types.
    /// </summary>
    public static bool IsClosureOrStateMachine(Type type) => Types.GetValue(type, static t => new StrongBox<bool>(Classify(t))).Value;

    public static bool IsThisField(FieldInfo field) => field.Name is ThisField or MeField;

    /// <summary>
    /// Whether the method is a lambda, a local function, or a helper that calls a base method for one. User code cannot name such
    /// methods.
    /// </summary>
    public static bool IsGenerated(MethodBase method) =>
        method.Name.StartsWith('<') || method.Name.StartsWith("_Lambda$__", StringComparison.Ordinal) || (method.DeclaringType is { } type && IsClosureOrStateMachine(type));

    /// <summary>Whether the field caches a delegate, so that the closure creates it only once.</summary>
    public static bool IsDelegateCache(FieldInfo field) => field.Name.StartsWith("<>9", StringComparison.Ordinal);

    /// <summary>A field's name as the programmer wrote it.</summary>
    public static string DisplayName(FieldInfo field) => TypeNames.OfField(field.Name);

    /// <summary>
    /// A function as the programmer knows it: <c>Type.Method</c>; a local function with the method around it; a lambda by the method
    /// around it.
    /// </summary>
    public static string DisplayName(MethodInfo method)
    {
        var type = method.DeclaringType;
        while (type is { DeclaringType: { } outer } && IsClosureOrStateMachine(type)) type = outer;
        var prefix = type is null ? "" : $"{TypeNames.Short(type)}.";

        // <Outer>g__Inner|0_1 of a local function, <Outer>b__0_1 of a lambda.
        var close = method.Name.StartsWith('<') ? method.Name.LastIndexOf('>') : -1;
        if (close < 0) return prefix + method.Name;
        var (outside, rest) = (method.Name[1..close], method.Name[(close + 1)..]);
        var end = rest.IndexOf('|');
        return rest.StartsWith("g__", StringComparison.Ordinal) && end > 3 ? $"{prefix}{outside}.{rest[3..end]}" : $"{prefix}{outside} (lambda)";
    }

    private static bool Classify(Type type)
    {
        if (FSharpTypes.IsClosure(type)) return true;
        var name = type.Name;
        if (name.StartsWith("_Closure$__", StringComparison.Ordinal) || name.StartsWith("VB$StateMachine_", StringComparison.Ordinal)) return IsMarked(type);
        if (!name.StartsWith('<') || !IsMarked(type)) return false;
        if (name.StartsWith("<>c", StringComparison.Ordinal)) return name.Length == 3 || name[3] is '_' or '`';
        var end = name.LastIndexOf('>');
        return end > 1 && end + 1 < name.Length && name[end + 1] == 'd';
    }

    /// <summary>Also checks the enclosing types: the compiler does not mark types nested in a marked one.</summary>
    private static bool IsMarked(Type? type)
    {
        for (; type is not null; type = type.DeclaringType)
        {
            if (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)) return true;
        }

        return false;
    }
}
