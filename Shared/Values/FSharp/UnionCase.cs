using System.Reflection;
using System.Runtime.CompilerServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>One case of an F# union.</summary>
internal abstract class UnionCase<T>
{
    /// <summary>
    /// A value of the case whose fields are empty. It is the value itself if there are no fields, because F# has one object for all
    /// values of such a case; null for <c>None</c>.
    /// </summary>
    public required T Template { get; init; }

    /// <summary>How many fields there are.</summary>
    public abstract int Count { get; }

    /// <summary>Creates the case from its static method.</summary>
    /// <exception cref="ValueException">A field cannot be sent.</exception>
    public static UnionCase<T> Of(MethodInfo maker, int tag, FormatterBuilder builder)
    {
        var parameters = maker.GetParameters();
        var template = (T)maker.Invoke(null, BindingFlags.DoNotWrapExceptions, null, new object?[parameters.Length], null)!;
        if (parameters.Length == 0) return new UnionCase<T, T>([], [], builder.CompileAfter) { Template = template };
        var caseType = template!.GetType();
        var fields = Unions.Fields(caseType, tag);
        if (fields.Length != parameters.Length) throw Refused.UnknownUnion(typeof(T));
        var formatters = new ValueFormatter[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            try
            {
                formatters[i] = builder.Get(fields[i].PropertyType);
            }
            catch (ValueException e) when (e.Passes(typeof(T), "." + fields[i].Name))
            {
                throw;
            }
        }

        var create = typeof(UnionCase<T>).GetMethod(nameof(New), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(caseType);
        return create.CreateDelegate<Func<T, PropertyInfo[], ValueFormatter[], int, UnionCase<T>>>()(template, fields, formatters, builder.CompileAfter);
    }

    public abstract void Write(ref MessagePackWriter writer, ref T value, MessagePackSerializerOptions options);

    public abstract T Read(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options);

    private static UnionCase<T> New<TCase>(T template, PropertyInfo[] fields, ValueFormatter[] formatters, int compileAfter)
        where TCase : T =>
        new UnionCase<T, TCase>(fields, formatters, compileAfter) { Template = template };
}

/// <inheritdoc/>
/// <typeparam name="T">The union.</typeparam>
/// <typeparam name="TCase">The class of the case, which may be the union itself.</typeparam>
internal sealed class UnionCase<T, TCase>(PropertyInfo[] fields, ValueFormatter[] formatters, int compileAfter) : UnionCase<T>
    where TCase : T
{
    private readonly MemberAccess<TCase> _access =
        new(Array.ConvertAll(fields, static property => Unions.FieldOf(property, typeof(T))), formatters, compileAfter);

    public override int Count => fields.Length;

    public override void Write(ref MessagePackWriter writer, ref T value, MessagePackSerializerOptions options)
    {
        var member = 0;
        try
        {
            _access.Write(ref writer, ref Unsafe.As<T, TCase>(ref value), ref member, options);
        }
        catch (ValueException e) when (e.Passes(typeof(T), "." + fields[member].Name))
        {
            throw;
        }
    }

    public override T Read(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        // A copy of the template has the tag, wherever the compiler keeps it.
        var value = typeof(T).IsValueType ? Template : (T)Copy(Template!);
        if (!typeof(T).IsValueType) slot.Create(value!);
        var member = 0;
        try
        {
            _access.Read(ref reader, ref Unsafe.As<T, TCase>(ref value), ref member, options);
        }
        catch (Exception e) when (ValuePath.IsMissing(e, typeof(T), "." + fields[member].Name))
        {
            throw ValuePath.With(e, typeof(T), "." + fields[member].Name);
        }

        return value;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = nameof(MemberwiseClone))]
    private static extern object Copy(object template);
}
