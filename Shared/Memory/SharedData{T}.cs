using MessagePack;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Values;

namespace ProcessPool;

/// <summary>
/// A value of any type that all items of all calls can read, for example a dictionary or a model. When a function captures it or
/// receives it as an argument, also inside other values, only its location is sent. A worker decodes the value when it first
/// needs it and keeps that one object. See <c>docs/shared-memory.md</c>.
/// </summary>
/// <remarks>
/// <para>
/// Only read the value. Changes that a task makes to it are visible to later items of the same worker, but not to other
/// processes. For numbers that several processes change, use <see cref="SharedArray{T}"/>.
/// </para>
/// <para>
/// Dispose it in the process that created it. This releases it in that process at once, and in each worker as soon as it runs no
/// item. Objects that a task has taken out of it remain valid. The garbage collector releases data that was not disposed.
/// </para>
/// </remarks>
/// <typeparam name="T">The value's type.</typeparam>
public sealed class SharedData<T> : IDisposable
{
    internal SharedData(SharedArray<byte> bytes) => Bytes = bytes;

    /// <summary>
    /// The value. In the process that created it, this is the original object. In other processes, it is decoded once and kept.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The data was disposed in this process or in the one that shared it.</exception>
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

            // The content outlives the item that first needs it, so it must not contain that item's token.
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
