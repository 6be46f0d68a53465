using System.Reflection;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>Writes the fields of a value. <paramref name="member"/> is always the index of the current field.</summary>
internal delegate void WriteMembers<T>(ref MessagePackWriter writer, ref T value, ref int member, MessagePackSerializerOptions options);

/// <summary>Reads the fields of a value. <paramref name="member"/> is always the index of the current field.</summary>
internal delegate void ReadMembers<T>(ref MessagePackReader reader, ref T value, ref int member, MessagePackSerializerOptions options);

/// <summary>
/// Accesses the fields of a type: through reflection at first, and through compiled code once that pays off and if it is
/// supported.
/// </summary>
internal sealed class MemberAccess<T>(FieldInfo[] fields, ValueFormatter[] formatters, int compileAfter)
{
    private readonly ReflectedAccess<T> _reflected = new(fields, formatters);
    private WriteMembers<T>? _write;
    private ReadMembers<T>? _read;

    /// <summary>How often each delegate was requested. Not synchronized, because the counts need not be exact.</summary>
    private int _writes;
    private int _reads;

    public WriteMembers<T> Write => _write ?? FindWrite();

    public ReadMembers<T> Read => _read ?? FindRead();

    private WriteMembers<T> FindWrite()
    {
        if (compileAfter == ValueResolver.Never) return _write = _reflected.Write;
        return _writes++ < compileAfter ? _reflected.Write : _write = CompiledAccess.Writer<T>(fields, formatters);
    }

    private ReadMembers<T> FindRead()
    {
        if (compileAfter == ValueResolver.Never) return _read = _reflected.Read;
        return _reads++ < compileAfter ? _reflected.Read : _read = CompiledAccess.Reader<T>(fields, formatters);
    }
}
