using System.Reflection;
using ProcessPool.MessagePack;

namespace ProcessPool.Functions;

/// <summary>A type as its identity.</summary>
internal sealed class TypeFormatter : Formatter<Type?>
{
    public override void Write(MessagePackWriter writer, Type? value)
    {
        if (value is null) writer.WriteNil();
        else Identity.Write(writer, typeof(Type), identities => identities.Write(value));
    }

    public override Type? Read(MessagePackReader reader) =>
        reader.TryReadNil() ? null : Identity.Read(typeof(Type), () => new IdentityReader(reader).ReadType());
}

/// <summary>A method as its identity, and as which class's member it was found: an inherited method is another one for each.</summary>
internal sealed class MethodFormatter : Formatter<MethodInfo?>
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public override void Write(MessagePackWriter writer, MethodInfo? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(2);
        Identity.Write(writer, typeof(MethodInfo), identities =>
        {
            if (value.DeclaringType is null || (value.MetadataToken & 0xFFFFFF) == 0)
                throw new FunctionException($"The method {value} was made by the running program and exists only in this process.");
            identities.Write(value);
            if (value.ReflectedType is null || value.ReflectedType == value.DeclaringType) writer.WriteNil();
            else identities.Write(value.ReflectedType);
        });
    }

    public override MethodInfo? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        if (reader.ReadArrayHeader() != 2) throw new MessagePackException("Expected a method and the class it was found on.");
        return Identity.Read(typeof(MethodInfo), () =>
        {
            var identities = new IdentityReader(reader);
            var method = identities.ReadMethod();
            return reader.TryReadNil() ? method : FindOn(identities.ReadType(), method);
        });
    }

    private static MethodInfo FindOn(Type type, MethodInfo method)
    {
        var found = Array.Find(type.GetMethods(All), other => other.HasSameMetadataDefinitionAs(method))
            ?? throw new MessagePackException($"{type} has no method {method}.");
        return method.IsGenericMethod ? found.MakeGenericMethod(method.GetGenericArguments()) : found;
    }
}

/// <summary>What is the same for all that travels as an identity.</summary>
internal static class Identity
{
    public static void Write(MessagePackWriter writer, Type declared, Action<IdentityWriter> write)
    {
        try
        {
            write(new IdentityWriter(writer));
        }
        catch (FunctionException e)
        {
            throw ValueException.At(declared, e.Message, e);
        }
    }

    public static T Read<T>(Type declared, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FunctionException e)
        {
            throw ValueException.At(declared, e.Message, e);
        }
    }
}
