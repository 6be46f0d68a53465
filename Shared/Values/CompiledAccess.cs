using System.Reflection;
using System.Reflection.Emit;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// Compiles a method that writes all fields of a type and one that reads them, including private and readonly fields.
/// </summary>
internal static class CompiledAccess
{
    /// <summary>
    /// Types for which MessagePackWriter and MessagePackReader have a method that does the same as the formatter.
    /// </summary>
    private static readonly Type[] Scalars = [typeof(bool), typeof(int), typeof(long), typeof(ulong), typeof(double)];

    private const byte OptionsArgument = 4;

    public static WriteMembers<T> Writer<T>(FieldInfo[] fields, ValueFormatter[] formatters)
    {
        var method = NewMethod<T>("WriteMembers", typeof(MessagePackWriter).MakeByRefType());
        var il = method.GetILGenerator();
        for (var i = 0; i < fields.Length; i++)
        {
            var direct = Direct(fields[i].FieldType);
            EmitMember(il, i);
            if (direct is null) EmitFormatter(il, i);
            il.Emit(OpCodes.Ldarg_1);
            EmitValue<T>(il);
            il.Emit(OpCodes.Ldfld, fields[i]);
            if (direct is null) EmitCall(il, fields[i], nameof(ValueFormatter<>.Serialize));
            else il.Emit(OpCodes.Call, typeof(MessagePackWriter).GetMethod(nameof(MessagePackWriter.Write), [direct])!);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<WriteMembers<T>>(formatters);
    }

    public static ReadMembers<T> Reader<T>(FieldInfo[] fields, ValueFormatter[] formatters)
    {
        var method = NewMethod<T>("ReadMembers", typeof(MessagePackReader).MakeByRefType());
        var il = method.GetILGenerator();
        for (var i = 0; i < fields.Length; i++)
        {
            var direct = Direct(fields[i].FieldType);
            EmitMember(il, i);
            EmitValue<T>(il);
            if (direct is null) EmitFormatter(il, i);
            il.Emit(OpCodes.Ldarg_1);
            if (direct is null) EmitCall(il, fields[i], nameof(ValueFormatter<>.Deserialize));
            else il.Emit(OpCodes.Call, typeof(MessagePackReader).GetMethod("Read" + direct.Name, Type.EmptyTypes)!);
            il.Emit(OpCodes.Stfld, fields[i]);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<ReadMembers<T>>(formatters);
    }

    /// <summary>The delegate is bound to the formatters, because bound delegates are the cheapest to call.</summary>
    private static DynamicMethod NewMethod<T>(string name, Type direction) => new(
        name,
        typeof(void),
        [typeof(ValueFormatter[]), direction, typeof(T).MakeByRefType(), typeof(int).MakeByRefType(), typeof(MessagePackSerializerOptions)],
        typeof(CompiledAccess).Module,
        skipVisibility: true);

    /// <summary>The scalar type that a field is written as; null if a formatter writes it.</summary>
    private static Type? Direct(Type field)
    {
        if (field.IsEnum) field = field.GetEnumUnderlyingType();
        return Array.IndexOf(Scalars, field) >= 0 ? field : null;
    }

    private static void EmitCall(ILGenerator il, FieldInfo field, string name)
    {
        il.Emit(OpCodes.Ldarg_S, OptionsArgument);
        il.Emit(OpCodes.Callvirt, typeof(ValueFormatter<>).MakeGenericType(field.FieldType).GetMethod(name)!);
    }

    private static void EmitMember(ILGenerator il, int index)
    {
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Stind_I4);
    }

    /// <summary>Needs no cast, because the array was filled for the same fields.</summary>
    private static void EmitFormatter(ILGenerator il, int index)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
    }

    private static void EmitValue<T>(ILGenerator il)
    {
        il.Emit(OpCodes.Ldarg_2);
        if (!typeof(T).IsValueType) il.Emit(OpCodes.Ldind_Ref);
    }
}
