using System.Reflection;
using System.Runtime.CompilerServices;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// A class of whose objects only the fields that functions read are sent: closures, and users' classes as <c>this</c>.
/// </summary>
internal sealed class EnvironmentType
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConditionalWeakTable<Type, EnvironmentType> Known = [];

    private EnvironmentType(Type type)
    {
        Type = type;
        IsClosure = GeneratedCode.IsClosureOrStateMachine(type);
        IsReadWhole = FSharpTypes.IsClosure(type);
        var fields = new List<EnvironmentField>();
        for (var at = type; at is not null && at != typeof(object); at = at.BaseType) AddFields(fields, at);
        Fields = [.. fields];
    }

    public Type Type { get; }

    public bool IsClosure { get; }

    /// <summary>Whether all fields are sent, because the function uses each. This is how F# makes closures.</summary>
    public bool IsReadWhole { get; }

    /// <summary>All fields that can be sent, in the same order in every process that runs this build.</summary>
    public EnvironmentField[] Fields { get; }

    public static EnvironmentType Of(Type type) => Known.GetValue(type, static t => new EnvironmentType(t));

    /// <summary>
    /// Whether objects of the class are sent this way. Objects of .NET's and this library's own classes are sent as values
    /// through their formatters, which know their content. Closures always are, even those of lambdas in .NET or this library.
    /// </summary>
    /// <param name="type">The class.</param>
    /// <param name="users">The users' formatters; objects of the types they cover are sent through them.</param>
    public static bool Includes(Type type, UserFormatters users)
    {
        if (type.IsValueType || type.IsArray || users.Have(type)) return false;
        if (type.Assembly != typeof(EnvironmentType).Assembly && !FrameworkAssemblies.Contains(type)) return !type.IsAssignableTo(typeof(Delegate));
        return GeneratedCode.IsClosureOrStateMachine(type);
    }

    private void AddFields(List<EnvironmentField> fields, Type declaringType)
    {
        // Reflection returns fields in no guaranteed order.
        var declared = declaringType.GetFields(Declared);
        Array.Sort(declared, static (a, b) => a.MetadataToken.CompareTo(b.MetadataToken));
        foreach (var field in declared)
        {
            if (IsClosure ? !GeneratedCode.IsDelegateCache(field) : !Members.IsLeftOut(field)) fields.Add(new EnvironmentField(field, IsClosure));
        }
    }
}
