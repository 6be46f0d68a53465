using System.Reflection;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>How the content of a captured field is sent.</summary>
internal enum CaptureKind
{
    /// <summary>Through the formatter of its declared type.</summary>
    Value,

    /// <summary>An enclosing closure, <c>this</c>, or a function value of F#: as a number in the function's table.</summary>
    Environment,

    /// <summary>A delegate: as a number in the function's table.</summary>
    Function,

    /// <summary>As whether the token can be canceled. If so, the item's own token replaces it.</summary>
    CancellationToken,
}

/// <summary>A field of a closure, or of a user's object whose method or lambda is sent.</summary>
internal sealed class EnvironmentField
{
    private readonly CaptureKind _kind;

    public EnvironmentField(FieldInfo info, bool inClosure)
    {
        Info = info;
        Key = FieldKey.Of(info);
        _kind = KindOf(info, inClosure);
        MayBeNull = !info.FieldType.IsValueType || Nullable.GetUnderlyingType(info.FieldType) is not null;
    }

    public FieldInfo Info { get; }

    public FieldKey Key { get; }

    public bool MayBeNull { get; }

    /// <summary>
    /// How the field is sent given the users' formatters: <c>this</c> is a value if there is a formatter for it.
    /// </summary>
    public CaptureKind KindAmong(UserFormatters users) =>
        _kind == CaptureKind.Environment && users.Have(Info.FieldType) ? CaptureKind.Value : _kind;

    public static CaptureKind KindOf(Type type)
    {
        if (type == typeof(CancellationToken) || type == typeof(CancellationToken?)) return CaptureKind.CancellationToken;
        return type.IsAssignableTo(typeof(Delegate)) ? CaptureKind.Function : CaptureKind.Value;
    }

    private static CaptureKind KindOf(FieldInfo field, bool inClosure)
    {
        var type = field.FieldType;
        if (FSharpTypes.IsFunction(type)) return CaptureKind.Environment;
        if (!inClosure || type.IsValueType) return KindOf(type);
        return GeneratedCode.IsThisField(field) || GeneratedCode.IsClosureOrStateMachine(type) ? CaptureKind.Environment : KindOf(type);
    }
}
