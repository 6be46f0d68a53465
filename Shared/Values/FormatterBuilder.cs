using System.Numerics;
using System.Runtime.CompilerServices;
using MessagePack.Formatters;
using ProcessPool.Progress;

namespace ProcessPool.Values;

/// <summary>
/// A formatter that looks up the formatters it needs only after it is registered itself, because a type may contain itself.
/// </summary>
internal interface ITwoStepFormatter
{
    void Initialize(FormatterBuilder builder);
}

/// <summary>Creates the formatters of one type and of all types that it contains.</summary>
internal sealed class FormatterBuilder(ValueResolver resolver)
{
    /// <summary>
    /// Generic types nested deeper than this come from a type whose fields contain ever longer forms of itself.
    /// </summary>
    private const int DeepestGeneric = 24;

    private readonly Dictionary<Type, ValueFormatter> _exact = [];

    /// <summary>For looking up formatters later, when the first value needs them.</summary>
    public ValueResolver Resolver => resolver;

    public int CompileAfter => resolver.CompileAfter;

    /// <summary>The formatters created so far. They are valid only once the outermost type is finished.</summary>
    public Dictionary<Type, ValueFormatter> Built { get; } = [];

    /// <summary>The formatter of a declared type.</summary>
    /// <exception cref="ValueException">There is none. The path starts at this type.</exception>
    public ValueFormatter Get(Type type) => resolver.Find(type) ?? Built.GetValueOrDefault(type) ?? Add(Built, type, Create(type));

    /// <summary>The formatter of objects of exactly this class, not of a derived class.</summary>
    public ValueFormatter GetExact(Type type)
    {
        if (!KnownTypes.AnyOn(type)) return Get(type);
        return _exact.GetValueOrDefault(type) ?? Add(_exact, type, New(typeof(ObjectFormatter<>), [type]));
    }

    private ValueFormatter Add(Dictionary<Type, ValueFormatter> formatters, Type type, ValueFormatter formatter)
    {
        // For a collection of a type that contains the same collection, creating the formatter has already registered one.
        if (!formatters.TryAdd(type, formatter)) return formatters[type];
        (formatter as ITwoStepFormatter)?.Initialize(this);
        return formatter;
    }

    /// <summary>Whether arrays of the type are sent as one block.</summary>
    public bool IsBlock(Type type) => Blocks.IsBlock(type, resolver.Users);

    /// <summary>Creates a formatter from a generic class, its type arguments and its constructor arguments.</summary>
    public static ValueFormatter New(Type definition, Type[] types, params object[] arguments) =>
        (ValueFormatter)Activator.CreateInstance(definition.MakeGenericType(types), arguments)!;

    private ValueFormatter Create(Type type)
    {
        Unsendable.Check(type);
        if (IsDeeperThan(type, DeepestGeneric)) throw Refused.Endless(type);
        if (resolver.Users.TryMake(type) is { } user) return user;
        if (Scalar(type) is { } scalar) return scalar;
        if (Blocks.IsRaw(type)) return New(typeof(RawFormatter<>), [type]);
        if (type.IsArray) return Array(type);
        if (Beyond(type) is { } beyond) return beyond;
        if (Memory.SharedFormatters.TryCreate(type) is { } shared) return shared;
        if (FSharpTypes.Find(type, this) is { } fsharp) return fsharp;
        if (!FrameworkAssemblies.Contains(type)) return UserType(type);
        if (type.IsGenericType && Generic(type) is { } generic) return generic;
        if (FrameworkTypes.Find(type) is { } known) return known;
        if (CollectionTypes.Find(type, this) is { } collection) return collection;
        if (type.IsAssignableTo(typeof(ITuple)) && !type.IsInterface) return New(typeof(ObjectFormatter<>), [type]);
        throw type.IsInterface ? Refused.Interface(type) : Refused.Framework(type);
    }

    private static ValueFormatter? Scalar(Type type)
    {
        if (type.IsEnum) return New(typeof(LibraryFormatter<>), [type], Activator.CreateInstance(typeof(GenericEnumFormatter<>).MakeGenericType(type))!);
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => Library(BooleanFormatter.Instance),
            TypeCode.Char => Library(CharFormatter.Instance),
            TypeCode.SByte => Library(SByteFormatter.Instance),
            TypeCode.Byte => Library(ByteFormatter.Instance),
            TypeCode.Int16 => Library(Int16Formatter.Instance),
            TypeCode.UInt16 => Library(UInt16Formatter.Instance),
            TypeCode.Int32 => Library(Int32Formatter.Instance),
            TypeCode.UInt32 => Library(UInt32Formatter.Instance),
            TypeCode.Int64 => Library(Int64Formatter.Instance),
            TypeCode.UInt64 => Library(UInt64Formatter.Instance),
            TypeCode.Single => Library(SingleFormatter.Instance),
            TypeCode.Double => Library(DoubleFormatter.Instance),
            TypeCode.String => new StringFormatter(),
            TypeCode.DateTime => new DateTimeFormatter(),
            _ => type.Namespace == "System.Numerics" ? BigNumber(type) : null,
        };
    }

    private static LibraryFormatter<T> Library<T>(IMessagePackFormatter<T> formatter) => new(formatter);

    /// <summary>A separate method, because naming this type loads an assembly that most programs do not need.</summary>
    private static BigIntegerFormatter? BigNumber(Type type) => type == typeof(BigInteger) ? new BigIntegerFormatter() : null;

    private ValueFormatter Array(Type type)
    {
        if (!type.IsSZArray) return CollectionTypes.MultiArray(type, this);
        var element = type.GetElementType()!;
        return IsBlock(element)
            ? New(typeof(BlockArrayFormatter<>), [element])
            : New(typeof(ArrayFormatter<>), [element], Get(element));
    }

    private ValueFormatter? Generic(Type type)
    {
        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (definition == typeof(Nullable<>))
            return New(typeof(LibraryFormatter<>), [type], Activator.CreateInstance(typeof(StaticNullableFormatter<>).MakeGenericType(arguments), Get(arguments[0]))!);
        if (definition == typeof(List<>))
        {
            return IsBlock(arguments[0])
                ? New(typeof(BlockListFormatter<>), arguments)
                : New(typeof(ListFormatter<>), arguments, Get(arguments[0]));
        }

        if (definition == typeof(Dictionary<,>))
            return New(typeof(DictionaryFormatter<,>), arguments, Get(arguments[0]), Get(arguments[1]));
        if (definition == typeof(IProgress<>) || definition == typeof(Progress<>))
            return New(typeof(ProgressFormatter<,>), [type, arguments[0]], Get(arguments[0]));
        if (definition == typeof(HashSet<>)) return New(typeof(HashSetFormatter<>), arguments, Get(arguments[0]));
        return definition == typeof(KeyValuePair<,>) ? New(typeof(ObjectFormatter<>), [type]) : null;
    }

    private ValueFormatter UserType(Type type)
    {
        if (type.IsInterface) throw Refused.Interface(type);
        if (KnownTypes.AnyOn(type)) return New(typeof(KnownTypesFormatter<>), [type]);
        if (type.IsAbstract) throw Refused.Abstract(type);
        return New(Blocks.NeedsRaw(type, resolver.Users) ? typeof(RawFormatter<>) : typeof(ObjectFormatter<>), [type]);
    }

    /// <summary>The formatter for delegates and other types that code in a higher layer provides.</summary>
    private ValueFormatter? Beyond(Type type)
    {
        if (resolver.Beyond?.Invoke(type, resolver) is not { } formatter)
            return type.IsAssignableTo(typeof(Delegate)) ? throw Refused.Delegates(type) : null;

        // Compiled accessors call the formatter without a cast.
        if (formatter.Type == type && formatter.GetType().IsAssignableTo(typeof(ValueFormatter<>).MakeGenericType(type))) return formatter;
        throw new InvalidOperationException($"{formatter.GetType()} is not a formatter of {type}.");
    }

    private static bool IsDeeperThan(Type type, int depth)
    {
        if (depth == 0) return true;
        if (type.HasElementType) return IsDeeperThan(type.GetElementType()!, depth - 1);
        if (!type.IsGenericType) return false;
        foreach (var argument in type.GetGenericArguments())
        {
            if (IsDeeperThan(argument, depth - 1)) return true;
        }

        return false;
    }
}
