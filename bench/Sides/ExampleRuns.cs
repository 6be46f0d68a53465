using System.Buffers.Binary;

namespace ProcessPool.Bench;

/// <summary>
/// Runs of our command. Directories of images are removed before each run, so that no result is left from an earlier one. Both sides
/// read images that our command has made before the clock starts.
/// </summary>
/// <param name="directory">The directory for the images.</param>
/// <param name="isQuick">Whether to use smaller counts.</param>
internal sealed class ExampleRuns(string directory, bool isQuick)
{
    /// <summary>How much larger than OpenCV's our files may be together.</summary>
    private const double LargestFiles = 1.02;

    public int Count { get; } = isQuick ? 500 : 2000;

    /// <summary>Rows and columns of the smaller matrix.</summary>
    public int Length { get; } = isQuick ? 1000 : 4000;

    public Func<Task<double>> ImagesByScript => () => MakeImagesAsync(FreshDirectory("script"), 100, Pools.Workers, ByScriptAsync);

    public Func<Task<double>> ReadByScript => async () =>
        await ByScriptAsync("read", await DirectoryToReadAsync(100), "--workers", $"{Pools.Workers}");

    public Func<Task<double>> FillByScript => () => ByScriptAsync(ArgumentsOfFill(Length, Length, Pools.Workers));

    public Func<Task<double>> Images(int size, int workers = Pools.Workers) => () =>
        MakeImagesAsync(FreshDirectory("ours"), size, workers, CommandAsync);

    public Func<Task<double>> Read(int size) => async () =>
        await CommandAsync("read", await DirectoryToReadAsync(size), "--workers", $"{Pools.Workers}");

    public Func<Task<double>> Fill(int length) => Fill(length, length);

    public Func<Task<double>> Fill(int rows, int columns, int workers = Pools.Workers) => () =>
        CommandAsync(ArgumentsOfFill(rows, columns, workers));

    /// <summary>A directory that does not exist, for Python's images or ours.</summary>
    public string FreshDirectory(string name)
    {
        var path = Path.Combine(directory, name);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        return path;
    }

    /// <summary>The directory with images to read, made at the first call.</summary>
    public async Task<string> DirectoryToReadAsync(int size)
    {
        var path = Path.Combine(directory, $"to-read-{size}");
        if (!Directory.Exists(path)) await MakeImagesAsync(path, size, Pools.Workers, CommandAsync);
        return path;
    }

    /// <exception cref="InvalidOperationException">Our files are larger than allowed.</exception>
    public void CompareSizes(string pythons, int size)
    {
        var ours = Path.Combine(directory, "ours");
        if (!Directory.Exists(ours) || SideOfImage(ours) != size) return;
        var ratio = (double)BytesOf(ours) / BytesOf(pythons);
        if (ratio > LargestFiles) throw new InvalidOperationException($"our images are {ratio:0.000} times as large as Python's");
    }

    private async Task<double> MakeImagesAsync(string path, int size, int workers, Func<string[], Task<double>> run)
    {
        var milliseconds = await run(["images", "--count", $"{Count}", "--size", $"{size}", "--out", path, "--workers", $"{workers}"]);
        Workbench.Check(Directory.EnumerateFiles(path, "*.png").Count() == Count);
        return milliseconds;
    }

    private static string[] ArgumentsOfFill(int rows, int columns, int workers) =>
        ["fill", "--rows", $"{rows}", "--columns", $"{columns}", "--workers", $"{workers}"];

    private static async Task<double> CommandAsync(params string[] args) =>
        (await ChildProgram.RunAsync(ChildProgram.DotnetPath, [Repository.Command, .. args])).Milliseconds;

    /// <summary>As a person starts it.</summary>
    private static async Task<double> ByScriptAsync(params string[] args) =>
        (await ChildProgram.RunAsync(Path.Combine(Repository.Root, "run.sh"), args)).Milliseconds;

    private static long BytesOf(string path) => new DirectoryInfo(path).EnumerateFiles("*.png").Sum(file => file.Length);

    /// <summary>The width that the header of the first PNG file says.</summary>
    private static int SideOfImage(string path)
    {
        var header = new byte[24];
        using var file = File.OpenRead(Directory.EnumerateFiles(path, "*.png").First());
        file.ReadExactly(header);
        return BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(16));
    }
}
