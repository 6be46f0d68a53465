namespace ProcessPool.Soak.Ledger;

/// <summary>Finds out which item a failure is about.</summary>
internal static class Failure
{
    /// <summary>The item that failed; null if it is not an item that did.</summary>
    public static int? IndexOf(Exception failure) => failure.Data[PoolDataKeys.Item] is long index ? (int)index : null;
}
