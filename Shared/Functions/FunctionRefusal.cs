using System.Reflection;
using System.Reflection.Emit;

namespace ProcessPool.Functions;

/// <summary>Which delegates have no counterpart in another process, and why.</summary>
internal static class FunctionRefusal
{
    /// <exception cref="FunctionException">It has none.</exception>
    public static void Check(Delegate function)
    {
        if (!function.HasSingleTarget)
            throw new FunctionException($"The function of type {function.GetType()} is {function.GetInvocationList().Length} functions in one "
                + "(a multicast delegate), of which only the last would give a result. Pass one, or call them in a lambda.");

        var method = function.Method;
        if (method is DynamicMethod || method.DeclaringType is null || IsCompiledExpression(function))
            throw new FunctionException($"The function '{method.Name}' was compiled while the program ran (a dynamic method or an expression), "
                + "and exists only in this process. Pass a lambda or a method.");
        if (method.ContainsGenericParameters)
            throw new FunctionException($"The function {method.DeclaringType}.{method.Name} is open: its type parameters have no arguments.");
        CheckAssembly(method);
    }

    private static void CheckAssembly(MethodInfo method)
    {
        var refusal = AssemblyOrigin.Of(method.Module.Assembly).Refusal;
        if (refusal is not null) throw new FunctionException($"The function '{method.Name}' cannot be sent to another process. {refusal}");
    }

    /// <summary>Where dynamic code is switched off, compiled expressions are interpreted: ordinary methods of an interpreter.</summary>
    private static bool IsCompiledExpression(Delegate function) =>
        function.Target?.GetType().Namespace is "System.Linq.Expressions.Interpreter" or "System.Linq.Expressions.Compiler";
}
