using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace ProcessPool.Functions;

/// <summary>Where an assembly of this process was loaded from, which tells another process how to find it.</summary>
internal sealed class AssemblyOrigin
{
    private static readonly ConditionalWeakTable<Assembly, AssemblyOrigin> Known = [];
    private static readonly string SharedFrameworks = FindSharedFrameworks();

    private AssemblyOrigin(Assembly assembly)
    {
        Name = assembly.FullName!;
        Module = assembly.ManifestModule.ModuleVersionId.ToByteArray();
        Refusal = FindRefusal(assembly, assembly.GetName().Name!);
        if (Refusal is null && NeedsPath(LocationOf(assembly))) Path = LocationOf(assembly);
    }

    /// <summary>The full name.</summary>
    public string Name { get; }

    /// <summary>The module version id, which is different in every build.</summary>
    public byte[] Module { get; }

    /// <summary>The file, if the assembly belongs neither to the framework nor to the application itself.</summary>
    public string? Path { get; }

    /// <summary>Why no other process can load the assembly; null if others can.</summary>
    public string? Refusal { get; }

    public static AssemblyOrigin Of(Assembly assembly) => Known.GetValue(assembly, static a => new AssemblyOrigin(a));

    private static string? FindRefusal(Assembly assembly, string name)
    {
        if (assembly.IsDynamic)
            return $"The assembly {name} was generated at run time (Reflection.Emit) and exists only in this process.";
        if (LocationOf(assembly).Length == 0 && AssemblyLoadContext.GetLoadContext(assembly) != AssemblyLoadContext.Default)
            return $"The assembly {name} was loaded from memory, so no other process can load it. Load it from a file instead.";
        return null;
    }

    /// <summary>The file of an assembly; empty for those inside a single-file application.</summary>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Empty for the assemblies inside a single-file application; its workers find them by name.")]
    internal static string LocationOf(Assembly assembly) => assembly.Location;

    private static bool NeedsPath(string location)
    {
        if (location.Length == 0) return false;
        if (IsBelow(location, SharedFrameworks)) return false;
        if (!IsBelow(location, AppContext.BaseDirectory)) return true;

        // A plug-in may be in the application's directory without being listed among its dependencies.
        return AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is string trusted
            && !trusted.Contains(location, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsBelow(string path, string directory) =>
        directory.Length > 0 && path.StartsWith(directory, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The directory <c>shared</c> of the .NET installation, which contains all its frameworks; empty if the application is
    /// self-contained.
    /// </summary>
    private static string FindSharedFrameworks()
    {
        var framework = System.IO.Path.GetDirectoryName(RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/', '\\'));
        var shared = System.IO.Path.GetDirectoryName(framework);
        return System.IO.Path.GetFileName(shared) == "shared" ? shared + System.IO.Path.DirectorySeparatorChar : "";
    }
}
