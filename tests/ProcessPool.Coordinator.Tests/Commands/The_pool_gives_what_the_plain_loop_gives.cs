using System.Text.Json;
using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Commands;

internal sealed class The_pool_gives_what_the_plain_loop_gives
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void With_any_number_of_workers([Values(0, 1, 2, 4, 8)] int workers)
    {
        Equal(60, "images", "--workers", $"{workers}", "--count", "60", "--size", "30", "--out", "noise");
        Equal(60, "read", "noise", "--workers", $"{workers}");
        Equal(150, "fill", "--workers", $"{workers}", "--rows", "150", "--columns", "70");

        Assert.That(Directory.GetFileSystemEntries(_directory.File("noise")), Has.Length.EqualTo(60));
    }

    [Test]
    public void What_a_killed_run_has_left_is_removed_by_a_later_one()
    {
        string noise = Directory.CreateDirectory(_directory.File("noise")).FullName;
        string old = Path.Combine(noise, "image_7.png.0123.tmp");
        string young = Path.Combine(noise, "image_8.png.0123.tmp");
        string other = Path.Combine(noise, "thesis.tmp");
        foreach (string file in (string[])[old, young, other])
            File.WriteAllBytes(file, [1]);
        foreach (string file in (string[])[old, other])
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));

        ChildResult made = CoordinatorCommand.Run(_directory.Path, "images", "--count", "2", "--size", "5", "--out", "noise", "--workers", "1");

        Assert.That(made.ExitCode, Is.Zero, made.Error);
        Assert.That(((string[])[old, young, other]).Select(File.Exists), Is.EqualTo((bool[])[false, true, true]));
    }

    [Test]
    public void The_same_seed_gives_the_same_files_whatever_the_number_of_workers()
    {
        string[][] ways = [["--workers", "1"], ["--workers", "3"], ["--serial"]];
        var files = new List<string>[ways.Length];
        for (int way = 0; way < ways.Length; way++)
        {
            ChildResult made = CoordinatorCommand.Run(
                _directory.Path, ["images", .. ways[way], "--count", "40", "--size", "21", "--seed", "7", "--out", $"{way}"]);
            Assert.That(made.ExitCode, Is.Zero, made.Error);
            Assert.That(made.Output, Does.StartWith("made: 40 images of 21x21 in "));
            files[way] = [.. Enumerable.Range(0, 40).Select(
                i => Convert.ToHexString(File.ReadAllBytes(_directory.File($"{way}/image_{i}.png"))))];
        }

        Assert.That(files[1], Is.EqualTo(files[0]));
        Assert.That(files[2], Is.EqualTo(files[0]));
        Assert.That(GrayImage.Read(_directory.File("0/image_39.png")).Pixels, Is.EqualTo(NoiseImage.Make(21, 46).Pixels));
    }

    [Test]
    [Platform("Linux")]
    public void A_difference_is_found_and_named()
    {
        // The plain loop reads after the pool. While the pool reads b.png, the test replaces that file by another image.
        string queue = Queue.Make(_directory.File("b.png"));
        NoiseImage.Write(_directory.File("a.png"), 10, seed: 1);
        byte[] image = File.ReadAllBytes(_directory.File("a.png"));

        Task<ChildResult> run = Task.Run(() => CoordinatorCommand.Run(_directory.Path, "read", ".", "--workers", "1", "--check"));
        using (FileStream reading = Queue.WaitForReader(queue))
        {
            File.Delete(queue);
            NoiseImage.Write(queue, 10, seed: 2);
            reading.Write(image);
        }

        ChildResult result = run.Result;
        Assert.That(result.ExitCode, Is.EqualTo(1), result.Error);
        Assert.That(result.Output, Does.Contain("NOT EQUAL: b.png differs"));
    }

    private void Equal(int items, params string[] arguments)
    {
        ChildResult result = CoordinatorCommand.Run(_directory.Path, [.. arguments, "--check", "--json"]);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        JsonElement json = JsonResult.Of(result);
        Assert.That(json.Int("done"), Is.EqualTo(items));
        Assert.That(json.GetProperty("plainLoop").Int("done"), Is.EqualTo(items));
        Assert.That(json.Bool("equal"), Is.True);
        Assert.That(json.GetProperty("ratio").GetDouble(), Is.Positive);
    }
}
