using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ProcessPool.Tests.Formatters.Collections;

[TestFixture]
internal sealed class Queues_and_stacks_give_their_elements_in_the_same_order
{
    [Test]
    public void Queues()
    {
        var queue = new Queue<string?>(["x", "a", null, "b"]);
        queue.Dequeue();
        queue.Enqueue("c");
        Assert.That(Drain<string?>(Wire.RoundTrip(queue).TryDequeue), Is.EqualTo(new[] { "a", null, "b", "c" }));
        Assert.That(Drain<int>(Wire.RoundTrip(new ConcurrentQueue<int>([3, 1, 2])).TryDequeue), Is.EqualTo(new[] { 3, 1, 2 }));
        Assert.That(Wire.RoundTrip(ImmutableQueue.Create(3, 1, 2)).Dequeue().Peek(), Is.EqualTo(1));
    }

    [Test]
    public void Stacks()
    {
        Assert.That(Drain<int>(Wire.RoundTrip(new Stack<int>([3, 1, 2])).TryPop), Is.EqualTo(new[] { 2, 1, 3 }));
        Assert.That(Drain<string>(Wire.RoundTrip(new ConcurrentStack<string>(["a", "b"])).TryPop), Is.EqualTo(new[] { "b", "a" }));
        Assert.That(Drain<int>(Wire.RoundTrip(new ConcurrentBag<int>([3, 1, 2])).TryTake), Is.EqualTo(new[] { 2, 1, 3 }));
        Assert.That(Wire.RoundTrip(ImmutableStack.Create(3, 1, 2)).Peek(), Is.EqualTo(2));
    }

    [Test]
    public void Priority_queues_also_where_priorities_are_equal()
    {
        var random = new Random(5);
        foreach (var count in new[] { 0, 1, 2, 5, 100, 1000 })
        {
            var queue = new PriorityQueue<int, int>();
            for (var i = 0; i < count; i++)
            {
                queue.Enqueue(i, random.Next(5));
                if (random.Next(4) == 0) queue.Dequeue();
            }

            var copy = Wire.RoundTrip(queue);

            Assert.That(Drain(copy), Is.EqualTo(Drain(queue)));
        }
    }

    private delegate bool Take<T>([MaybeNullWhen(false)] out T element);

    private static List<T> Drain<T>(Take<T> take)
    {
        var elements = new List<T>();
        while (take(out var element)) elements.Add(element);
        return elements;
    }

    private static List<(int, int)> Drain(PriorityQueue<int, int> queue)
    {
        var elements = new List<(int, int)>();
        while (queue.TryDequeue(out var element, out var priority)) elements.Add((element, priority));
        return elements;
    }
}
