using OpenCvSharp;
using ProcessPool;

// The counterpart of bench/python/opencv.py, with the same arguments: images WORKERS COUNT SIZE DIRECTORY, or read WORKERS DIRECTORY.
// OpenCV makes the noise, writes the files with its defaults, and reads them. No workers: a loop in this process.
const int none = 0;
switch (args)
{
    case ["images", var workers, var count, var size, var directory]:
        Directory.CreateDirectory(directory);
        var side = int.Parse(size);
        Console.WriteLine(Each(int.Parse(workers), seed => Images.Write(directory, side, seed), Enumerable.Range(0, int.Parse(count))).Sum());
        return 0;
    case ["read", var workers, var directory]:
        var images = Each(int.Parse(workers), Images.Read, Directory.EnumerateFiles(directory, "*.png").Order());
        Console.WriteLine(images.Sum(image => image.Sum(pixel => (long)pixel)));
        return 0;
    default:
        Console.Error.WriteLine("usage: images WORKERS COUNT SIZE DIRECTORY | read WORKERS DIRECTORY");
        return 2;
}

static TResult[] Each<T, TResult>(int workers, Func<T, TResult> function, IEnumerable<T> items)
{
    if (workers == none) return [.. items.Select(function)];
    using var pool = new Pool(workers);
    return pool.Map(function, items);
}

internal static class Images
{
    // Each process uses one thread, so that the pool alone decides how many processors are used.
    static Images() => Cv2.SetNumThreads(1);

    /// <summary>Writes an image of noise, and returns the size of its file.</summary>
    public static long Write(string directory, int size, int seed)
    {
        var path = Path.Combine(directory, $"image_{seed}.png");
        using var noise = new Mat(size, size, MatType.CV_8UC1);
        Cv2.SetTheRNG((ulong)seed);
        Cv2.Randu(noise, 0, 256);
        if (!Cv2.ImWrite(path, noise)) throw new IOException($"cannot write {path}");
        return new FileInfo(path).Length;
    }

    /// <summary>The pixels of a file.</summary>
    public static byte[] Read(string path)
    {
        using var image = Cv2.ImRead(path, ImreadModes.Grayscale);
        if (image.Empty()) throw new IOException($"cannot read {path}");
        image.GetArray(out byte[] pixels);
        return pixels;
    }
}
