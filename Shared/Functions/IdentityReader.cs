using System.Reflection;
using ProcessPool.MessagePack;

namespace ProcessPool.Functions;

/// <summary>Reads what <see cref="IdentityWriter"/> wrote.</summary>
/// <param name="reader">The bytes.</param>
/// <param name="mayLoad">
/// Whether assemblies are loaded, from files that the sender names only if <see cref="MessagePackReader.MayNameFiles"/>; if not,
/// what is not loaded yet reads as null.
/// </param>
internal sealed class IdentityReader(MessagePackReader reader, bool mayLoad = true)
{
    private readonly List<Assembly?> _assemblies = [];

    /// <exception cref="FunctionException">It is not to be found here, or belongs to another build.</exception>
    public Type ReadType() => TryReadType() ?? throw new InvalidOperationException("Only where nothing may be loaded a type reads as null.");

    public Type? TryReadType()
    {
        var count = ReadHeader("a type");
        reader.Enter();
        Type? type;
        if (reader.NextType == MessagePackType.Array)
        {
            type = ReadNamedType(ReadNewAssembly(), count);
        }
        else
        {
            var number = reader.ReadInt32();
            type = number == IdentityWriter.ArrayMark ? ReadArrayType() : ReadNamedType(KnownAssembly(number), count);
        }

        reader.Leave();
        return type;
    }

    /// <exception cref="FunctionException">It is not to be found here, or belongs to another build.</exception>
    public MethodInfo ReadMethod()
    {
        var count = ReadHeader("a method");
        var declaringType = ReadType();
        var token = reader.ReadInt32();
        try
        {
            var method = declaringType.Module.ResolveMethod(token)!;
            if (declaringType.IsConstructedGenericType)
                method = MethodBase.GetMethodFromHandle(method.MethodHandle, declaringType.TypeHandle)!;
            var found = (MethodInfo)method;
            return count == 2 ? found : found.MakeGenericMethod(ReadArguments(count - 2)!);
        }
        catch (Exception e) when (IsNotFound(e))
        {
            throw NotFound("method", token, declaringType.Assembly, e);
        }
    }

    public Assembly? TryReadAssembly() =>
        reader.NextType == MessagePackType.Array ? ReadNewAssembly() : KnownAssembly(reader.ReadInt32());

    private static FunctionException NotFound(string what, int token, Assembly assembly, Exception inner) =>
        new($"The {what} 0x{token:X8} of {assembly.FullName} cannot be loaded: {inner.Message}", inner);

    /// <summary>What reflection throws for tokens and arguments that fit nothing, or whose assemblies are missing.</summary>
    private static bool IsNotFound(Exception e) => e is ArgumentException or InvalidOperationException or InvalidCastException
        or NotSupportedException or TypeLoadException or FileNotFoundException or FileLoadException or BadImageFormatException;

    private Type? ReadNamedType(Assembly? assembly, int count)
    {
        var token = reader.ReadInt32();
        var arguments = count == 2 ? null : ReadArguments(count - 2);
        if (assembly is null || (count > 2 && arguments is null)) return null;
        try
        {
            var type = assembly.ManifestModule.ResolveType(token);
            return arguments is null ? type : type.MakeGenericType(arguments);
        }
        catch (Exception e) when (IsNotFound(e))
        {
            throw NotFound("type", token, assembly, e);
        }
    }

    private Type? ReadArrayType()
    {
        var rank = (int)reader.ReadInt64(0, 32, "the rank of an array");
        var element = TryReadType();
        if (element is null) return null;
        return rank == 0 ? element.MakeArrayType() : element.MakeArrayType(rank);
    }

    private Type[]? ReadArguments(int count)
    {
        // Grown as they come: a count costs its sender five bytes.
        List<Type> arguments = [];
        var all = true;
        for (; count > 0; count--)
        {
            var argument = TryReadType();
            all &= argument is not null;
            arguments.Add(argument!);
        }

        return all ? [.. arguments] : null;
    }

    private Assembly? ReadNewAssembly()
    {
        if (reader.ReadArrayHeader() != 3) throw new MessagePackException("Expected an assembly: name, module version id, path.");
        var name = reader.ReadString() ?? throw new MessagePackException("An assembly without a name.");
        if (reader.ReadBinHeader() != 16) throw new MessagePackException("A module version id has 16 bytes.");
        Span<byte> module = stackalloc byte[16];
        reader.ReadRaw(module);
        var path = reader.ReadString();
        var assembly = Find(name, new Guid(module), path);
        _assemblies.Add(assembly);
        return assembly;
    }

    private Assembly? Find(string name, Guid module, string? path)
    {
        if (mayLoad && reader.MayNameFiles) return AssemblyLoader.Load(name, module, path);
        var loaded = AssemblyLoader.FindLoaded(name, module);
        return loaded is null && mayLoad ? AssemblyLoader.Load(name, module, path: null) : loaded;
    }

    private Assembly? KnownAssembly(int number) => (uint)number < (uint)_assemblies.Count
        ? _assemblies[number]
        : throw new MessagePackException($"An assembly with the number {number}, of {_assemblies.Count}.");

    private int ReadHeader(string expected)
    {
        var count = reader.ReadArrayHeader();
        return count >= 2 ? count : throw new MessagePackException($"Expected {expected}, found an array of {count}.");
    }
}
