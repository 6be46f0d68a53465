using System.Diagnostics;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>A thread that kills workers of a pool at random moments, until it has killed a given number.</summary>
internal sealed class Tormentor : IDisposable
{
    /// <summary>The number of kills of the whole suite, which its tests share.</summary>
    private static readonly int AllKills =
        int.TryParse(Environment.GetEnvironmentVariable("PROCESSPOOL_CHAOS_KILLS"), out var kills) ? kills : 80;

    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);

    private readonly Pool _pool;
    private readonly int _kills;
    private readonly Random _random;
    private readonly HashSet<int> _killed = [];
    private readonly Thread _thread;
    private volatile bool _done;
    private volatile bool _stopped;

    public Tormentor(Pool pool, int kills)
    {
        _pool = pool;
        _kills = kills;
        var seed = Environment.TickCount;
        _random = new Random(seed);
        TestContext.Out.WriteLine($"{kills} kills, seed {seed}");
        _thread = new Thread(Run) { IsBackground = true, Name = "tormentor" };
        _thread.Start();
    }

    /// <summary>Whether all kills are done.</summary>
    public bool IsDone => _done;

    /// <summary>The processes that were killed. Read only when <see cref="IsDone"/> is true.</summary>
    public IReadOnlySet<int> Killed => _killed;

    /// <summary>A part of all kills, but at least three.</summary>
    public static int Share(double part) => Math.Max(3, (int)(AllKills * part));

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private void Run()
    {
        var clock = Stopwatch.StartNew();
        while (_killed.Count < _kills && !_stopped && clock.Elapsed < LongestLife)
        {
            // The times cover the moment when a worker is ready, its first item, and later ones.
            WaitExactly(TimeSpan.FromMilliseconds(_random.NextDouble() * _random.Next(2) switch { 0 => 20, _ => 300 }));
            var workers = _pool.WorkerPids;
            if (workers.Count == 0) continue;
            var worker = workers[_random.Next(workers.Count)];
            if (!_killed.Contains(worker) && Processes.Signal(worker, Processes.SigKill)) _killed.Add(worker);
        }

        _done = true;
    }

    private static void WaitExactly(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        if (time > TimeSpan.FromMilliseconds(2)) Thread.Sleep(time);
        while (clock.Elapsed < time) Thread.SpinWait(20);
    }
}
