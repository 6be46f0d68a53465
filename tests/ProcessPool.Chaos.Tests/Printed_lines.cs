using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>The output of items comes to the coordinator, and never gets between the frames.</summary>
[TimeLimit(60)]
internal sealed partial class Printed_lines
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Every_way_of_printing_comes_through_the_callback(bool useStatusPage)
    {
        const int items = 20;
        ConcurrentQueue<WorkerOutput> lines = [];
        await using (var pool = new Pool(new PoolOptions { Workers = 2, Output = lines.Enqueue, UseStatusPage = useStatusPage }))
        {
            Assert.That(pool.Map(PrintAllWays, Enumerable.Range(0, items)), Is.EqualTo(Enumerable.Range(0, items)));
        }

        for (var item = 0; item < items; item++)
        {
            AssertPrinted(lines, $"console {item}", item, OutputSource.Out);
            AssertPrinted(lines, $"error {item}", item, OutputSource.Error);
            AssertPrinted(lines, $"unfinished {item}", item, OutputSource.Out);
            AssertPrinted(lines, $"native {item}", null, OutputSource.Native);
            AssertPrinted(lines, $"child {item}", null, OutputSource.Native);
        }

        Assert.That(lines, Has.Count.EqualTo(5 * items));
    }

    [Test]
    public void Without_a_callback_it_is_printed()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = new CoordinatorProcess("print", directory);
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.Zero);
        Assert.That(coordinator.Output, Is.EqualTo("to Console.Out 1\n"));
        Assert.That(coordinator.Error.Split('\n'), Is.EquivalentTo(new[] { "to Console.Error 1", "from native code 1", "from a child 1", "" }));
    }

    [Test]
    public async Task Standard_input_is_empty()
    {
        await using var pool = new Pool(1);
        Assert.That(await pool.ApplyAsync(static () => Console.In.ReadToEnd()), Is.Empty);
        Assert.That(await pool.ApplyAsync(static () => OutputOf("cat")), Is.Empty);
        Assert.That(await pool.ApplyAsync(static () => Console.ReadLine()), Is.Null);
    }

    [Test]
    public async Task What_a_child_prints_that_outlives_its_worker_arrives_too()
    {
        using var directory = new TemporaryDirectory();
        ConcurrentQueue<WorkerOutput> lines = [];
        await using var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 1, Output = lines.Enqueue });
        var path = directory.Path;
        var worker = pool.Apply(() => StartInGroupOfItsOwn(
            "sh", "-c", $"for line in first second; do while [ ! -e {path}/$line ]; do sleep 0.01; done; echo $line >&2; done"));
        Assert.That(pool.Apply(static () => Environment.ProcessId), Is.Not.EqualTo(worker), "it was replaced");
        foreach (var line in (string[])["first", "second"])
        {
            File.WriteAllText(directory.File(line), "");
            Assert.That(Eventually.True(() => lines.Any(printed => printed.Line == line)), Is.True, line);
        }
    }

    private static int StartInGroupOfItsOwn(params string[] command)
    {
        using var child = Process.Start("setsid", command);
        return Environment.ProcessId;
    }

    private static void AssertPrinted(IEnumerable<WorkerOutput> lines, string text, long? item, OutputSource source)
    {
        var found = lines.Where(line => line.Line == text).ToArray();
        Assert.That(found, Has.Length.EqualTo(1), text);
        Assert.That((found[0].Item, found[0].Source), Is.EqualTo((item, source)), text);
    }

    private static int PrintAllWays(int item)
    {
        Console.WriteLine($"console {item}");
        Console.Error.WriteLine($"error {item}");
        _ = PutString($"native {item}");
        using var child = Process.Start("echo", $"child {item}");
        child.WaitForExit();
        Console.Write($"unfinished {item}");
        return item;
    }

    private static string OutputOf(string program)
    {
        using var child = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true })!;
        return child.StandardOutput.ReadToEnd();
    }

    [LibraryImport("libc", EntryPoint = "puts", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutString(string text);
}
