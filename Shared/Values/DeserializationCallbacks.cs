using System.Reflection;
using System.Runtime.Serialization;

namespace ProcessPool.Values;

/// <summary>
/// The methods by which a type brings an object up to date that was made without a constructor: those with
/// <see cref="OnDeserializingAttribute"/> before its fields are read, those with <see cref="OnDeserializedAttribute"/> and then
/// <see cref="IDeserializationCallback"/> when they and all that they hold are read. A type needs them that keeps hash codes of
/// strings, which differ in each process.
/// </summary>
/// <typeparam name="T">The type. Methods of its base types run first.</typeparam>
internal static class DeserializationCallbacks<T>
{
    private static readonly MethodInfo[] Before = Find(typeof(OnDeserializingAttribute));
    private static readonly MethodInfo[] After = Find(typeof(OnDeserializedAttribute));
    private static readonly bool IsCalledBack = typeof(T).IsAssignableTo(typeof(IDeserializationCallback));
    private static readonly bool Any = Before.Length + After.Length > 0 || IsCalledBack;

    /// <summary>The fields of the object are about to be read.</summary>
    /// <exception cref="ValueException">A method threw.</exception>
    public static void Begin(ref T value)
    {
        if (Before.Length > 0) Run(ref value, static boxed => Invoke(Before, boxed));
    }

    /// <summary>The fields of the object are read. If they are part of a cycle, its methods run once the whole value is read.</summary>
    /// <inheritdoc cref="Begin"/>
    public static void End(ref T value, ReadSlot slot)
    {
        if (!Any) return;
        if (typeof(T).IsValueType || !slot.IsCyclic)
        {
            Run(ref value, Finish);
            return;
        }

        var complete = value;
        slot.Later(() => Run(ref complete, Finish));
    }

    private static void Finish(object boxed)
    {
        Invoke(After, boxed);
        if (boxed is IDeserializationCallback called) called.OnDeserialization(null);
    }

    private static void Run(ref T value, Action<object> run)
    {
        object boxed = value!;
        try
        {
            run(boxed);
        }
        catch (Exception e)
        {
            throw Refused.Conversion(typeof(T), "threw in a method that runs when it has arrived (OnDeserializing, OnDeserialized or OnDeserialization)", e);
        }

        if (typeof(T).IsValueType) value = (T)boxed;
    }

    private static void Invoke(MethodInfo[] methods, object target)
    {
        foreach (var method in methods)
            method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, [new StreamingContext()], null);
    }

    private static MethodInfo[] Find(Type attribute)
    {
        List<MethodInfo> found = [];
        for (var type = typeof(T); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (method.IsDefined(attribute, false) && method.ReturnType == typeof(void) && method.GetParameters() is [{ ParameterType: var parameter }] && parameter == typeof(StreamingContext))
                    found.Insert(0, method);
            }
        }

        return [.. found];
    }
}
