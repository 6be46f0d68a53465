namespace ProcessPool;

// One pool for the whole process.
public sealed partial class Pool
{
    private static readonly Lazy<Pool> SharedPool = new(static () => new Pool(new PoolOptions { IdleTimeout = TimeSpan.FromSeconds(30) }) { _isShared = true });

    private bool _isShared;

    /// <summary>
    /// A pool that belongs to the whole process. It is created at its first use, with as many workers as this process may use
    /// processors. Workers that are idle for half a minute end, and are started again on demand. The pool cannot be closed, and
    /// disposing of it does nothing. Its workers end with the process. joblib, loky: the reusable executor.
    /// </summary>
    public static Pool Shared => SharedPool.Value;

    private void CheckOwned()
    {
        if (_isShared) throw new InvalidOperationException("Pool.Shared belongs to the whole process and cannot be closed. Make a pool of your own with `new Pool(...)`.");
    }
}
