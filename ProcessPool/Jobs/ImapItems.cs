namespace ProcessPool.Jobs;

/// <summary>
/// The items of an Imap call that were taken from the input and whose results were not handed out yet. Three threads pass them on
/// without a lock: one adds inputs, one gives items to workers, one consumes results. Each of the three calls its own members only.
/// </summary>
/// <remarks>
/// <para>
/// The items are in a chain of blocks, in the order of the inputs. An item's key is the number of its block and its place there. A
/// block is used again when all three threads are done with it.
/// </para>
/// <code>
///                 consume                give                     add
///                    ▼                     ▼                       ▼
///      ┌─────────────────────┐   ┌─────────────────────┐   ┌──────────────
///      │ done  done  running │ ► │ given  given  fresh │ ► │ fresh
///      └─────────────────────┘   └─────────────────────┘   └──────────────
/// </code>
/// </remarks>
internal sealed class ImapItems<T, TResult>
{
    /// <summary>The number of items in a block: a power of two, for quick division.</summary>
    private const int BlockSize = 256;

    /// <summary>The threads that must be done with a block: those that add, give and consume its items.</summary>
    private const int Users = 3;

    /// <summary>Guards the blocks that nobody uses, and the ended items.</summary>
    private readonly Lock _lock = new();
    private readonly Stack<Block> _unused = [];
    private readonly bool _isOrdered;

    /// <summary>All blocks by their numbers. Replaced by a longer array, so the items of a block can be used without the lock.</summary>
    private Block[] _blocks = [];

    private Cursor _add;
    private Cursor _give;
    private Cursor _consume;
    private long _added;
    private long _given;

    /// <summary>Without an order: items that have ended since the consumer last looked.</summary>
    private List<long> _ended = [];

    /// <summary>The ended items that the consumer is at, and how many of them it has taken.</summary>
    private List<long> _endedBefore = [];
    private int _takenOfEnded;

    /// <param name="isOrdered">Whether results are consumed in the order of the inputs, not in the order in which items end.</param>
    public ImapItems(bool isOrdered)
    {
        _isOrdered = isOrdered;
        _add = _give = _consume = new Cursor(UnusedBlock());
    }

    /// <summary>How many inputs were added. Any thread.</summary>
    public long Added => Volatile.Read(ref _added);

    /// <summary>How many results were consumed.</summary>
    public long Consumed { get; private set; }

    /// <summary>How many items can be given to workers.</summary>
    public int Fresh => (int)(Added - _given);

    /// <summary>An item, until it is consumed. Any thread.</summary>
    public ref Entry this[long key] => ref _blocks[key / BlockSize].Entries[key % BlockSize];

    /// <summary>Makes an item of an input. It is added by <see cref="Publish"/>.</summary>
    /// <returns>The key of the item.</returns>
    public long Make(T input)
    {
        if (_add.IsAtEnd)
        {
            var last = _add.Block;
            _add = new Cursor(UnusedBlock());
            Volatile.Write(ref last.Next, _add.Block);
            Release(last);
        }

        var key = _add.Key;
        ref var entry = ref this[key];
        entry.Input = input;
        entry.Index = _added;
        _add.Place++;
        return key;
    }

    /// <summary>Adds the item that was made last, which can be given to a worker from then on.</summary>
    public void Publish() => Volatile.Write(ref _added, _added + 1);

    /// <summary>Gives fresh items.</summary>
    public int Give(int most, Span<long> keys)
    {
        var count = Math.Min(most, Fresh);
        for (var i = 0; i < count; i++)
        {
            MoveOn(ref _give);
            keys[i] = _give.Key;
            _give.Place++;
        }

        _given += count;
        return count;
    }

    /// <summary>Items have ended: their results or failures are set. Any thread.</summary>
    public void End(ReadOnlySpan<long> keys)
    {
        foreach (var key in keys) Volatile.Write(ref this[key].IsDone, true);
        if (_isOrdered) return;
        lock (_lock) _ended.AddRange(keys);
    }

    /// <summary>Finds the item whose result is the next one. With an order, it may not have ended yet.</summary>
    public bool TryPeek(out long key)
    {
        key = 0;
        if (_isOrdered)
        {
            if (Consumed == Added) return false;
            MoveOn(ref _consume);
            key = _consume.Key;
            return true;
        }

        if (_takenOfEnded == _endedBefore.Count)
        {
            _endedBefore.Clear();
            _takenOfEnded = 0;
            lock (_lock) (_ended, _endedBefore) = (_endedBefore, _ended);
            if (_endedBefore.Count == 0) return false;
        }

        key = _endedBefore[_takenOfEnded];
        return true;
    }

    /// <summary>Removes the item that was found.</summary>
    public void Consume(long key)
    {
        this[key] = default;
        Consumed++;
        if (_isOrdered)
        {
            _consume.Place++;
            return;
        }

        _takenOfEnded++;
        var block = _blocks[key / BlockSize];
        if (++block.Consumed == BlockSize) Release(block);
    }

    private void MoveOn(ref Cursor cursor)
    {
        if (!cursor.IsAtEnd) return;
        var block = cursor.Block;
        cursor = new Cursor(Volatile.Read(ref block.Next)!);
        Release(block);
    }

    private Block UnusedBlock()
    {
        lock (_lock)
        {
            if (_unused.TryPop(out var block)) return block;
            block = new Block(_blocks.Length);
            _blocks = [.. _blocks, block];
            return block;
        }
    }

    private void Release(Block block)
    {
        if (Interlocked.Decrement(ref block.Users) > 0) return;
        block.Users = Users;
        block.Consumed = 0;
        block.Next = null;
        lock (_lock) _unused.Push(block);
    }

    /// <summary>One input and what became of it.</summary>
    public struct Entry
    {
        public T Input;
        public TResult Value;
        public Exception? Failure;
        public ItemRun Run;
        public long Index;
        public bool IsDone;
    }

    private sealed class Block(int number)
    {
        public readonly Entry[] Entries = new Entry[BlockSize];
        public readonly int Number = number;
        public Block? Next;
        public int Users = ImapItems<T, TResult>.Users;
        public int Consumed;
    }

    /// <summary>A place in the chain.</summary>
    private struct Cursor(Block block)
    {
        public readonly Block Block = block;
        public int Place;

        public readonly bool IsAtEnd => Place == BlockSize;

        public readonly long Key => ((long)Block.Number * BlockSize) + Place;
    }
}
