using System.Diagnostics;
using ProcessPool.Soak.Items;

namespace ProcessPool.Soak.Calls;

/// <summary>One call: its kind, which follows from its number and the seed, and which of its items are accounted for.</summary>
internal sealed class Call : IProgress<CallProgress>
{
    /// <summary>
    /// The limit of items that nothing else ends. Items that end by themselves never take this long, even on a busy machine.
    /// </summary>
    public static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ShortLimit = TimeSpan.FromSeconds(0.3);

    private readonly Lock _lock = new();
    private readonly bool[] _accounted;
    private readonly Stopwatch _sinceProgress = Stopwatch.StartNew();
    private long _done;

    public Call(int seed, long number)
    {
        var random = new Random(SeedOf(seed, number));
        Number = number;
        Kind = (CallKind)random.Next(6);
        Options = new CallOptions { Errors = (ErrorPolicy)random.Next(2), ItemTimeout = LongLimit };
        var (mix, most) = random.Next(10) switch
        {
            < 2 => (Mix.Hanging, 3),
            < 4 => (Mix.Quick, 5_000),
            < 6 => (Mix.Peaceful, 300),
            _ => (Mix.Everything, 600),
        };
        if (mix == Mix.Hanging) Options = Options with { ItemTimeout = ShortLimit };
        Items = mix.Make(random, number, Kind == CallKind.Apply ? 1 : random.Next(1, most));
        if (random.Next(3) == 0) Options = Options with { MaxAttempts = random.Next(2, 4) };
        if (Options.MaxAttempts is not null && random.Next(2) == 0) Options = Options with { RetryOn = static failure => failure is SoakException or ItemTimeoutException, RetryDelay = TimeSpan.FromMilliseconds(random.Next(50)) };
        if (random.Next(2) == 0) Options = Options with { BufferSize = random.Next(1, 200) };
        Ending = random.Next(10) switch
        {
            0 or 1 => Ending.Cancelled,
            2 => Ending.TimedOut,
            3 or 4 when IsStream => Ending.LeftEarly,
            _ => Ending.Done,
        };
        EndsAfter = TimeSpan.FromMilliseconds(1 + random.NextDouble() * random.Next(2) switch { 0 => 20, _ => 600 });
        LeftAfter = random.Next(Items.Length);
        if (Ending == Ending.TimedOut) Options = Options with { Timeout = EndsAfter };
        Options = Options with { Progress = this };
        _accounted = new bool[Items.Length];
    }

    public long Number { get; }

    /// <summary>
    /// Anything done to a worker before this time does not explain what happened to the call's items. It is some seconds before
    /// the start of the call, because a worker may take a while to react.
    /// </summary>
    public DateTime Since { get; } = DateTime.UtcNow - TimeSpan.FromSeconds(10);

    public CallKind Kind { get; }

    public Ending Ending { get; }

    /// <summary>The time until it is cancelled, or times out.</summary>
    public TimeSpan EndsAfter { get; }

    /// <summary>After how many results a stream is left.</summary>
    public int LeftAfter { get; }

    public CallOptions Options { get; }

    public Item[] Items { get; }

    /// <summary>Deaths before an item is begun count as attempts, and three of them are allowed whatever the call says.</summary>
    public int MostAttempts => Math.Max(3, Options.MaxAttempts ?? 1);

    public bool IsStream => Kind is >= CallKind.Imap and <= CallKind.ImapUnorderedOutcomes;

    public bool IsOrdered => Kind is CallKind.Imap or CallKind.ImapOutcomes;

    /// <summary>Since when nothing has become of any item.</summary>
    public TimeSpan Silent
    {
        get
        {
            lock (_lock) return _sinceProgress.Elapsed;
        }
    }

    /// <summary>The items of which nothing has become known.</summary>
    public IReadOnlyList<Item> Outstanding
    {
        get
        {
            lock (_lock) return [.. Items.Where(item => !_accounted[item.Index])];
        }
    }

    /// <summary>How many are accounted for: in a stream that is ordered, the index of the next.</summary>
    public int Accounted { get; private set; }

    /// <summary>Of a map, nothing else is heard before its end.</summary>
    public void Report(CallProgress value)
    {
        lock (_lock)
        {
            if (value.Done == _done) return;
            _done = value.Done;
            _sinceProgress.Restart();
        }
    }

    /// <returns>False if this item was accounted for before.</returns>
    public bool Account(int index)
    {
        lock (_lock)
        {
            _sinceProgress.Restart();
            if (_accounted[index]) return false;
            Accounted++;
            return _accounted[index] = true;
        }
    }

    public override string ToString() =>
        $"call {Number}: {Kind} of {Items.Length} items, {Options.Errors}, MaxAttempts {Options.MaxAttempts ?? 1}{(Options.RetryOn is null ? "" : " also of what throws")}, buffer {Options.BufferSize}, "
        + $"item limit {Options.ItemTimeout?.TotalSeconds} s, ends {Ending} ({EndsAfter.TotalMilliseconds:0} ms, {LeftAfter} results)";

    /// <summary>The same in each process, which <see cref="System.HashCode"/> is not.</summary>
    private static int SeedOf(int seed, long number) => (int)(Content.Mix((ulong)seed, (ulong)number) >> 16);
}
