using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// Finds out which fields of closures and of <c>this</c> a function can read by walking its code: the method itself, the
/// compiler-generated methods it reaches, and the methods it calls on <c>this</c> that no override can replace.
/// </summary>
/// <remarks>
/// The result is correct for two reasons. User code cannot name a closure, so only generated code reads its fields, and all of
/// that code is walked. For closures it is therefore enough to collect the fields that are read, and to give up if a closure is
/// passed to unknown code. A user's object, in contrast, can be passed on. For <c>this</c>, <see cref="MethodWalk"/> follows the
/// reference; where it loses track, all fields count as read. Reflection over a delegate's target is not detected.
/// </remarks>
internal sealed class CaptureAnalysis
{
    private static readonly ConditionalWeakTable<Module, ConcurrentDictionary<int, CaptureReads>> Known = [];

    private readonly Queue<MethodBase> _pending = [];
    private readonly HashSet<(Module, int)> _seen = [];

    private CaptureAnalysis()
    {
    }

    public CaptureReads Reads { get; } = new();

    /// <summary>What a function reads. The result is cached.</summary>
    public static CaptureReads Of(MethodInfo function)
    {
        var methods = Known.GetValue(function.Module, static _ => new());
        return methods.TryGetValue(function.MetadataToken, out var reads) ? reads : methods.GetOrAdd(function.MetadataToken, Analyze(function));
    }

    /// <summary>The analysis itself, without the cache.</summary>
    internal static CaptureReads Analyze(MethodInfo function)
    {
        var analysis = new CaptureAnalysis();

        if (HasOnlyWhatIsSentAnyway(function)) return analysis.Reads;
        try
        {
            analysis.Walk(function);
            while (analysis._pending.TryDequeue(out var method)) new MethodWalk(method, analysis).Run();
        }
        catch (Exception e) when (e is UndecidableException or ArgumentException or NotSupportedException or InvalidOperationException
            or BadImageFormatException or TypeLoadException or MissingMemberException or IOException or IndexOutOfRangeException)
        {
            analysis.Reads.AddEverything();
        }

        return analysis.Reads;
    }

    /// <summary>
    /// A closure of F# is sent whole. The Invoke of a delegate, which Visual Basic makes another delegate of, calls a function that is
    /// analyzed itself.
    /// </summary>
    private static bool HasOnlyWhatIsSentAnyway(MethodInfo function) => function.DeclaringType is { } type
        && (FSharpTypes.IsClosure(type) || FSharpTypes.IsFunction(type) || (type.IsSubclassOf(typeof(Delegate)) && function.GetMethodBody() is null));

    /// <summary>Adds a method to those that are walked, unless it is already among them.</summary>
    public void Walk(MethodBase method)
    {
        if (_seen.Add((method.Module, method.MetadataToken))) _pending.Enqueue(method.Module.ResolveMethod(method.MetadataToken)!);
    }

    /// <summary>Walks a method called on <c>this</c>, if it is certain which method will run.</summary>
    /// <param name="method">The method that the call names.</param>
    /// <param name="exact">Whether exactly this method is called, and never an override.</param>
    /// <returns>False if the method is not walked. It may then do anything with <c>this</c>.</returns>
    public bool TryWalkOnThis(MethodBase method, bool exact)
    {
        var type = method.DeclaringType!;
        if (type == typeof(object) && method.Name == nameof(GetType)) return true;
        if (type.IsInterface || FrameworkAssemblies.Contains(type)) return false;
        if (method.IsVirtual && !exact && !method.IsFinal && !type.IsSealed) return false;
        if (method.GetMethodBody() is null) return false;
        Walk(method);
        return true;
    }

    /// <summary>
    /// Walks all methods of a state machine as soon as one is created, because others call them through interfaces.
    /// </summary>
    public void WalkStateMachine(Type type)
    {
        if (!GeneratedCode.IsClosureOrStateMachine(type)) return;
        if (type.IsGenericType) type = type.GetGenericTypeDefinition();
        if (type.GetInterfaces().Length == 0) return;
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var method in type.GetMethods(all)) Walk(method);
    }
}
