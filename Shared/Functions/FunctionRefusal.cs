using System.Reflection;
using System.Reflection.Emit;

namespace ProcessPool.Functions;

/// <summary>Which delegates have no counterpart in another process, and why.</summary>
internal static class FunctionRefusal
{
    /// <exception cref="FunctionException">The function has no counterpart in another process.</exception>
    public static void Check(Delegate function)
    {
        if (!function.HasSingleTarget)
            throw new FunctionException($"The delegate of type {function.GetType()} is a multicast delegate of "
                + $"{function.GetInvocationList().Length} functions, and only the last one's result would be returned. "
                + "Pass one function, or a lambda that calls them all.");

        var method = function.Method;
        if (method is DynamicMethod || method.DeclaringType is null || IsCompiledExpression(function))
            throw new FunctionException($"The function '{method.Name}' was compiled at run time (a dynamic method or an expression tree) "
                + "and exists only in this process. Pass a lambda or a method.");
        if (method.ContainsGenericParameters)
            throw new FunctionException($"The function {method.DeclaringType}.{method.Name} is an open generic method: its type arguments are missing.");
        CheckAssembly(method);
        FSharpMain.Check(method);
    }

    private static void CheckAssembly(MethodInfo method)
    {
        var refusal = AssemblyOrigin.Of(method.Module.Assembly).Refusal;
        if (refusal is not null) throw new FunctionException($"The function '{method.Name}' cannot be sent to another process. {refusal}");
    }

    /// <summary>
    /// Without dynamic code, .NET interprets compiled expressions. Their delegates then are ordinary methods of the interpreter.
    /// </summary>
    private static bool IsCompiledExpression(Delegate function) =>
        function.Target?.GetType().Namespace is "System.Linq.Expressions.Interpreter" or "System.Linq.Expressions.Compiler";
}
