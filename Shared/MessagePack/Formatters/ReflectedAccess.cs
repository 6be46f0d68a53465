using System.Reflection;

namespace ProcessPool.MessagePack;

/// <summary>Reaches fields by reflection: slow, but it works where no code can be made at run time.</summary>
internal sealed class ReflectedAccess<T>(FieldInfo[] fields, Formatter[] formatters)
{
    public void Write(MessagePackWriter writer, ref T value, ref int member)
    {
        object boxed = value!;
        for (var i = 0; i < fields.Length; i++)
        {
            member = i;
            formatters[i].WriteObject(writer, fields[i].GetValue(boxed));
        }
    }

    public void Read(MessagePackReader reader, ref T value, ref int member)
    {
        object boxed = value!;
        for (var i = 0; i < fields.Length; i++)
        {
            member = i;
            fields[i].SetValue(boxed, formatters[i].ReadObject(reader));
        }

        if (typeof(T).IsValueType) value = (T)boxed;
    }
}
