using System.Text.Json;
using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Commands;

[Platform("Linux")]
internal sealed class An_item_that_fails_costs_no_other
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Files_that_are_no_images_are_named_and_the_others_read([Values("--workers=2", "--serial")] string way)
    {
        MakeImages(12);
        Directory.CreateDirectory(_directory.File("below"));
        NoiseImage.Write(_directory.File("below/good.png"), 10, seed: 1);
        File.WriteAllText(_directory.File("below/bad.png"), "not really");
        File.WriteAllBytes(_directory.File("empty.png"), []);

        ChildResult result = CoordinatorCommand.Run(_directory.Path, "read", ".", "--recursive", way);

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Error);
        Assert.That(
            result.Output,
            Does.StartWith("read: 13 of 15 images in ").And.Contains("1300 bytes of pixels").And.Contains(", 2 failed"));
        Assert.That(Complaints(result), Has.Length.EqualTo(2));
        Assert.That(result.Error, Does.Contain("below/bad.png: not a PNG file").And.Contains("empty.png: truncated"));
    }

    [Test]
    public void They_are_in_the_object_with_their_places_in_name_order()
    {
        MakeImages(3);
        File.WriteAllText(_directory.File("image_1x.png"), "");
        File.WriteAllText(_directory.File("other.txt"), "");

        ChildResult result = CoordinatorCommand.Run(_directory.Path, "read", ".", "--json", "--quiet", "--pattern", "image_*");

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Error);
        JsonElement failure = JsonResult.Of(result).GetProperty("failed").EnumerateArray().Single();
        Assert.That(failure.Int("item"), Is.EqualTo(2));
        Assert.That(failure.GetProperty("name").GetString(), Is.EqualTo("image_1x.png"));
    }

    [Test]
    public void Many_are_counted_and_named_on_demand()
    {
        for (int i = 0; i < 25; i++)
            File.WriteAllText(_directory.File($"bad_{i}.png"), "");
        MakeImages(2);

        ChildResult some = CoordinatorCommand.Run(_directory.Path, "read", ".");
        ChildResult all = CoordinatorCommand.Run(_directory.Path, "read", ".", "--verbose");

        Assert.That(some.Output, Does.StartWith("read: 2 of 27 images"), some.Error);
        Assert.That(Complaints(some).Count(line => line.Contains("truncated")), Is.EqualTo(10));
        Assert.That(some.Error, Does.Contain("and 15 more failed"));
        Assert.That(Complaints(all).Count(line => line.Contains("truncated")), Is.EqualTo(25));
    }

    [Test]
    public void A_file_that_cannot_be_written_is_named_and_the_others_made()
    {
        Directory.CreateDirectory(_directory.File("image_3.png"));

        ChildResult result = CoordinatorCommand.Run(
            _directory.Path, "images", "--workers", "2", "--count", "9", "--size", "5", "--out", ".");

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Error);
        Assert.That(result.Output, Does.StartWith("made: 8 of 9 images"));
        Assert.That(Complaints(result).Single(), Does.Contain("image_3.png"));
        Assert.That(Directory.GetFiles(_directory.Path), Has.Length.EqualTo(8));
    }

    [Test]
    public void The_item_of_a_worker_that_is_killed_is_named_and_the_others_are_done()
    {
        MakeImages(40);
        string queue = Queue.Make(_directory.File("image_2x.png"));
        using Child child = CoordinatorCommand.StartInterruptible("read", _directory.Path, "--workers", "1", "--verbose");
        string[] pids = Pids(child);

        using (Queue.WaitForReader(queue))
            Assert.That(Child.Run("/bin/kill", ["-KILL", pids.Single()]).ExitCode, Is.Zero);
        ChildResult result = child.Finish();

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Error);
        Assert.That(result.Output, Does.StartWith("read: 40 of 41 images").And.Contains(", 1 failed"));
        Assert.That(result.Error, Does.Match($"image_2x.png: worker 0 \\(process {pids.Single()}\\) was killed by SIGKILL"));
    }

    [Test]
    public void A_worker_that_is_killed_while_it_writes_leaves_no_half_made_file()
    {
        using Child child = CoordinatorCommand.StartInterruptible(
            "images", "--workers", "2", "--count", "12", "--size", "1500", "--out", _directory.Path, "--verbose", "--json");
        string[] pids = Pids(child);

        Assert.That(() => Directory.GetFiles(_directory.Path, "*.tmp"), Is.Not.Empty.After(60).Seconds.PollEvery(1).MilliSeconds);
        Child.Run("/bin/kill", ["-KILL", pids[0]]);
        ChildResult result = child.Finish();

        // The worker may have been between two items when it was killed, and then no item failed.
        JsonElement json = JsonResult.Of(result);
        Assert.That(json.Int("done") + json.Failed().Length, Is.EqualTo(12));
        Assert.That(json.Failed(), Has.Length.LessThan(2));
        Assert.That(result.ExitCode, Is.EqualTo(json.Failed().Length));
        Assert.That(Directory.GetFiles(_directory.Path, "*.tmp"), Is.Empty);
        Assert.That(Directory.GetFiles(_directory.Path), Has.Length.EqualTo(json.Int("done")));
    }

    private void MakeImages(int count)
    {
        for (int i = 0; i < count; i++)
            NoiseImage.Write(_directory.File($"image_{i}.png"), 10, seed: i);
    }

    private static string[] Pids(Child child) => child.WaitForErrorLine(" pids ").Split(" pids ")[1].Split(' ');

    private static string[] Complaints(ChildResult result) =>
        [.. result.Error.Split('\n').Where(line => line.StartsWith("processpool: ") && !line.Contains("ready in"))];
}
