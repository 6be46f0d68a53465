using System.Reflection;

namespace ProcessPool.MessagePack;

/// <summary>Writes the fields of a value; <paramref name="member"/> says at any time which one.</summary>
internal delegate void WriteMembers<T>(MessagePackWriter writer, ref T value, ref int member);

/// <summary>Reads the fields of a value; <paramref name="member"/> says at any time which one.</summary>
internal delegate void ReadMembers<T>(MessagePackReader reader, ref T value, ref int member);

/// <summary>How the fields of a type are reached: by compiled code where the runtime can, by reflection where not.</summary>
/// <remarks>Each direction is made when it is first needed: most types only ever go one way in one process.</remarks>
internal sealed class MemberAccess<T>(FieldInfo[] fields, Formatter[] formatters, bool compile)
{
    private WriteMembers<T>? _write;
    private ReadMembers<T>? _read;

    public WriteMembers<T> Write => _write ??= compile
        ? CompiledAccess.Writer<T>(fields, formatters)
        : new ReflectedAccess<T>(fields, formatters).Write;

    public ReadMembers<T> Read => _read ??= compile
        ? CompiledAccess.Reader<T>(fields, formatters)
        : new ReflectedAccess<T>(fields, formatters).Read;
}
