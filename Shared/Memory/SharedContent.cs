namespace ProcessPool.Memory;

/// <summary>The value that lies in shared memory, as an object of this process.</summary>
internal sealed class SharedContent<T>(T value)
{
    public T Value { get; } = value;
}
