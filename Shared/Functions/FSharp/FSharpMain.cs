using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace ProcessPool.Functions;

/// <summary>
/// Refuses functions that read top-level values of the last file of an F# program without <c>[&lt;EntryPoint&gt;]</c>. The compiler makes
/// static fields of these values, and the program's main, which no worker runs, is what sets them: the function would silently find
/// null and zero. All other files set their values when somebody first reads one.
/// </summary>
internal static class FSharpMain
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConditionalWeakTable<Assembly, StrongBox<Type?>> Mains = [];

    /// <summary>The first such value that a method reads, by the method.</summary>
    private static readonly ConditionalWeakTable<MethodBase, StrongBox<string?>> Known = [];

    /// <summary>Checks all methods of a closure.</summary>
    /// <exception cref="FunctionException">The code of the closure reads such a value.</exception>
    public static void Check(Type closure)
    {
        if (MainOf(closure.Assembly) is null) return;
        foreach (var method in closure.GetMethods(Own)) Check(method);
    }

    /// <summary>Checks a function.</summary>
    /// <exception cref="FunctionException">The function reads such a value.</exception>
    public static void Check(MethodBase function)
    {
        if (MainOf(function.Module.Assembly) is not { } main) return;
        if (Known.GetValue(function, method => new(FirstRead(method, main))).Value is not { } name) return;
        throw new FunctionException(
            $"The function uses '{name}', a top-level value of the program's last file, which the program's main sets. Workers do not run main, so they do not have it. "
            + "Put the code into a function with [<EntryPoint>], and what the pool's functions use into the variables of that function or into a module in another file.");
    }

    /// <summary>The class with the main that the F# compiler made of top-level code; null if there is none.</summary>
    private static Type? MainOf(Assembly assembly) => Mains.GetValue(assembly, static each => new(FindMain(each))).Value;

    private static Type? FindMain(Assembly assembly) =>
        assembly.EntryPoint is { Name: "main@", DeclaringType: { Namespace: { } ns } type } && ns.StartsWith("<StartupCode$", StringComparison.Ordinal) ? type : null;

    /// <summary>
    /// Follows calls of methods that have to be the ones that run, and all code of the closures and state machines that are used,
    /// within the program.
    /// </summary>
    private static string? FirstRead(MethodBase function, Type main)
    {
        var pending = new Queue<MethodBase>([function]);
        var seen = new HashSet<int> { function.MetadataToken };
        while (pending.TryDequeue(out var method))
        {
            if (method.GetMethodBody() is not { } body) continue;
            foreach (var local in body.LocalVariables) FollowType(local.LocalType);
            foreach (var instruction in IlReader.Decode(body.GetILAsByteArray()!))
            {
                if (instruction.OpCode.OperandType is not (OperandType.InlineField or OperandType.InlineMethod)) continue;
                var member = Resolve(method, instruction);
                if (member is FieldInfo field && field.DeclaringType == main && field.Name != "init@" && field.Name.IndexOf('@') is > 0 and var at) return field.Name[..at];
                if (member is MethodBase called) Follow(called);
                FollowType(member?.DeclaringType);
            }
        }

        return null;

        void Follow(MethodBase method)
        {
            if (method.Module == function.Module && seen.Add(method.MetadataToken)) pending.Enqueue(method);
        }

        void FollowType(Type? type)
        {
            if (type is null || type.Module != function.Module || !type.Name.Contains('@')) return;
            foreach (var method in type.GetMethods(Own)) Follow(method);
        }
    }

    /// <summary>The member that an instruction names; null if this process does not have it.</summary>
    private static MemberInfo? Resolve(MethodBase method, IlInstruction instruction)
    {
        try
        {
            return method.Module.ResolveMember(
                instruction.Operand,
                method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
                method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (Exception e) when (e is ArgumentException or TypeLoadException or MissingMemberException or IOException or BadImageFormatException)
        {
            return null;
        }
    }
}
