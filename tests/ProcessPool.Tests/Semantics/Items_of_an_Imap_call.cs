using ProcessPool.Jobs;

namespace ProcessPool.Tests.Semantics;

// The hand-over of items between the input, the workers and the consumer (ImapItems).
[TestFixture]
[CancelAfter(60_000)]
internal sealed class Items_of_an_Imap_call
{
    [Test]
    public void Are_each_given_once_and_consumed_once_in_any_interleaving([Values] bool isOrdered, [Range(1, 20)] int seed)
    {
        const int count = 3000;
        var random = new Random(seed);
        var items = new ImapItems<int, string>(isOrdered);
        var running = new List<long>();
        var results = new List<string>();
        var (added, total) = (0, 0);
        var buffer = new long[600];
        while (results.Count < count)
        {
            switch (random.Next(4))
            {
                case 0:
                    for (var n = random.Next(400); n > 0 && added < count; n--)
                    {
                        items.Make(added++);
                        items.Publish();
                    }

                    break;
                case 1:
                    var given = items.Give(random.Next(1, buffer.Length), buffer);
                    running.AddRange(buffer[..given]);
                    total += given;
                    break;
                case 2:
                    // Now and then the oldest item is the only one that goes on, as a slow one does.
                    var ended = running.Where((_, i) => i > 0 ? random.Next(3) > 0 : random.Next(10) == 0 || added == count).ToArray();
                    foreach (var key in ended) items[key].Value = $"{items[key].Index}:{items[key].Input}";
                    items.End(ended);
                    running.RemoveAll(ended.Contains);
                    break;
                default:
                    for (var n = random.Next(400); n > 0 && items.TryPeek(out var key) && items[key].IsDone; n--)
                    {
                        results.Add(items[key].Value);
                        items.Consume(key);
                    }

                    break;
            }

            Assert.That((items.Added, items.Fresh), Is.EqualTo(((long)added, added - total)));
        }

        var expected = Enumerable.Range(0, count).Select(i => $"{i}:{i}");
        Assert.That(results, isOrdered ? Is.EqualTo(expected) : Is.EquivalentTo(expected));
        Assert.That(items.Consumed, Is.EqualTo(count));
    }

    [Test]
    public void Pass_between_threads_without_a_lock([Values] bool isOrdered)
    {
        const int count = 300_000;
        const int ahead = 1000;
        var items = new ImapItems<int, int>(isOrdered);
        var consumed = 0;
        var results = new List<int>();
        var adds = new Thread(() =>
        {
            for (var i = 0; i < count; i++)
            {
                while (i - Volatile.Read(ref consumed) >= ahead) Thread.Yield();
                items.Make(i);
                items.Publish();
            }
        });
        var runs = new Thread(() =>
        {
            var keys = new long[100];
            for (var done = 0; done < count;)
            {
                var given = items.Give(keys.Length, keys);
                if (given == 0) Thread.Yield();
                for (var i = 0; i < given; i++) items[keys[i]].Value = -items[keys[i]].Input;
                items.End(keys.AsSpan(0, given));
                done += given;
            }
        });
        adds.Start();
        runs.Start();
        while (results.Count < count)
        {
            if (!items.TryPeek(out var key) || !Volatile.Read(ref items[key].IsDone))
            {
                Thread.Yield();
                continue;
            }

            results.Add(items[key].Value);
            items.Consume(key);
            Volatile.Write(ref consumed, results.Count);
        }

        adds.Join();
        runs.Join();
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, count).Select(i => -i)));
    }

    [Test]
    public async Task Are_run_though_the_input_pauses_after_a_few_that_came_quickly([Values(1, 2, 63, 64, 65, 200)] int burst)
    {
        const int bursts = 5;
        using var consumed = new SemaphoreSlim(0);
        await using var pool = new Pool(2);
        var results = new List<int>();
        await foreach (var result in pool.Imap(x => x + 1, Inputs()))
        {
            results.Add(result);
            if (results.Count % burst == 0) consumed.Release();
        }

        Assert.That(results, Is.EqualTo(Enumerable.Range(1, bursts * burst)));

        // Goes on only when all results of the burst were consumed.
        IEnumerable<int> Inputs()
        {
            for (var i = 0; i < bursts * burst; i++)
            {
                if (i > 0 && i % burst == 0 && !consumed.Wait(TimeSpan.FromSeconds(20))) throw new TimeoutException("Items are held back.");
                yield return i;
            }
        }
    }
}
