namespace ProcessPool.Memory;

/// <summary>The value in shared memory as an object of this process.</summary>
internal sealed class SharedContent<T>(T value)
{
    public T Value { get; } = value;
}
