using System.Reflection;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>Accesses fields through reflection: slow, but it works where no code can be generated at run time.</summary>
internal sealed class ReflectedAccess<T>(FieldInfo[] fields, ValueFormatter[] formatters)
{
    public void Write(ref MessagePackWriter writer, ref T value, ref int member, MessagePackSerializerOptions options)
    {
        object boxed = value!;
        for (var i = 0; i < fields.Length; i++)
        {
            member = i;
            formatters[i].SerializeObject(ref writer, fields[i].GetValue(boxed), options);
        }
    }

    public void Read(ref MessagePackReader reader, ref T value, ref int member, MessagePackSerializerOptions options)
    {
        object boxed = value!;
        for (var i = 0; i < fields.Length; i++)
        {
            member = i;
            fields[i].SetValue(boxed, formatters[i].DeserializeObject(ref reader, options));
        }

        if (typeof(T).IsValueType) value = (T)boxed;
    }
}
