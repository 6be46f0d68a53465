using System.Text.Json;
using ProcessPool.Coordinator.Images;
using ProcessPool.Coordinator.Running;

namespace ProcessPool.Coordinator.Tests.Commands;

[Platform("Linux")]
internal sealed class Interrupting_finishes_what_runs
{
    private const int Count = 300;

    private TemporaryDirectory _directory = null!;
    private string _queue = null!;

    [SetUp]
    public void MakeDirectory()
    {
        _directory = new TemporaryDirectory();
        _queue = Queue.Make(_directory.File("image_0.png"));
        for (int i = 1; i < Count; i++)
            NoiseImage.Write(_directory.File($"image_{i}.png"), 10, seed: i);
    }

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [TestCase("INT", 130, "--workers=1")]
    [TestCase("TERM", 143, "--workers=1")]
    [TestCase("HUP", 129, "--workers=1")]
    [TestCase("INT", 130, "--serial")]
    public void The_first_signal_starts_nothing_more_and_tells_what_was_done(string signal, int exitCode, string way)
    {
        if (signal == "HUP" && Interruption.IsIgnored(1))
            Assert.Ignore("SIGHUP is ignored here, as under nohup, and so by the command.");
        byte[] image = File.ReadAllBytes(_directory.File("image_1.png"));
        using Child child = Start(way);
        using (FileStream running = Queue.WaitForReader(_queue))
        {
            Send(child, signal);
            child.WaitForErrorLine("once more to kill");
            running.Write(image);
        }

        ChildResult result = child.Finish();

        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Error);
        JsonElement json = JsonResult.Of(result);
        Assert.That(json.Bool("complete"), Is.False);
        Assert.That(json.Int("done"), Is.InRange(1, 10));
        Assert.That(json.Failed(), Is.Empty);
    }

    [TestCase("--workers=2")]
    [TestCase("--serial")]
    public void The_second_kills_at_once(string way)
    {
        using Child child = Start(way);
        using FileStream running = Queue.WaitForReader(_queue);
        int[] workers = Children(child.Id);

        Send(child, "INT");
        child.WaitForErrorLine("once more to kill");
        Send(child, "INT");
        ChildResult result = child.Finish();

        Assert.That(result.ExitCode, Is.EqualTo(130), result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.EndWith("\nprocesspool: killed\n"));
        Assert.That(() => workers.Where(Runs), Is.Empty.After(10).Seconds.PollEvery(50).MilliSeconds);
    }

    [TestCase("--workers=2")]
    [TestCase("--serial")]
    public void The_second_leaves_no_half_made_file(string way)
    {
        string directory = Directory.CreateDirectory(_directory.File("made")).FullName;
        using Child child = CoordinatorCommand.StartInterruptible(
            "images", way, "--count", "100", "--size", "1500", "--out", directory);
        Assert.That(() => Directory.GetFiles(directory, "image_*.tmp"), Is.Not.Empty.After(60).Seconds.PollEvery(1).MilliSeconds);

        Send(child, "INT");
        Send(child, "INT");
        ChildResult result = child.Finish();

        Assert.That(result.ExitCode, Is.EqualTo(130), result.Error);
        Assert.That(Directory.GetFiles(directory, "*.tmp"), Is.Empty, result.Error);
    }

    [Test]
    public void At_any_moment_the_exit_code_and_the_files_are_right([Range(0, 600, 60)] int milliseconds)
    {
        string directory = _directory.File("made");
        using Child child = CoordinatorCommand.StartInterruptible(
            "images", "--workers", "2", "--count", "1000000", "--size", "40", "--out", directory, "--json");

        // The signal may come at any moment. The test does not depend on what has happened by then.
        Thread.Sleep(milliseconds);
        Send(child, "INT");
        ChildResult result = child.Finish();

        Assert.That(result.ExitCode, Is.EqualTo(130), result.Error);
        Assert.That(result.Error, Does.Not.Contain("   at "));
        string[] files = Directory.Exists(directory) ? Directory.GetFiles(directory) : [];
        Assert.That(files, Is.All.EndsWith(".png"));
        Assert.That(files, Has.Length.EqualTo(result.Output.Length == 0 ? 0 : JsonResult.Of(result).Int("done")));
    }

    private Child Start(string way) => CoordinatorCommand.StartInterruptible("read", _directory.Path, way, "--json");

    private static void Send(Child child, string signal) =>
        Assert.That(Child.Run("/bin/kill", [$"-{signal}", $"{child.Id}"]).ExitCode, Is.Zero);

    private static int[] Children(int process) =>
        [.. Directory.GetDirectories($"/proc/{process}/task").SelectMany(
            task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))];

    /// <summary>Whether a process runs and is not a zombie. An orphan remains a zombie if no process waits for it.</summary>
    private static bool Runs(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
