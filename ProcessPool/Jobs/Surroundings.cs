using MessagePack;
using ProcessPool.Functions;
using ProcessPool.Platform;
using ProcessPool.Values;
using ProcessPool.Workers;

namespace ProcessPool.Jobs;

/// <summary>The cultures and the directory that a function runs in: the caller's, where the pool has none of its own.</summary>
internal sealed record Surroundings(CallCulture Culture, CallCulture UICulture, string Directory)
{
    /// <summary>The surroundings of a function that the current thread passes to a pool.</summary>
    /// <exception cref="ValueException">The current culture cannot be sent to another process.</exception>
    /// <exception cref="DirectoryNotFoundException">The current directory was deleted.</exception>
    public static Surroundings Here(WorkerSurroundings pool) =>
        new(CallCulture.Of(pool.Culture), CallCulture.OfUI(pool.UICulture), pool.Directory ?? CurrentDirectory.OrNull ?? throw new DirectoryNotFoundException(
            "The current directory of this process was deleted, so items cannot run in it. Change to another one "
            + "(Environment.CurrentDirectory), or set PoolOptions.WorkingDirectory."));

    /// <summary>Writes three values of a frame.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        Culture.Write(ref writer);
        UICulture.Write(ref writer);
        writer.WriteText(Directory);
    }
}
