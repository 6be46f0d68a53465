using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProcessPool.Values;

/// <summary>
/// What the F# compiler says of a type or member that it compiled, in its <c>CompilationMappingAttribute</c>, which is read by its
/// name.
/// </summary>
/// <param name="Kind">The kind of what stands in the source.</param>
/// <param name="Variant">For a field of a union: the tag of its case.</param>
/// <param name="Sequence">The position among its like; for a case of a union, its tag.</param>
internal readonly record struct SourceConstruct(int Kind, int Variant, int Sequence)
{
    public const int Union = 1;
    public const int Field = 4;
    public const int Closure = 6;
    public const int UnionCase = 8;

    private const string Attribute = "Microsoft.FSharp.Core.CompilationMappingAttribute";

    private static readonly ConditionalWeakTable<Assembly, StrongBox<bool>> Languages = [];

    /// <summary>The other bits say that the representation is private.</summary>
    private const int KindMask = 31;

    public static SourceConstruct? Of(MemberInfo member)
    {
        if (!IsOfFSharp(member.Module.Assembly)) return null;
        foreach (var attribute in member.GetCustomAttributesData())
        {
            if (attribute.AttributeType.FullName != Attribute) continue;
            var arguments = attribute.ConstructorArguments;
            return arguments.Count switch
            {
                _ when arguments.Any(static argument => argument.Value is not int) => null,
                1 => new(Number(0), 0, 0),
                2 => new(Number(0), 0, Number(1)),
                3 => new(Number(0), Number(1), Number(2)),
                _ => null,
            };

            int Number(int index) => (int)arguments[index].Value! & (index == 0 ? KindMask : -1);
        }

        return null;
    }

    /// <summary>
    /// Whether the assembly was written in F#. Those of other languages may have attributes of assemblies that are not there, which
    /// must not be looked at.
    /// </summary>
    private static bool IsOfFSharp(Assembly assembly) => Languages.GetValue(assembly, static each => new(
        each.GetType(Attribute) is not null || Array.Exists(each.GetReferencedAssemblies(), static name => name.Name == "FSharp.Core"))).Value;
}
