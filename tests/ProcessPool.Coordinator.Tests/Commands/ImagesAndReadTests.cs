using System.Diagnostics;
using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Commands;

internal sealed class ImagesAndReadTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Images_makes_the_files_and_read_reads_them()
    {
        ChildResult made = CoordinatorCommand.Run(
            _directory.Path, "images", "--workers", "2", "--count", "30", "--size", "20", "--seed", "7", "--out", "some/where");
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        Assert.That(made.Output, Does.Contain("workers: 2").And.Contains("made: 30 images of 20x20"));

        string directory = _directory.File("some/where");
        IEnumerable<string> expected = Enumerable.Range(0, 30).Select(i => Path.Combine(directory, $"image_{i}.png"));
        Assert.That(Directory.GetFileSystemEntries(directory), Is.EquivalentTo(expected));
        Assert.That(GrayImage.Read(Path.Combine(directory, "image_29.png")).Pixels, Is.EqualTo(NoiseImage.Make(20, 36).Pixels));

        ChildResult read = CoordinatorCommand.Run(_directory.Path, "--workers", "2", "read", "some/where");
        Assert.That(read.ExitCode, Is.Zero, read.Error);
        Assert.That(read.Output, Does.Contain("read: 30 images").And.Contains("12000 pixels").And.Contains("mean 12"));
    }

    [Test]
    public void The_directory_is_images_below_the_current_one_when_none_is_given()
    {
        ChildResult made = CoordinatorCommand.Run(_directory.Path, "images", "--workers", "1", "--count", "1", "--size", "1");

        Assert.That(made.ExitCode, Is.Zero, made.Error);
        Assert.That(File.Exists(_directory.File("images/image_0.png")), Is.True);
    }

    [Test]
    public void A_file_that_cannot_be_read_gives_its_reason_in_one_line_and_exit_code_1()
    {
        NoiseImage.Write(_directory.File("a.png"), 10, seed: 1);
        File.WriteAllText(_directory.File("b.png"), "not really");

        ChildResult read = CoordinatorCommand.Run(_directory.Path, "read", ".", "--workers", "2");

        Failed(read, "b.png: not a PNG file");
    }

    [Test]
    public void A_file_that_cannot_be_written_gives_its_reason_in_one_line_and_exit_code_1()
    {
        Directory.CreateDirectory(_directory.File("image_3.png"));

        ChildResult made = CoordinatorCommand.Run(
            _directory.Path, "images", "--workers", "2", "--count", "9", "--size", "5", "--out", ".");

        Failed(made, "image_3.png");
    }

    [Test]
    [Platform("Linux")]
    public void Interrupting_ends_the_command_and_its_workers_at_once_without_a_word()
    {
        using Process process = CoordinatorCommand.StartInterruptible(
            "images", "--workers", "2", "--count", "10000000", "--size", "50", "--out", _directory.Path);
        string workers = process.StandardOutput.ReadLine()!;
        Assert.That(workers, Does.StartWith("workers: 2").And.Contains(" pids "));

        Child.Run("/bin/kill", ["-INT", $"{process.Id}"]);
        ChildResult result = Child.Finish(process);

        Assert.That(result.ExitCode, Is.EqualTo(130));
        Assert.That(result.Output + result.Error, Is.Empty);
        string[] pids = workers.Split(" pids ")[1].Split(' ');
        Assert.That(() => pids.Where(Runs), Is.Empty.After(10).Seconds.PollEvery(50).MilliSeconds);
    }

    /// <summary>Whether a process is there and not only a zombie, which an orphan stays where nobody waits for it.</summary>
    private static bool Runs(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Failed(ChildResult result, string reason)
    {
        Assert.That(result.ExitCode, Is.EqualTo(1), result.Error);
        Assert.That(result.Error, Does.StartWith("processpool: ").And.Contains(reason));
        Assert.That(result.Error.TrimEnd('\n'), Does.Not.Contain("\n"));
    }
}
