using System.Reflection.Metadata;
using ProcessPool.Functions;

[assembly: MetadataUpdateHandler(typeof(HotReload))]

namespace ProcessPool.Functions;

/// <summary>
/// Remembers whether the code of this process was changed while it ran. A worker loads the assembly from disk, with the old code
/// but the same module version id, so nothing else tells the two apart.
/// </summary>
internal static class HotReload
{
    private static volatile bool _updated;

    /// <summary>Called by the runtime after each update.</summary>
    internal static void UpdateApplication(Type[]? updatedTypes) => _updated = true;

    /// <exception cref="FunctionException">The code of this process was changed while it was running.</exception>
    public static void ThrowIfUpdated()
    {
        if (_updated)
        {
            throw new FunctionException(
                "Hot reload has changed the code of this process, but worker processes would run the code from before the change. "
                + "Restart the program, or turn hot reload off (dotnet watch --no-hot-reload).");
        }
    }

    /// <summary>For tests only: the runtime never reverts an update.</summary>
    internal static void Forget() => _updated = false;
}
