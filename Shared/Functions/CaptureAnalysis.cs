using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// Finds out which fields of closures and of <c>this</c> a function can read, by walking its code: the method itself and
/// whatever it reaches that the compiler generated or that is called on <c>this</c> without choice of another method.
/// </summary>
/// <remarks>
/// Two facts carry the result. User code cannot name a closure, so its fields are read only by generated code, all of which
/// is walked: for closures it is enough to collect fields by name (and to give up where one gets into unknown hands). A user's object can be handed on: for <c>this</c>,
/// <see cref="MethodWalk"/> follows the reference, and where it goes out of sight, all fields count. Reflection over a
/// delegate's target is not seen.
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

    /// <summary>What a function reads; kept for the next time.</summary>
    public static CaptureReads Of(MethodInfo function)
    {
        var methods = Known.GetValue(function.Module, static _ => new());
        return methods.TryGetValue(function.MetadataToken, out var reads) ? reads : methods.GetOrAdd(function.MetadataToken, Analyze(function));
    }

    /// <summary>The analysis itself, not kept.</summary>
    internal static CaptureReads Analyze(MethodInfo function)
    {
        var analysis = new CaptureAnalysis();
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

    /// <summary>Walks a method too, once.</summary>
    public void Walk(MethodBase method)
    {
        if (_seen.Add((method.Module, method.MetadataToken))) _pending.Enqueue(method.Module.ResolveMethod(method.MetadataToken)!);
    }

    /// <summary>Walks a method called on <c>this</c>, if it is certain which one that is.</summary>
    /// <param name="method">The method named.</param>
    /// <param name="exact">Whether the call does not choose an override.</param>
    /// <returns>False if it is not walked, so that it may do anything with <c>this</c>.</returns>
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

    /// <summary>State machines are run through interfaces: what may be called so is walked as soon as one is made.</summary>
    public void WalkStateMachine(Type type)
    {
        if (!GeneratedCode.IsClosureOrStateMachine(type)) return;
        if (type.IsGenericType) type = type.GetGenericTypeDefinition();
        if (type.GetInterfaces().Length == 0) return;
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var method in type.GetMethods(all)) Walk(method);
    }
}
