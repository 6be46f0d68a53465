using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using ProcessPool.Progress;

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

    /// <summary>Whether arrays of the type travel as one block.</summary>
    public bool IsBlock(Type type) => Blocks.IsBlock(type, resolver.Users);

    /// <summary>A formatter of a generic class, which is given the types and whatever its constructor takes.</summary>
    public static Formatter New(Type definition, Type[] types, params object[] arguments) =>
        (Formatter)Activator.CreateInstance(definition.MakeGenericType(types), arguments)!;

    private Formatter Create(Type type)
    {
        Unsendable.Check(type);
        if (IsDeeperThan(type, DeepestGeneric)) throw Refused.Endless(type);
        if (resolver.Users.Find(type) is { } user) return UserFormatter(type, user);
        if (Scalar(type) is { } scalar) return scalar;
        if (Blocks.IsRaw(type)) return New(typeof(RawFormatter<>), [type]);
        if (type.IsArray) return Array(type);
        if (Beyond(type) is { } beyond) return beyond;
        if (Memory.SharedFormatters.TryCreate(type) is { } shared) return shared;
        if (!FrameworkAssemblies.Contains(type)) return UserType(type);
        if (type.IsGenericType && Generic(type) is { } generic) return generic;
        if (FrameworkTypes.Find(type) is { } known) return known;
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
            TypeCode.DateTime => new DateTimeFormatter(),
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
        return IsBlock(element)
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

    private Formatter UserType(Type type)
    {
        if (type.IsInterface) throw Refused.Interface(type);
        if (KnownTypes.AnyOn(type)) return New(typeof(KnownTypesFormatter<>), [type]);
        if (type.IsAbstract) throw Refused.Abstract(type);
        return New(Blocks.NeedsRaw(type, resolver.Users) ? typeof(RawFormatter<>) : typeof(ObjectFormatter<>), [type]);
    }

    /// <summary>Delegates and the like, which a part above this one knows how to send.</summary>
    private Formatter? Beyond(Type type)
    {
        if (resolver.Beyond?.Invoke(type, resolver) is not { } formatter)
            return type.IsAssignableTo(typeof(Delegate)) ? throw Refused.Delegates(type) : null;

        // Compiled accessors call it without a cast.
        if (formatter.Type == type && formatter.GetType().IsAssignableTo(typeof(Formatter<>).MakeGenericType(type))) return formatter;
        throw new InvalidOperationException($"{formatter.GetType()} is no formatter of {type}.");
    }

    private static Formatter UserFormatter(Type type, Type formatter)
    {
        var converter = UserFormatters.InterfaceFor(formatter, type)!;
        object own;
        try
        {
            own = Activator.CreateInstance(formatter)!;
        }
        catch (TargetInvocationException e)
        {
            throw Refused.UserFormatter(type, $"{TypeNames.Full(formatter)} cannot be created: {e.InnerException!.Message}");
        }

        var data = converter.GetGenericArguments()[1];
        var toData = converter.GetMethod(nameof(IValueFormatter<,>.ToData))!.CreateDelegate(typeof(Func<,>).MakeGenericType(type, data), own);
        var fromData = converter.GetMethod(nameof(IValueFormatter<,>.FromData))!.CreateDelegate(typeof(Func<,>).MakeGenericType(data, type), own);
        return New(typeof(ConvertedFormatter<,>), [type, data], toData, fromData, true, false);
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
