using System.Reflection.Metadata;
using ProcessPool.Functions;

[assembly: MetadataUpdateHandler(typeof(HotReload))]

namespace ProcessPool.Functions;

/// <summary>
/// Remembers that the code of this process was changed while it ran. A worker loads the assembly from disk, under the
/// same module version id and with the old code, so that nothing but this tells the two apart.
/// </summary>
internal static class HotReload
{
    private static volatile bool _updated;

    /// <summary>Called by the runtime after each update.</summary>
    internal static void UpdateApplication(Type[]? updatedTypes) => _updated = true;

    /// <exception cref="FunctionException">The code of this process was changed while it ran.</exception>
    public static void ThrowIfUpdated()
    {
        if (_updated)
        {
            throw new FunctionException(
                "The code of this process was changed by hot reload; worker processes would run the code from before the change. "
                + "Restart the program, or switch hot reload off (dotnet watch --no-hot-reload).");
        }
    }

    /// <summary>For tests only: the runtime never takes an update back.</summary>
    internal static void Forget() => _updated = false;
}
