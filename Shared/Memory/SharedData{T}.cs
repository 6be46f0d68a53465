using MessagePack;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Values;

namespace ProcessPool;

/// <summary>
/// A value of any type that all items of all calls read: a dictionary, a model. Captured by a function or passed to it, also within other
/// values, only the knowledge of where it lies is sent; a worker decodes it when it first needs it and keeps that one object. See
/// <c>docs/shared-memory.md</c>.
/// </summary>
/// <remarks>
/// <para>
/// To be read only. What a task changes in it, later items of the same worker see, and no other process does. For numbers that
/// processes change together there is <see cref="SharedArray{T}"/>.
/// </para>
/// <para>
/// Dispose of it where it was made; then it is gone in this process and in all workers, at the next moment when they run no item. Objects
/// that a task has taken out of it are the task's own, and stay. One that is dropped undisposed is released when the garbage collector finds it.
/// </para>
/// </remarks>
/// <typeparam name="T">The value's type.</typeparam>
public sealed class SharedData<T> : IDisposable
{
    internal SharedData(SharedArray<byte> bytes) => Bytes = bytes;

    /// <summary>The value: where it was made, the object that it was made of; in another process one that is decoded once and kept.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of, in this process or in the one that shared it.</exception>
    public T Value
    {
        get
        {
            var memory = Bytes.OpenMemory();
            return (memory.Content as SharedContent<T> ?? Decode(memory)).Value;
        }
    }

    /// <summary>The encoded value.</summary>
    internal SharedArray<byte> Bytes { get; }

    /// <inheritdoc cref="SharedArray{T}.Dispose"/>
    public void Dispose() => Bytes.Dispose();

    private SharedContent<T> Decode(SharedMemory memory)
    {
        lock (memory.Decoding)
        {
            if (memory.Content is SharedContent<T> decoded) return decoded;
            using var bytes = memory.OpenBytes(Bytes.Offset, Bytes.Length)
                ?? throw new ObjectDisposedException(null, "The shared data was disposed of, in this process or in the one that shared it.");
            var reader = new MessagePackReader(bytes.Sequence);
            var context = SharedMemories.IsInWorker ? Formatters.Default.FromCoordinator : Formatters.Default.FromWorker;

            // It outlives the item that needs it first, and so must know none of its tokens.
            var token = FunctionFormatters.ItemToken;
            FunctionFormatters.ItemToken = default;
            try
            {
                FunctionFormatters.Register();
                var content = new SharedContent<T>(Formatters.Get<T>().Read(ref reader, context));
                memory.Content = content;
                if (SharedMemories.IsInWorker) SharedMemories.KeepUntilReleased(memory);
                return content;
            }
            finally
            {
                FunctionFormatters.ItemToken = token;
            }
        }
    }
}
