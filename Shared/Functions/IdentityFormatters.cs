using System.Reflection;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>Sends a type as its identity.</summary>
internal sealed class TypeFormatter : ValueFormatter<Type?>
{
    public override void Serialize(ref MessagePackWriter writer, Type? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        try
        {
            new IdentityWriter().Write(ref writer, value);
        }
        catch (FunctionException e)
        {
            throw ValueException.At(typeof(Type), e.Message, e);
        }
    }

    public override Type? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        try
        {
            return new IdentityReader(ValueContext.Of(options).MayNameFiles).ReadType(ref reader);
        }
        catch (FunctionException e)
        {
            throw ValueException.At(typeof(Type), e.Message, e);
        }
    }
}

/// <summary>
/// Sends a method as its identity and the class it was found on: reflection has a different object for each class that inherits
/// it.
/// </summary>
internal sealed class MethodFormatter : ValueFormatter<MethodInfo?>
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public override void Serialize(ref MessagePackWriter writer, MethodInfo? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(2);
        try
        {
            if (value.DeclaringType is null || (value.MetadataToken & 0xFFFFFF) == 0)
                throw new FunctionException($"The method {value} was created at run time and exists only in this process.");
            var identities = new IdentityWriter();
            identities.Write(ref writer, value);
            if (value.ReflectedType is null || value.ReflectedType == value.DeclaringType) writer.WriteNil();
            else identities.Write(ref writer, value.ReflectedType);
        }
        catch (FunctionException e)
        {
            throw ValueException.At(typeof(MethodInfo), e.Message, e);
        }
    }

    public override MethodInfo? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        if (reader.ReadArrayHeader() != 2) throw new BrokenValueException("Expected a method and the class it was found on.");
        try
        {
            var identities = new IdentityReader(ValueContext.Of(options).MayNameFiles);
            var method = identities.ReadMethod(ref reader);
            return reader.TryReadNil() ? method : FindOn(identities.ReadType(ref reader), method);
        }
        catch (FunctionException e)
        {
            throw ValueException.At(typeof(MethodInfo), e.Message, e);
        }
    }

    private static MethodInfo FindOn(Type type, MethodInfo method)
    {
        var found = Array.Find(type.GetMethods(All), other => other.HasSameMetadataDefinitionAs(method))
            ?? throw new BrokenValueException($"{type} has no method {method}.");
        return method.IsGenericMethod ? found.MakeGenericMethod(method.GetGenericArguments()) : found;
    }
}
