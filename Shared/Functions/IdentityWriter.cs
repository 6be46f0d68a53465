using System.Reflection;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// Writes the identity of an assembly, type or method. An assembly is written in full the first time it occurs in a message,
/// and as a number after that.
/// </summary>
/// <remarks>
/// assembly = number | [full name, module version id, path or nil]; type = [assembly, token, generic argument…] |
/// [-1, rank (0: a vector), element type]; method = [declaring type, token, generic argument…].
/// A generic type without arguments is the type definition.
/// </remarks>
internal sealed class IdentityWriter
{
    /// <summary>Written in place of the assembly if the type is an array.</summary>
    public const int ArrayMark = -1;

    private readonly Dictionary<Assembly, int> _assemblies = [];

    public void Write(ref MessagePackWriter writer, Type type)
    {
        if (type.IsArray)
        {
            writer.WriteArrayHeader(3);
            writer.Write(ArrayMark);
            writer.Write(type.IsSZArray ? 0 : type.GetArrayRank());
            Write(ref writer, type.GetElementType()!);
            return;
        }

        if (type.ContainsGenericParameters && !type.IsGenericTypeDefinition)
            throw new FunctionException($"The type {type} is an open generic type: its type arguments are missing.");
        if (type.HasElementType || type.IsFunctionPointer)
            throw new FunctionException($"The type {type} stands for an address, which has no meaning in another process.");

        var arguments = type.IsConstructedGenericType ? type.GetGenericArguments() : [];
        writer.WriteArrayHeader(2 + arguments.Length);
        Write(ref writer, type.Assembly);
        writer.Write(type.MetadataToken);
        foreach (var argument in arguments) Write(ref writer, argument);
    }

    public void Write(ref MessagePackWriter writer, MethodInfo method)
    {
        var arguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        writer.WriteArrayHeader(2 + arguments.Length);
        Write(ref writer, method.DeclaringType!);
        writer.Write(method.MetadataToken);
        foreach (var argument in arguments) Write(ref writer, argument);
    }

    /// <exception cref="FunctionException">No other process can load the assembly.</exception>
    public void Write(ref MessagePackWriter writer, Assembly assembly)
    {
        if (_assemblies.TryGetValue(assembly, out var number))
        {
            writer.Write(number);
            return;
        }

        var origin = AssemblyOrigin.Of(assembly);
        if (origin.Refusal is not null) throw new FunctionException(origin.Refusal);
        _assemblies.Add(assembly, _assemblies.Count);
        writer.WriteArrayHeader(3);
        writer.WriteText(origin.Name);
        writer.Write(origin.Module);
        writer.WriteText(origin.Path);
    }
}
