using System.Reflection;
using System.Reflection.Metadata;

namespace ProcessPool.Workers;

/// <summary>Refuses programs that workers cannot load.</summary>
internal static class CompiledProgram
{
    /// <summary>Checks that an assembly has its IL and metadata. Native AOT leaves neither in the program.</summary>
    /// <exception cref="PlatformNotSupportedException">It has none.</exception>
    public static unsafe void CheckAssembly(Assembly assembly)
    {
        // RuntimeFeature.IsDynamicCodeSupported would not do: it is false in every file-based program, because their PublishAot
        // is true by default, and these have all their assemblies when `dotnet run` runs them.
        if (assembly.TryGetRawMetadata(out _, out _)) return;
        throw new PlatformNotSupportedException(
            "This program is compiled with Native AOT, and cannot have a pool: workers load the program's assemblies, and it has none. Set PublishAot " +
            "to false in the project (`#:property PublishAot=false` in a file-based program).");
    }
}
