using System.Buffers;
using System.Reflection;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>Reads what <see cref="IdentityWriter"/> wrote.</summary>
/// <param name="mayNameFiles">Whether assemblies are loaded from files that the sender names, see
/// <see cref="ValueContext.MayNameFiles"/>.</param>
/// <param name="mayLoad">Whether assemblies are loaded at all. If not, types of assemblies that are not loaded yet read as
/// null.</param>
internal sealed class IdentityReader(bool mayNameFiles, bool mayLoad = true)
{
    private readonly List<Assembly?> _assemblies = [];

    /// <exception cref="FunctionException">The type does not exist here, or belongs to another build.</exception>
    public Type ReadType(ref MessagePackReader reader) => TryReadType(ref reader) ?? throw new InvalidOperationException("A type reads as null only if no assembly may be loaded.");

    public Type? TryReadType(ref MessagePackReader reader)
    {
        var count = ReadHeader(ref reader, "a type");
        ValueContext.Enter(ref reader);
        Type? type;
        if (reader.NextMessagePackType == MessagePackType.Array)
        {
            type = ReadNamedType(ref reader, ReadNewAssembly(ref reader), count);
        }
        else
        {
            var number = reader.ReadInt32();
            type = number == IdentityWriter.ArrayMark ? ReadArrayType(ref reader) : ReadNamedType(ref reader, KnownAssembly(number), count);
        }

        ValueContext.Leave(ref reader);
        return type;
    }

    /// <exception cref="FunctionException">The method does not exist here, or belongs to another build.</exception>
    public MethodInfo ReadMethod(ref MessagePackReader reader)
    {
        var count = ReadHeader(ref reader, "a method");
        var declaringType = ReadType(ref reader);
        var token = reader.ReadInt32();
        try
        {
            var method = declaringType.Module.ResolveMethod(token)!;
            if (declaringType.IsConstructedGenericType)
                method = MethodBase.GetMethodFromHandle(method.MethodHandle, declaringType.TypeHandle)!;
            var found = (MethodInfo)method;
            return count == 2 ? found : found.MakeGenericMethod(ReadArguments(ref reader, count - 2)!);
        }
        catch (Exception e) when (IsNotFound(e))
        {
            throw NotFound("method", token, declaringType.Assembly, e);
        }
    }

    public Assembly? TryReadAssembly(ref MessagePackReader reader) =>
        reader.NextMessagePackType == MessagePackType.Array ? ReadNewAssembly(ref reader) : KnownAssembly(reader.ReadInt32());

    private static FunctionException NotFound(string what, int token, Assembly assembly, Exception inner) =>
        new($"The {what} 0x{token:X8} of {assembly.FullName} cannot be loaded: {inner.Message}", inner);

    /// <summary>Whether reflection throws this for unknown tokens, unfitting type arguments or missing assemblies.</summary>
    private static bool IsNotFound(Exception e) => e is ArgumentException or InvalidOperationException or InvalidCastException
        or NotSupportedException or TypeLoadException or FileNotFoundException or FileLoadException or BadImageFormatException;

    private Type? ReadNamedType(ref MessagePackReader reader, Assembly? assembly, int count)
    {
        var token = reader.ReadInt32();
        var arguments = count == 2 ? null : ReadArguments(ref reader, count - 2);
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

    private Type? ReadArrayType(ref MessagePackReader reader)
    {
        var rank = (int)reader.ReadNumber(0, 32, "the rank of an array");
        var element = TryReadType(ref reader);
        if (element is null) return null;
        return rank == 0 ? element.MakeArrayType() : element.MakeArrayType(rank);
    }

    private Type[]? ReadArguments(ref MessagePackReader reader, int count)
    {
        // Let the list grow while reading: five bytes are enough to claim any count.
        List<Type> arguments = [];
        var all = true;
        for (; count > 0; count--)
        {
            var argument = TryReadType(ref reader);
            all &= argument is not null;
            arguments.Add(argument!);
        }

        return all ? [.. arguments] : null;
    }

    private Assembly? ReadNewAssembly(ref MessagePackReader reader)
    {
        if (reader.ReadArrayHeader() != 3) throw new BrokenValueException("Expected an assembly: name, module version id, path.");
        var name = reader.ReadText() ?? throw new BrokenValueException("An assembly without a name.");
        var bytes = reader.ReadBlock();
        if (bytes.Length != 16) throw new BrokenValueException("A module version id has 16 bytes.");
        Span<byte> module = stackalloc byte[16];
        bytes.CopyTo(module);
        var path = reader.ReadText();
        var assembly = Find(name, new Guid(module), path);
        _assemblies.Add(assembly);
        return assembly;
    }

    private Assembly? Find(string name, Guid module, string? path)
    {
        if (mayLoad && mayNameFiles) return AssemblyLoader.Load(name, module, path);
        var loaded = AssemblyLoader.FindLoaded(name, module);
        return loaded is null && mayLoad ? AssemblyLoader.Load(name, module, path: null) : loaded;
    }

    private Assembly? KnownAssembly(int number) => (uint)number < (uint)_assemblies.Count
        ? _assemblies[number]
        : throw new BrokenValueException($"There is no assembly number {number}; {_assemblies.Count} have been read.");

    private static int ReadHeader(ref MessagePackReader reader, string expected)
    {
        var count = reader.ReadArrayHeader();
        return count >= 2 ? count : throw new BrokenValueException($"Expected {expected}, found an array of {count}.");
    }
}
