using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProcessPool.Tests;

/// <summary>The public API of assemblies: one line for each type and member, sorted.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static List<string> Describe(params Assembly[] assemblies)
    {
        var lines = new List<string>();
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetExportedTypes()))
        {
            lines.Add(Describe(type));
            foreach (var member in type.GetMembers(Declared))
            {
                if (Describe(member) is { } line) lines.Add($"{Name(type)}: {line}");
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static string Describe(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : type.IsAbstract ? type.IsSealed ? "static class" : "abstract class" : type.IsSealed ? "sealed class" : "class";
        var parents = type.GetInterfaces().Where(parent => parent.IsPublic).Select(Name).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum)) parents.Insert(0, Name(parent));
        return $"{Name(type)} ({kind}){(parents.Count == 0 ? "" : " : ")}{string.Join(", ", parents)}";
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo { IsSpecialName: true } => null,
        FieldInfo { IsLiteral: true, IsPublic: true } field => $"{Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}",
        FieldInfo { IsPublic: true } or FieldInfo { IsFamily: true } => $"{Name(((FieldInfo)member).FieldType)} {member.Name}",
        ConstructorInfo constructor when IsVisible(constructor) => $"new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
        MethodInfo method when IsVisible(method) => Describe(method),
        PropertyInfo property => Describe(property),
        EventInfo { AddMethod: { } add } when IsVisible(add) => $"event {Name(((EventInfo)member).EventHandlerType!)} {member.Name}",
        _ => null,
    };

    private static string Describe(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var priority = method.GetCustomAttribute<OverloadResolutionPriorityAttribute>() is { } p ? $" [priority {p.Priority}]" : "";
        return $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)}){priority}";
    }

    private static string? Describe(PropertyInfo property)
    {
        var get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
        var set = property.SetMethod is { } setter && IsVisible(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        return get.Length + set.Length == 0 ? null : $"{Name(property.PropertyType)} {property.Name} {{{get}{set} }}";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (type.IsByRef) return $"ref {Name(type.GetElementType()!)}";
        if (Nullable.GetUnderlyingType(type) is { } underlying) return $"{Name(underlying)}?";
        var name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
