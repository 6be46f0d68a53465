using System.Numerics;
using System.Runtime.CompilerServices;

namespace ProcessPool.MessagePack;

/// <summary>A formatter that finds the formatters it needs after it is known itself, because a type may contain itself.</summary>
internal interface ITwoStepFormatter
{
    void Initialize(FormatterBuilder builder);
}

/// <summary>Makes the formatter of one type and of all the types within it.</summary>
internal sealed class FormatterBuilder(FormatterResolver resolver)
{
    /// <summary>Generic types deeper than this come from a type whose fields hold ever longer forms of itself.</summary>
    private const int DeepestGeneric = 24;

    private readonly Dictionary<Type, Formatter> _exact = [];

    /// <summary>For formatters that are needed only once a value turns up.</summary>
    public FormatterResolver Resolver => resolver;

    public int CompileAfter => resolver.CompileAfter;

    /// <summary>What was made so far; valid only once the outermost type is finished.</summary>
    public Dictionary<Type, Formatter> Built { get; } = [];

    /// <summary>The formatter of a declared type.</summary>
    /// <exception cref="ValueException">There is none: the path starts at this type.</exception>
    public Formatter Get(Type type) => resolver.Find(type) ?? Built.GetValueOrDefault(type) ?? Add(Built, type, Create(type));

    /// <summary>The formatter of objects that are of this class and of no class derived from it.</summary>
    public Formatter GetExact(Type type)
    {
        if (!KnownTypes.AnyOn(type)) return Get(type);
        return _exact.GetValueOrDefault(type) ?? Add(_exact, type, New(typeof(ObjectFormatter<>), [type]));
    }

    private Formatter Add(Dictionary<Type, Formatter> formatters, Type type, Formatter formatter)
    {
        // A collection of a type that holds the same collection: it was made and kept on the way.
        if (!formatters.TryAdd(type, formatter)) return formatters[type];
        (formatter as ITwoStepFormatter)?.Initialize(this);
        return formatter;
    }

    private Formatter Create(Type type)
    {
        Unsendable.Check(type);
        if (IsDeeperThan(type, DeepestGeneric)) throw Refused.Endless(type);
        if (Scalar(type) is { } scalar) return scalar;
        if (Blocks.IsRaw(type)) return New(typeof(RawFormatter<>), [type]);
        if (type.IsArray) return Array(type);
        if (type.IsAssignableTo(typeof(Delegate))) return DelegateFormatter(type);
        if (!FrameworkAssemblies.Contains(type)) return UserType(type);
        if (type.IsGenericType && Generic(type) is { } generic) return generic;
        if (CollectionTypes.Find(type, this) is { } collection) return collection;
        if (type.IsAssignableTo(typeof(ITuple)) && !type.IsInterface) return New(typeof(ObjectFormatter<>), [type]);
        throw type.IsInterface ? Refused.Interface(type) : Refused.Framework(type);
    }

    private static Formatter? Scalar(Type type)
    {
        if (type.IsEnum) return New(typeof(EnumFormatter<,>), [type, type.GetEnumUnderlyingType()]);
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => new BooleanFormatter(),
            TypeCode.Int32 => new Int32Formatter(),
            TypeCode.Single => new SingleFormatter(),
            TypeCode.Double => new DoubleFormatter(),
            TypeCode.String => new StringFormatter(),
            TypeCode.Char or (>= TypeCode.SByte and <= TypeCode.UInt64) => New(typeof(IntegerFormatter<>), [type]),
            _ => type.Namespace == "System.Numerics" ? BigNumber(type) : null,
        };
    }

    /// <summary>A method of its own, because naming this type loads an assembly that most programs do without.</summary>
    private static BigIntegerFormatter? BigNumber(Type type) => type == typeof(BigInteger) ? new BigIntegerFormatter() : null;

    private Formatter Array(Type type)
    {
        if (!type.IsSZArray) return CollectionTypes.MultiArray(type, this);
        var element = type.GetElementType()!;
        return Blocks.IsBlock(element)
            ? New(typeof(BlockArrayFormatter<>), [element])
            : New(typeof(ArrayFormatter<>), [element], Get(element));
    }

    private Formatter? Generic(Type type)
    {
        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (definition == typeof(Nullable<>)) return New(typeof(NullableFormatter<>), arguments, Get(arguments[0]));
        if (definition == typeof(List<>))
        {
            return Blocks.IsBlock(arguments[0])
                ? New(typeof(BlockListFormatter<>), arguments)
                : New(typeof(ListFormatter<>), arguments, Get(arguments[0]));
        }

        if (definition == typeof(Dictionary<,>))
            return New(typeof(DictionaryFormatter<,>), arguments, Get(arguments[0]), Get(arguments[1]));
        if (definition == typeof(HashSet<>)) return New(typeof(HashSetFormatter<>), arguments, Get(arguments[0]));
        return definition == typeof(KeyValuePair<,>) ? New(typeof(ObjectFormatter<>), [type]) : null;
    }

    private static Formatter UserType(Type type)
    {
        if (type.IsInterface) throw Refused.Interface(type);
        if (KnownTypes.AnyOn(type)) return New(typeof(KnownTypesFormatter<>), [type]);
        if (type.IsAbstract) throw Refused.Abstract(type);
        return New(Blocks.NeedsRaw(type) ? typeof(RawFormatter<>) : typeof(ObjectFormatter<>), [type]);
    }

    private Formatter DelegateFormatter(Type type)
    {
        var formatter = resolver.DelegateFormatters?.Invoke(type) ?? throw Refused.Delegates(type);

        // Compiled accessors call it without a cast.
        if (formatter.Type == type && formatter.GetType().IsAssignableTo(typeof(Formatter<>).MakeGenericType(type))) return formatter;
        throw new InvalidOperationException($"{formatter.GetType()} is no formatter of {type}.");
    }

    private static Formatter New(Type definition, Type[] types, params object[] arguments) =>
        (Formatter)Activator.CreateInstance(definition.MakeGenericType(types), arguments)!;

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
