namespace ProcessPool;

// The pool of those who do not want to own one.
public sealed partial class Pool
{
    private static readonly Lazy<Pool> SharedPool = new(static () => new Pool(new PoolOptions { IdleTimeout = TimeSpan.FromSeconds(30) }) { _isShared = true });

    private bool _isShared;

    /// <summary>
    /// A pool that belongs to the whole process: made at its first use, with as many workers as this process may use processors.
    /// They end when they have had nothing to do for half a minute, and come back on demand. It cannot be closed; disposing
    /// of it does nothing. Its workers end with the process. As joblib's and loky's reusable executor.
    /// </summary>
    public static Pool Shared => SharedPool.Value;

    private void CheckOwned()
    {
        if (_isShared) throw new InvalidOperationException("Pool.Shared belongs to the whole process and cannot be closed. Make a pool of your own with `new Pool(...)`.");
    }
}
