namespace ProcessPool.Conformance.Tests.Support;

/// <summary>Items that run until they are let through.</summary>
internal sealed class Gate(Pool pool, string file)
{
    /// <summary>A call that ends with this when the gate is opened, and not before.</summary>
    public Task<int> Pass(int result) => pool.ApplyAsync(() => Work.AfterFile(file, result));

    /// <summary>A call that fails when the gate is opened, and not before.</summary>
    public Task<int> FailBehind(string message) => pool.ApplyAsync(() => Work.Fail(Work.AfterFile(file, message)));

    public void Open() => Work.Touch(file);
}
